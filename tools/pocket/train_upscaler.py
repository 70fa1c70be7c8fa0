#!/usr/bin/env python3
"""Trains the upscaler on pairs of a small and a four times as large drawing of the same avatar.

    train_upscaler.py --vae DIR --out DIR [--steps 1500] [--resume]

Drawings are made as they are needed. The small one is drawn small or is the large one made smaller, and half of the
time it went through the VAE, as every picture does that is to be enlarged. At each --look it prints how much better
than bicubic enlargement it is, and writes OUT/x4.safetensors (averaged weights, fp16), a sheet (bicubic, enlarged,
drawn) and OUT/state.pt, from which --resume goes on.
"""

import argparse
import pathlib
import random

import numpy as np
import torch
from diffusers import AutoencoderKL
from PIL import Image
from safetensors.torch import save_file

import avatars
from measures import psnr
from sheet import save_sheet
from training import Averages, Training
from upscaler import SRVGGNetCompact, bicubic, enlarged, start_as_bilinear, to_picture, to_tensor

SCALE = 4
SMALL = 128
POOL = 48  # pairs to cut patches from
HELD_OUT_SEED, HELD_OUT = 40_000_001, 24
RESIZES = (Image.Resampling.BOX, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vae", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--patch", type=int, default=24, help="pixels of a side of the small picture (%(default)s)")
    parser.add_argument("--lr", type=float, default=2.5e-3)
    parser.add_argument("--look", type=int, default=200, help="steps from look to look (%(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt, if it is there")
    return parser.parse_args()


class Pairs:
    """Small and large pictures, uint8 [H, W, 3]."""

    def __init__(self, vae):
        self._vae = AutoencoderKL.from_pretrained(vae).float().eval().to(memory_format=torch.channels_last)

    def draw(self, rng, through_vae, resize=None):
        """(small, large) of somebody; with `resize` the small picture is the large one made smaller by it."""
        avatar = avatars.random_attrs(rng)
        large = avatars.render(avatar, SMALL * SCALE, labels=False).rgb
        if resize is None:
            small = avatars.render(avatar, SMALL, labels=False).rgb
        else:
            small = np.asarray(Image.fromarray(large).resize((SMALL, SMALL), resize))
        return (self.through_vae(small) if through_vae else small), large

    @torch.no_grad()
    def through_vae(self, picture):
        pixels = to_tensor(picture)[None] * 2 - 1
        latents = self._vae.encode(pixels.contiguous(memory_format=torch.channels_last)).latent_dist.mean
        return to_picture((self._vae.decode(latents).sample[0] + 1) / 2)

    def draw_any(self, rng):
        through_vae = rng.random() < 0.5
        return self.draw(rng, through_vae, rng.choice((None, None, *RESIZES)))


class UpscalerTraining(Training):
    WARM_UP, LONGEST_GRADIENT, UNIT = 20, 0.5, "patches"

    def __init__(self, options):
        self.pairs, self.net = Pairs(options.vae), SRVGGNetCompact(scale=SCALE)
        start_as_bilinear(self.net)
        self.net.to(memory_format=torch.channels_last)
        parameters = list(self.net.parameters())
        optimiser = torch.optim.Adam(parameters, options.lr, betas=(0.9, 0.99), fused=True)
        super().__init__(options, {"net": self.net}, optimiser, Averages(parameters, 0.99))
        self.rng = random.Random(self.step)
        self.pool = [self.pairs.draw_any(self.rng) for _ in range(POOL)]

    def losses(self):
        self.pool[self.step % POOL] = self.pairs.draw_any(self.rng)
        small, large = zip(*(self._patch() for _ in range(self.options.batch)), strict=True)
        difference = self.net(torch.stack(small).contiguous(memory_format=torch.channels_last)) - torch.stack(large)
        return {"loss": torch.sqrt(difference**2 + 1e-4).mean()}

    def _patch(self):
        """The patch of two that has more in it: plain backgrounds teach nothing."""
        small, large = self.rng.choice(self.pool)
        side, candidates = self.options.patch, []
        for _ in range(2):
            y, x = (self.rng.randrange(SMALL - side + 1) for _ in "yx")
            cut = large[y * SCALE : (y + side) * SCALE, x * SCALE : (x + side) * SCALE]
            candidates.append((cut.std(), self.rng.random(), small[y : y + side, x : x + side], cut))
        _, _, small, large = max(candidates, key=lambda candidate: candidate[:2])
        turns, flip = self.rng.choice((0, 0, 0, 1, 3)), self.rng.random() < 0.5
        turned = (np.rot90(cut[:, ::-1] if flip else cut, turns) for cut in (small, large))
        return [to_tensor(cut) for cut in turned]

    def look(self, tag):
        """Prints dB of held-out drawings beside bicubic's, and writes some, and the net."""
        with self.averages.in_use():
            for name, through_vae in (("drawn", False), ("through the VAE", True)):
                rng, ours, theirs, shown = random.Random(HELD_OUT_SEED), [], [], []
                for _ in range(HELD_OUT):
                    small, large = self.pairs.draw(rng, through_vae, Image.Resampling.BOX)
                    made, plain = enlarged(self.net, small), bicubic(small, SCALE)
                    ours.append(psnr(made, large))
                    theirs.append(psnr(plain, large))
                    shown += [picture[:256, 128:384] for picture in (plain, made, large)] if len(shown) < 12 else []
                gain = np.mean(ours) - np.mean(theirs)
                print(f"LOOK {tag} {name}: {np.mean(ours):.2f} dB, bicubic {np.mean(theirs):.2f}, {gain:+.2f}")
            save_sheet(shown, 6, self.options.out / f"x4_{tag}.png")
            weights = {name: weight.half().contiguous() for name, weight in self.net.state_dict().items()}
            save_file(weights, self.options.out / "x4.safetensors")


def main():
    options = parse_options()
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    UpscalerTraining(options).run()


if __name__ == "__main__":
    main()
