"""Pictures as the pack's VAE gives them back."""

import numpy as np
import torch
from diffusers import AutoencoderKL

from sampling import to_pixels
from training import to_range

BATCH = 16


@torch.no_grad()
def through_vae(pack, pictures):
    """uint8 pictures [H, W, 3] of one size, encoded and decoded by the pack's VAE."""
    vae = AutoencoderKL.from_pretrained(pack / "sd" / "vae").float().eval().to(memory_format=torch.channels_last)
    made = []
    for first in range(0, len(pictures), BATCH):
        pixels = to_range(torch.from_numpy(np.stack(pictures[first : first + BATCH])))
        latents = vae.encode(pixels.contiguous(memory_format=torch.channels_last)).latent_dist.mean
        made += to_pixels(vae.decode(latents).sample)
    return made
