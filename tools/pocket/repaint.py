#!/usr/bin/env python3
"""Makes drawings look as if the pack had painted them, so that other networks learn what they will be shown.

    repaint.py --data DATA --vae DIR --unet DIR --out DIR [--latents FILE] [--count 2400]

Of the first --count pictures of DATA the latents (from FILE, latents.pt of a train_unet.py on them, if it is given) are
decoded; those of odd number only after noise was added and taken away again by one step of the UNet, which softens and
garbles what it is unsure of. Writes OUT/repainted.npy [count, H, W, 3] uint8; labels stay right.
"""

import argparse
import pathlib

import numpy as np
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextModel

from sampling import to_pixels
from train_unet import Noise
from training import open_data, to_range

BATCH = 16
TIMESTEPS = (60, 420)


class Painter:
    def __init__(self, options):
        self._vae = AutoencoderKL.from_pretrained(options.vae).float().eval().to(memory_format=torch.channels_last)
        unet = UNet2DConditionModel.from_pretrained(options.unet / "unet").float().eval()
        self._unet = unet.to(memory_format=torch.channels_last)
        self._text = CLIPTextModel.from_pretrained(options.unet / "text_encoder").float().eval()
        self._rgb, _ = open_data(options.data)
        self._latents = torch.load(options.latents)["z"] if options.latents else None
        self._ids = np.load(options.data / "ids.npy", mmap_mode="r")
        self._noise = Noise("cpu")

    @torch.no_grad()
    def paint(self, first):
        """BATCH pictures from number `first` on, uint8 [H, W, 3]."""
        latents = self._latents_of(slice(first, first + BATCH))
        ids = torch.from_numpy(np.array(self._ids[first + 1 : first + BATCH : 2, 0]).astype(np.int64))
        latents[1::2] = self._renewed(latents[1::2], ids, torch.Generator().manual_seed(first))
        return to_pixels(self._vae.decode(latents).sample)

    def _latents_of(self, part):
        if self._latents is not None:
            return self._latents[part].float()
        pixels = to_range(torch.from_numpy(np.array(self._rgb[part])))
        return self._vae.encode(pixels.contiguous(memory_format=torch.channels_last)).latent_dist.mean

    def _renewed(self, latents, ids, rng):
        timesteps = torch.randint(*TIMESTEPS, (len(latents),), generator=rng)
        noise = torch.randn(latents.shape, generator=rng)
        noisy = self._noise.add(latents, noise, timesteps)
        guess = self._unet(noisy, timesteps, self._text(ids).last_hidden_state).sample
        return self._noise.remove(noisy, guess, timesteps)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="what draw.py wrote")
    parser.add_argument("--latents", type=pathlib.Path)
    parser.add_argument("--vae", type=pathlib.Path, required=True)
    parser.add_argument("--unet", type=pathlib.Path, required=True, help="a folder with unet/ and text_encoder/")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=2400)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    painter, pictures = Painter(options), []
    for first in range(0, options.count - options.count % BATCH, BATCH):
        pictures += painter.paint(first)
        if first // BATCH % 30 == 0:
            print(f"{len(pictures)} of {options.count}", flush=True)
    np.save(options.out / "repainted.npy", np.stack(pictures))


if __name__ == "__main__":
    main()
