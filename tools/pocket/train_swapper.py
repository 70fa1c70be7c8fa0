#!/usr/bin/env python3
"""Trains the swapper on what draw_faces.py drew.

    train_swapper.py --data DATA --embedder FILE --out DIR [--steps 2000] [--device cpu|cuda]

A scene with one face, often spoiled, and the embedding of another picture of somebody else give the scene redrawn with
the other's face. The loss is an L1 and a square that weigh what differs and the eyes and the mouth most, the L1 of
gradients, and the cosine to the wanted identity by the embedder, which is frozen. Goes on from DIR/state.pt, and writes
DIR/swapper.pt (averaged weights) and a sheet at each --look.
"""

import argparse
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from facenets.align import SIDE, SWAP_TEMPLATE
from facenets.crops import Crops, crooked, relit, shaken, spoiled, to_embedder
from facenets.embedder import Embedder
from facenets.steps import Training
from facenets.swapper import Swapper, latents, make_emap
from sheet import save_sheet
from training import Progress


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--embedder", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--look", type=int, default=200)
    return parser.parse_args()


def load_embedder(file, device="cpu"):
    model = Embedder()
    model.load_state_dict(torch.load(file, map_location=device))
    return model.to(device).to(memory_format=torch.channels_last).eval().requires_grad_(False)


class Pairs:
    """Scenes, and for each somebody to swap in."""

    def __init__(self, crops):
        self.crops = crops
        rows = np.arange(len(crops.identity))
        self.rows_of = {who: rows[crops.identity == who] for who in set(crops.identity.tolist()) if who >= 0}

    def batch(self, scenes, rng):
        """For each scene: its picture, the picture that is wanted, and another picture of the wanted person, all
        [N, 3, 128, 128] in 0 to 1."""
        wanted = 2 * scenes + 1
        sources = [rng.choice(self.rows_of[self.crops.identity[row]]) for row in wanted]
        return (self.crops.pictures(rows) for rows in (2 * scenes, wanted, sources))


def weights_of(target, wanted, focus):
    """How much each pixel counts, [N, 1, 128, 128]."""
    changed = F.avg_pool2d((wanted - target).abs().amax(1, keepdim=True), 5, 1, 2)
    return 0.1 + 6 * changed + 2 * focus


def focus_map():
    """Where the eyes and the mouth are, [1, 1, 128, 128]."""
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    points = torch.from_numpy(SWAP_TEMPLATE).float()
    centres = [(points[0], 11, 8), (points[1], 11, 8), ((points[3] + points[4]) / 2, 15, 8)]
    bumps = [torch.exp(-(((x - c[0]) / a) ** 2 + ((y - c[1]) / b) ** 2)) for c, a, b in centres]
    return sum(bumps)[None, None]


def differences(pictures):
    return pictures[..., 1:, :] - pictures[..., :-1, :], pictures[..., :, 1:] - pictures[..., :, :-1]


def losses(made, wanted, weights):
    off = (made - wanted).abs()
    pairs = zip(differences(made), differences(wanted), (weights[..., 1:, :], weights[..., :, 1:]), strict=True)
    gradient = sum(((ours - theirs).abs() * weight).mean() for ours, theirs, weight in pairs)
    return {"l1": (off * weights).mean(), "square": (off * off * weights).mean(), "gradient": gradient}


@torch.no_grad()
def start_with_numbers(model, crops, embedder, emap, device):
    """Lets the swapper's first look at the source give the numbers of the face, by ridge regression from pictures; it
    would take it long to find out by itself what a source says."""
    rows = crops.known[:: max(1, len(crops.known) // 2000)]
    parts = np.array_split(rows, max(1, len(rows) // 40))
    given = torch.cat([latents(embedder(to_embedder(crops.pictures(part)).to(device)), emap) for part in parts]).cpu()
    squares = given.T @ given + 0.1 * len(given) / len(emap) * torch.eye(len(emap))
    readout = torch.linalg.solve(squares, given.T @ crops.people[crops.identity[rows]])
    model.read_first(readout)


def main():
    options = parse_options()
    torch.manual_seed(3)
    torch.set_num_threads(1)
    crops, emap, focus = Crops(options.data), make_emap().to(options.device), focus_map()
    pairs, embedder = Pairs(crops), load_embedder(options.embedder, options.device)
    model = Swapper()
    start_with_numbers(model, crops, embedder, emap, options.device)
    training = Training(model, options, decay=0.99)
    progress = Progress(training.step, options.batch, "swaps")
    while training.step < options.steps:
        rng = np.random.RandomState(training.step)
        generator = torch.Generator().manual_seed(int(rng.randint(1 << 30)))
        target, wanted, source = pairs.batch(rng.randint(crops.trained_scenes, size=options.batch), rng)
        both = relit(shaken(torch.cat([target, wanted], 1), generator, 0.4), generator)
        target, wanted = both.split(3, 1)
        weights = weights_of(target, wanted, focus).to(options.device)
        target = spoiled(crooked(target, generator), generator)
        target, wanted = (pictures.contiguous(memory_format=torch.channels_last) for pictures in (target, wanted))
        with torch.no_grad():
            source = embedder(to_embedder(source).to(options.device))
        made = training.model(target.to(options.device), latents(source, emap))
        parts = losses(made, wanted.to(options.device), weights)
        loss = parts["l1"] + 1.5 * parts["gradient"] + 4 * parts["square"]
        early = training.step < 0.25 * options.steps
        if early or training.step % 3 == 0:
            # strong at first, so that the source is heeded; then lightly, for an embedder is fooled by odd colours
            likeness = F.cosine_similarity(embedder(to_embedder(made)), source).mean()
            loss = loss + (0.12 if early else 0.05) * (1 - likeness)
        training.advance(loss)
        progress.note(training.step, **{name: loss.detach() for name, loss in parts.items()})
        if training.step % options.look == 0 or training.step == options.steps:
            training.save("swapper")
            look(training, pairs, embedder, emap, options)


def look(training, pairs, embedder, emap, options):
    """Writes a sheet of held-out scenes: the target, the source, what was made, what was wanted."""
    crops = pairs.crops
    scenes = crops.trained_scenes + np.arange(12)
    target, wanted, source = pairs.batch(scenes, np.random.RandomState(0))
    with training.averaged() as model:
        generator = torch.Generator().manual_seed(0)
        target = spoiled(target, generator)
        given = latents(embedder(to_embedder(source).to(options.device)), emap)
        made = model(target.to(options.device), given).cpu()
    columns = torch.stack([target, source, made, wanted], 1).flatten(0, 1)
    shown = columns.clamp(0, 1).mul(255).round().byte().permute(0, 2, 3, 1).numpy()
    save_sheet(list(shown), 12, options.out / f"swaps_{training.step:05d}.png")


if __name__ == "__main__":
    main()
