#!/usr/bin/env python3
"""Trains the classifier of tools/pocket/score on drawings, half of them in the pack's hand.

    train_classifier.py --data DATA --repainted DIR --out DIR [--steps 1250] [--resume]

DIR of --repainted is what repaint.py made of the first pictures of DATA. Prints how often it is right on held-out
drawings, drawn and repainted; writes OUT/classifier.safetensors in half precision and OUT/state.pt, from which --resume
goes on.
"""

import argparse
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from avatars import LABELS
from pictures import Pictures
from score.classifier import ATTRIBUTES, Classifier, to_pixels
from training import Averages, Progress, held_out, save_checkpoint

UNKNOWN = -100
LABEL_CELL = 8
LOOKED_AT = 256


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="what draw.py wrote")
    parser.add_argument("--repainted", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=1250)
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
        half = count // 2
        pictures, labels, numbers = self._take(rng.randint(0, len(self._repainted) - self._held, half), repainted=True)
        more = self._take(rng.randint(len(self._repainted), self._drawn.trained, count - half), repainted=False)
        pictures, labels = np.concatenate([pictures, more[0]]), np.concatenate([labels, more[1]])
        pixels = to_pixels(pictures) * (0.9 + 0.2 * torch.from_numpy(rng.rand(count, 1, 1, 1)).float())
        pixels = pixels + 0.03 * torch.from_numpy(rng.randn(*pixels.shape)).float()
        mirrored = torch.from_numpy(rng.rand(count) < 0.5)
        pixels[mirrored], labels = pixels[mirrored].flip(3), torch.from_numpy(labels)
        labels[mirrored] = labels[mirrored].flip(2)
        return pixels, self._targets[np.concatenate([numbers, more[2]])], labels

    def held_out(self, repainted):
        first = len(self._repainted) - self._held if repainted else self._drawn.trained
        pictures, _, numbers = self._take(np.arange(first, first + min(self._held, LOOKED_AT)), repainted)
        return pictures, self._targets[numbers]

    def _take(self, numbers, repainted):
        source = self._repainted if repainted else self._drawn.rgb
        pictures = np.stack([source[number] for number in numbers])
        return pictures, np.stack([self._drawn.labels[number] for number in numbers]), numbers


class Training:
    """The net with its optimiser and averages, and where it is kept."""

    def __init__(self, options):
        self.options, self.examples = options, Examples(options.data, options.repainted)
        self.net = Classifier().train()
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), options.lr, betas=(0.9, 0.98), weight_decay=0.03, fused=True
        )
        self.averages, self.step = Averages(self.net.parameters(), 0.99), 0
        self._file = options.out / "state.pt"
        if options.resume and self._file.exists():
            state = torch.load(self._file)
            self.net.load_state_dict(state["net"])
            self.optimiser.load_state_dict(state["opt"])
            self.averages.values, self.step = state["ema"], state["step"]
        self.rng = np.random.RandomState(2000 + self.step)

    def save(self):
        state = {
            "net": self.net.state_dict(),
            "opt": self.optimiser.state_dict(),
            "ema": self.averages.values,
            "step": self.step,
        }
        save_checkpoint(state, self._file)

    def run(self):
        progress = Progress(self.step, self.options.batch, "pictures")
        while self.step < self.options.steps:
            losses = self._advance()
            progress.note(self.step, **losses)
            if self.step % self.options.look == 0 or self.step == self.options.steps:
                self.look(f"{self.step:06d}")
                self.save()

    def _advance(self):
        """One step; gives its losses."""
        options = self.options
        fall = 0.5 + 0.5 * math.cos(math.pi * self.step / options.steps)
        self.optimiser.param_groups[0]["lr"] = options.lr * min(1, (self.step + 1) / 50) * fall
        pixels, targets, labels = self.examples.random_batch(options.batch, self.rng)
        read, places = self.net(pixels)
        known = [(read[name], targets[:, i]) for i, name in enumerate(ATTRIBUTES) if (targets[:, i] >= 0).any()]
        wrong = sum(F.cross_entropy(guess, truth, ignore_index=UNKNOWN) for guess, truth in known)
        shares = F.avg_pool2d(F.one_hot(labels.long(), len(LABELS)).permute(0, 3, 1, 2).float(), LABEL_CELL)
        misplaced = -(shares * F.log_softmax(places, 1)).sum(1).mean()
        (wrong + misplaced).backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.step += 1
        self.averages.update(self.step)
        return {"wrong": wrong.detach(), "misplaced": misplaced.detach()}

    @torch.no_grad()
    def look(self, tag):
        """With averaged weights: prints the share of right answers on held-out pictures, and writes the net."""
        with self.averages.in_use():
            self.net.eval()
            for title, repainted in (("drawn", False), ("repainted", True)):
                pictures, targets = self.examples.held_out(repainted)
                read, _ = self.net(to_pixels(pictures))
                right = {}
                for i, name in enumerate(ATTRIBUTES):
                    known = targets[:, i] >= 0
                    right[name] = (read[name].argmax(1) == targets[:, i])[known].float().mean().item()
                print(f"LOOK {tag} {title}: " + " ".join(f"{name} {share:.3f}" for name, share in right.items()))
            weights = {name: value for name, value in self.net.state_dict().items() if value.is_floating_point()}
            halves = {name: value.half().contiguous() for name, value in weights.items()}
            save_file(halves, self.options.out / "classifier.safetensors")
        self.net.train()


def main():
    options = parse_options()
    torch.manual_seed(6)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    Training(options).run()


if __name__ == "__main__":
    main()
