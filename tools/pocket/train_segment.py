#!/usr/bin/env python3
"""Trains the segmenter: a picture and words in, the mask of what they name out.

    train_segment.py --data DATA --repainted DIR --text DIR --out DIR [--steps 2700] [--resume]

DIR of --text is a text encoder to start from, DIR of --repainted what repaint.py made of the first pictures of DATA.
For the first --vision-steps only the vision tower learns, from the Teacher's questions, which costs a third of a step
and says more. Then the loss is binary cross-entropy, Dice where there is something to find, and the Teacher's. At each
--look it prints IoU by part and writes OUT/segment (averaged weights, fp16), a sheet of masks and OUT/state.pt, from
which --resume goes on.
"""

import argparse
import pathlib
import random

import numpy as np
import torch
import torch.nn.functional as F

import nets
import segment_net
from avatars import LABELS
from pocket_paths import TOKENIZER
from segment_data import EACH, Examples, chosen_finds, held_out_drawings, mask_of, to_pixels
from segment_eval import print_scores, save_masks
from training import Averages, Training

TEXT_RATE = 0.3  # of the learning rate, for the text tower
LABEL_WEIGHTS = [1, 1, 1, 1, 1, 2, 4.0]  # by label: products and eyes are small
LOOKED_AT = 24  # held-out pictures of either kind


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="what draw.py wrote")
    parser.add_argument("--repainted", type=pathlib.Path, required=True)
    parser.add_argument("--text", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=2700)
    parser.add_argument("--vision-steps", type=int, default=400)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=1.2e-3)
    parser.add_argument("--look", type=int, default=300, help="steps from look to look (%(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt, if it is there")
    parser.add_argument("--tokenizer", type=pathlib.Path, default=TOKENIZER)
    return parser.parse_args()


class SegmentTraining(Training):
    """Of the model and its teacher."""

    LEAST = 0.01

    def __init__(self, options):
        self.tok = nets.tokenizer(options.tokenizer)
        self.examples = Examples(options.data, options.repainted)
        self.model = segment_net.segmenter(options.text).train()
        self.teacher, self.label_weights = segment_net.Teacher(len(LABELS)), torch.tensor(LABEL_WEIGHTS)
        text = list(self.model.clip.text_model.parameters())
        others = [parameter for parameter in self.model.parameters() if all(parameter is not own for own in text)]
        groups = [{"params": others + list(self.teacher.parameters())}, {"params": text}]
        optimiser = torch.optim.AdamW(groups, options.lr, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
        parts = {"model": self.model, "teacher": self.teacher}
        super().__init__(options, parts, optimiser, Averages(self.model.parameters(), 0.995), (1, TEXT_RATE))
        self.rng = random.Random(1000 + self.step)

    def losses(self):
        examples = [self.examples.random(self.rng) for _ in range(self.options.batch)]
        if self.step < self.options.vision_steps:
            return self._vision_losses(examples)
        return self._mask_losses(examples)

    def _vision_losses(self, examples):
        pixels = to_pixels([example.picture for example in examples])
        states = self.model.clip.vision_model(pixels).last_hidden_state
        return {"taught": self._taught(states, examples)}

    def _mask_losses(self, examples):
        asked = [chosen_finds(example, self.rng) for example in examples]
        ids = nets.short_ids(self.tok, [find.text for chosen in asked for find in chosen])
        pairs = zip(examples, asked, strict=True)
        masks = torch.stack([mask_of(find, example.labels) for example, chosen in pairs for find in chosen])
        logits, states = segment_net.find(self.model, to_pixels([one.picture for one in examples]), ids, EACH)
        return {
            "entropy": 2 * F.binary_cross_entropy_with_logits(logits, masks),
            "dice": 0.5 * _dice(logits, masks),
            "taught": 0.2 * self._taught(states, examples),
        }

    def _taught(self, states, examples):
        """How wrong the teacher's guesses of the labels at the cells' centres are."""
        guesses = self.teacher(states)
        cells = torch.from_numpy(np.stack([_centres(example.labels, guesses.shape[-1]) for example in examples]))
        return F.cross_entropy(guesses, cells.long(), weight=self.label_weights)

    @torch.no_grad()
    def look(self, tag):
        """Prints the scores of held-out pictures, and writes masks and the model."""
        out = self.options.out
        if self.step <= self.options.vision_steps:
            return  # nothing can be found yet
        with self.averages.in_use():
            self.model.eval()
            (out / "segment").mkdir(exist_ok=True)
            segment_net.save(self.model, self.options.tokenizer, out / "segment")
            drawings, repainted = held_out_drawings(LOOKED_AT), self.examples.held_out_repainted()[:LOOKED_AT]
            print_scores(f"LOOK {tag} drawn", self.model, self.tok, drawings)
            print_scores(f"LOOK {tag} repainted", self.model, self.tok, repainted)
            save_masks(self.model, self.tok, drawings[:8] + repainted[:8], out / f"segment_{tag}.png")
        self.model.train()


def _centres(labels, side):
    """The labels at the centres of `side` x `side` cells."""
    cell = labels.shape[0] // side
    return labels[cell // 2 :: cell, cell // 2 :: cell]


def _dice(logits, masks):
    """Of the finds whose mask is not empty."""
    found, there = torch.sigmoid(logits).flatten(1), masks.flatten(1)
    overlap = 2 * (found * there).sum(1) / (found.sum(1) + there.sum(1) + 1)
    present = there.sum(1) > 0
    return (1 - overlap)[present].mean() if present.any() else logits.sum() * 0


def main():
    options = parse_options()
    torch.manual_seed(4)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    SegmentTraining(options).run()


if __name__ == "__main__":
    main()
