#!/usr/bin/env python3
"""Trains the decoder of a finished VAE further, mostly on faces. Latents stay as they are, and with them every UNet.

    train_decoder.py --data DATA --latents FILE --vae DIR --out DIR [--steps 470] [--resume]

FILE is latents.pt of a train_unet.py on the same DATA and VAE. The loss is a weighted L2 with a share of L1: the figure
is a signal-to-noise ratio, but L2 alone is soft. Crops first, whole pictures at the end, because the statistics of the
group normalisations are those of what is decoded at once. At each --look it writes OUT/vae (averaged weights) and
OUT/state.pt, from which --resume goes on.
"""

import argparse
import pathlib

import numpy as np
import torch
from diffusers import AutoencoderKL

from latents import encode_all
from measures import decibels
from pictures import Pictures
from sampling import to_pixels
from sheet import save_sheet
from training import Averages, Training

WEIGHTS = [1, 1.2, 1.5, 5.0, 1.0, 2.0, 9.0]  # by label
FACE_WEIGHT = 5  # pixels of this weight and more count as face in the figures
PIXELS = 4  # of a side for one latent
WHOLE = 0.12  # the share of the steps at the end on whole pictures
SHARE_OF_L1 = 0.15


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="what draw.py wrote")
    parser.add_argument("--latents", type=pathlib.Path, required=True)
    parser.add_argument("--vae", type=pathlib.Path, required=True, help="to start from")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=470)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--crop", type=int, default=64, help="pixels of a side (%(default)s)")
    parser.add_argument("--lr", type=float, default=6e-4)
    parser.add_argument("--look", type=int, default=250, help="steps from look to look (%(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt, if it is there")
    return parser.parse_args()


class DecoderTraining(Training):
    """Of a VAE of which only the decoder learns."""

    WARM_UP, LONGEST_GRADIENT, UNIT = 30, 0.3, "crops"

    def __init__(self, options):
        self.pictures = Pictures(options.data, "cpu", focus=0.85, label_weights=WEIGHTS)
        self.model = AutoencoderKL.from_pretrained(options.vae).float().to(memory_format=torch.channels_last)
        self.model.requires_grad_(False)
        self.model.decoder.requires_grad_(True)
        self.latents, _ = encode_all(self.model, options.data, options.latents, "cpu")
        parameters = list(self.model.decoder.parameters())
        optimiser = torch.optim.AdamW(parameters, options.lr, betas=(0.9, 0.98), weight_decay=0, fused=True)
        super().__init__(options, {"decoder": self.model.decoder}, optimiser, Averages(parameters, 0.995))
        self.rng = np.random.RandomState(100 + self.step)

    def run(self):
        if not self.step:
            self.look("before")
        super().run()

    def _batch(self):
        """Latents with the pixels that they stand for and their weights."""
        options = self.options
        whole = self.step >= (1 - WHOLE) * options.steps
        size = self.pictures.side if whole else options.crop
        count = max(1, options.batch * options.crop**2 // size**2)
        corners = []
        for number in self.rng.randint(0, self.pictures.trained, count):
            y, x = self.pictures.corner(number, size, self.rng)
            corners.append((number, y - y % PIXELS, x - x % PIXELS))
        side = size // PIXELS
        cut = [self.latents[i, :, y // PIXELS :, x // PIXELS :][:, :side, :side] for i, y, x in corners]
        latents = torch.stack(cut).float().contiguous(memory_format=torch.channels_last)
        return latents, *self.pictures.at(corners, size)

    def losses(self):
        latents, pictures, weights = self._batch()
        difference = self.model.decode(latents).sample - pictures
        return {"loss": ((difference**2 + SHARE_OF_L1 * difference.abs()) * weights).mean()}

    @torch.no_grad()
    def look(self, tag):
        """Prints how well 128 held-out pictures come back, and writes some, and the model."""
        pictures, squares, faces = self.pictures, [], []
        with self.averages.in_use():
            for first in range(pictures.trained, pictures.trained + min(128, pictures.held - pictures.held % 16), 16):
                originals, weights = pictures.whole(range(first, first + 16), self.rng)
                made = self.model.decode(self.latents[first : first + 16].float()).sample.clamp(-1, 1)
                error, face = ((made - originals) / 2) ** 2, (weights >= FACE_WEIGHT).float()
                squares.append(error.mean().item())
                faces.append(((error * face).sum() / (face.sum() * 3)).item())
                if first == pictures.trained:
                    shown = [picture for pair in zip(originals[:12], made[:12], strict=True) for picture in pair]
            self.model.save_pretrained(self.options.out / "vae")
        save_sheet(to_pixels(torch.stack(shown)), 8, self.options.out / f"decoder_{tag}.png")
        print(f"LOOK {tag} PSNR {decibels(np.mean(squares)):.2f} face {decibels(np.mean(faces)):.2f}", flush=True)


def main():
    options = parse_options()
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    DecoderTraining(options).run()


if __name__ == "__main__":
    main()
