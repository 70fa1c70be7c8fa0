#!/usr/bin/env python3
"""Trains the embedder, or the judge, on what draw_faces.py drew.

    train_embedder.py --data DATA --out DIR --name embedder --seed 1 [--steps 400] [--device cpu|cuda]

ArcFace's margin with the directions of facenets.embedder as centres, and the cosine to one's own. Another seed gives
other initial weights, another order of the data and other directions, so that the judge shares nothing with the
embedder. Goes on from DIR/state.pt, and writes DIR/NAME.pt (averaged weights) at each --look.
"""

import argparse
import pathlib

import numpy as np
import torch

from facenets.crops import Crops, relit, shaken, spoiled, to_embedder
from facenets.embedder import Directions, Embedder, margin_loss
from facenets.steps import Training
from score.faces import same_and_different
from training import Progress


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--look", type=int, default=100)
    return parser.parse_args()


def main():
    options = parse_options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    crops = Crops(options.data)
    centres = Directions(options.seed)(crops.people[: crops.trained_people]).to(options.device)
    training = Training(Embedder(), options, decay=0.98)
    progress = Progress(training.step, options.batch, "faces")
    while training.step < options.steps:
        rng = np.random.RandomState(options.seed * 1_000_003 + training.step)
        generator = torch.Generator().manual_seed(int(rng.randint(1 << 30)))
        rows = rng.choice(crops.known, options.batch)
        pictures = relit(spoiled(shaken(crops.pictures(rows), generator), generator), generator)
        labels = torch.from_numpy(crops.identity[rows]).long().to(options.device)
        made = training.model(to_embedder(pictures).to(options.device))
        loss, cosine = margin_loss(made, centres, labels)
        training.advance(0.2 * loss + 2 * (1 - cosine))
        progress.note(training.step, margin=loss.detach(), cosine=cosine.detach())
        if training.step % options.look == 0 or training.step == options.steps:
            training.save(options.name)
            with training.averaged() as model:
                print("LOOK", same_and_different(model, crops, count=240), flush=True)


if __name__ == "__main__":
    main()
