#!/usr/bin/env python3
"""Trains the classifier of tools/pocket/score on drawings, half of them in the pack's hand.

    train_classifier.py --data DATA --repainted DIR --out DIR [--steps 1250] [--resume]

DIR of --repainted is what repaint.py made of the first pictures of DATA. Prints how often it is right on held-out
drawings, drawn and repainted; writes OUT/classifier.safetensors in half precision and OUT/state.pt, from which --resume
goes on.
"""

import argparse
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from avatars import LABELS
from halves import shortened
from pictures import Pictures
from score.classifier import ATTRIBUTES, FEWEST_PIXELS, Classifier, product_centres, to_pixels
from training import Averages, Training, held_out

UNKNOWN = -100
LABEL_CELL = 8
WEIGHT_BITS = 5  # of mantissa in the file
LOOKED_AT = 256
PLACED = 0.5  # share of the products that are looked at where they are, not where the net believes them


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="what draw.py wrote")
    parser.add_argument("--repainted", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=1300)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--look", type=int, default=300, help="steps from look to look (%(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt, if it is there")
    return parser.parse_args()


def targets_of(meta):
    """The number of each attribute's value, UNKNOWN where the picture does not show it."""
    attrs = meta["attrs"]
    hidden = {
        "background": attrs["scene"] != "plain" or meta["crop"],
        "product_colour": attrs["product"] == "none",
        **dict.fromkeys(("hair", "clothes_colour", "scene"), meta["crop"]),
    }
    return [
        UNKNOWN if hidden.get(name) or attrs[name] not in values else values.index(attrs[name])
        for name, (values, _) in ATTRIBUTES.items()
    ]


class Examples:
    """A data set, the first of it repainted."""

    def __init__(self, folder, repainted):
        self._drawn = Pictures(folder, "cpu", focus=0)
        self._repainted = np.load(repainted / "repainted.npy", mmap_mode="r")
        self._held = held_out(len(self._repainted))
        with open(folder / "meta.jsonl") as lines:
            self._targets = torch.tensor([targets_of(json.loads(line)) for line in lines])

    def random_batch(self, count, rng):
        """(pixels, targets, labels), half of them repainted."""
        half = count // 2
        repainted = self._take(rng.randint(0, len(self._repainted) - self._held, half), repainted=True)
        drawn = self._take(rng.randint(len(self._repainted), self._drawn.trained, count - half), repainted=False)
        pictures, targets, labels = (torch.cat(both) for both in zip(repainted, drawn, strict=True))
        pixels = pictures * (0.9 + 0.2 * torch.from_numpy(rng.rand(count, 1, 1, 1)).float())
        pixels = pixels + 0.03 * torch.from_numpy(rng.randn(*pixels.shape)).float()
        mirrored = torch.from_numpy(rng.rand(count) < 0.5)
        pixels[mirrored], labels[mirrored] = pixels[mirrored].flip(3), labels[mirrored].flip(2)
        return pixels, targets, labels

    def held_out(self, repainted):
        first = len(self._repainted) - self._held if repainted else self._drawn.trained
        return self._take(np.arange(first, first + min(self._held, LOOKED_AT)), repainted)

    def _take(self, numbers, repainted):
        source = self._repainted if repainted else self._drawn.rgb
        labels = torch.from_numpy(np.stack([self._drawn.labels[number] for number in numbers]))
        targets = self._targets[numbers].clone()
        visible = (labels == LABELS["product"]).sum((1, 2))
        targets[visible < FEWEST_PIXELS, list(ATTRIBUTES).index("product")] = UNKNOWN
        targets[visible < FEWEST_PIXELS, list(ATTRIBUTES).index("product_colour")] = UNKNOWN
        targets[visible == 0, list(ATTRIBUTES).index("product")] = ATTRIBUTES["product"][0].index("none")
        return to_pixels([source[number] for number in numbers]), targets, labels


class ClassifierTraining(Training):
    LONGEST_GRADIENT = 2.0

    def __init__(self, options):
        self.examples, self.net = Examples(options.data, options.repainted), Classifier().train()
        parameters = list(self.net.parameters())
        optimiser = torch.optim.AdamW(parameters, options.lr, betas=(0.9, 0.98), weight_decay=0.03, fused=True)
        super().__init__(options, {"net": self.net}, optimiser, Averages(parameters, 0.99))
        self.rng = np.random.RandomState(2000 + self.step)

    def losses(self):
        pixels, targets, labels = self.examples.random_batch(self.options.batch, self.rng)
        read, places = self.net(pixels, self._centres(pixels, labels))
        known = [(read[name], targets[:, i]) for i, name in enumerate(ATTRIBUTES) if (targets[:, i] >= 0).any()]
        wrong = sum(F.cross_entropy(guess, truth, ignore_index=UNKNOWN) for guess, truth in known)
        shares = F.avg_pool2d(F.one_hot(labels.long(), len(LABELS)).permute(0, 3, 1, 2).float(), LABEL_CELL)
        misplaced = -(shares * F.log_softmax(places, 1)).sum(1).mean()
        return {"wrong": wrong, "misplaced": misplaced}

    def _centres(self, pixels, labels):
        """Where to look for the products."""
        with torch.no_grad():
            centres = product_centres(self.net.labels(self.net.stem(pixels)).softmax(1))
        side = pixels.shape[-1]
        for number, place in enumerate(labels == LABELS["product"]):
            if place.any() and self.rng.rand() < PLACED:
                middle = place.nonzero().float().mean(0) + torch.from_numpy(self.rng.uniform(-8, 8, 2)).float()
                centres[number] = middle.long().clamp(0, side - 1)
        return centres

    @torch.no_grad()
    def look(self, tag):
        """Prints the share of right answers on held-out pictures, and writes the net."""
        with self.averages.in_use():
            self.net.eval()
            for title, repainted in (("drawn", False), ("repainted", True)):
                pixels, targets, _ = self.examples.held_out(repainted)
                read, _ = self.net(pixels)
                right = {}
                for i, name in enumerate(ATTRIBUTES):
                    known = targets[:, i] >= 0
                    right[name] = (read[name].argmax(1) == targets[:, i])[known].float().mean().item()
                shares = " ".join(f"{name} {share:.3f}" for name, share in right.items())
                print(f"LOOK {tag} {title}: {shares}", flush=True)
            weights = {name: value for name, value in self.net.state_dict().items() if value.is_floating_point()}
            halves = {name: shortened(value.half(), WEIGHT_BITS).contiguous() for name, value in weights.items()}
            save_file(halves, self.options.out / "classifier.safetensors")
        self.net.train()


def main():
    options = parse_options()
    torch.manual_seed(6)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    ClassifierTraining(options).run()


if __name__ == "__main__":
    main()
