"""Aligned faces for the embedder and the swapper, out of what draw_faces.py drew, and what spoils them."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from .align import SIDE, recognition_crop

_SPOILED_TOGETHER = 4  # pictures that are made as small as each other
_HELD_SHARE = 10  # one scene and one person of so many are held out


class Crops:
    """The arrays of draw_faces.py; rows 2 i and 2 i + 1 of crops show one scene with two people's faces."""

    def __init__(self, folder):
        self.crops = np.load(folder / "crops.npy", mmap_mode="r")
        self.identity = np.load(folder / "identity.npy")
        self.people = torch.from_numpy(np.load(folder / "people.npy"))
        self.points = np.load(folder / "points.npy", mmap_mode="r")
        scenes = len(self.identity) // 2
        self.trained_scenes = scenes - scenes // _HELD_SHARE
        self.trained_people = len(self.people) - len(self.people) // _HELD_SHARE
        self.known = np.flatnonzero(self.identity[: 2 * self.trained_scenes] >= 0)
        self.held = 2 * self.trained_scenes + np.flatnonzero(self.identity[2 * self.trained_scenes :] >= 0)

    def pictures(self, rows):
        """float [N, 3, 128, 128] in 0 to 1."""
        pictures = torch.from_numpy(np.stack([self.crops[row] for row in rows]))
        return pictures.permute(0, 3, 1, 2).float().div(255).contiguous(memory_format=torch.channels_last)


def to_embedder(pictures):
    """From swapper's crops in 0 to 1 to what the embedder wants."""
    return recognition_crop(pictures).mul(2).sub(1).contiguous(memory_format=torch.channels_last)


def shaken(pictures, generator, strength=1.0):
    """The pictures moved, turned, scaled, and half of them mirrored: the points that align a face are never exact."""
    count = len(pictures)
    turn = _spread(count, math.radians(4) * strength, generator)
    scale = 1 + _spread(count, 0.05 * strength, generator)
    shift = _spread(2 * count, 2 * 2.5 / SIDE * strength, generator).reshape(count, 2)
    mirror = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    rows = [
        torch.stack([scale * turn.cos() * mirror, -scale * turn.sin(), shift[:, 0]], 1),
        torch.stack([scale * turn.sin() * mirror, scale * turn.cos(), shift[:, 1]], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def crooked(pictures, generator):
    """The insides of the faces bent by a pixel or three, as a small diffusion model draws them."""
    field = torch.randn(len(pictures), 2, 6, 6, generator=generator) * 2 * 1.3 / SIDE
    field = F.interpolate(field, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
    ramp = torch.linspace(-1, 1, SIDE)
    inside = torch.exp(-2.5 * (ramp[:, None] ** 2 + ramp[None, :] ** 2))
    straight = torch.stack(torch.meshgrid(ramp, ramp, indexing="xy"), -1) * (SIDE - 1) / SIDE
    grid = straight + (field * inside).permute(0, 2, 3, 1)
    return F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def relit(pictures, generator, channels=3):
    """Other light: brighter or darker, warmer or colder; the same for several pictures stacked by channels."""
    count, times = len(pictures), pictures.shape[1] // channels
    gain = 1 + _spread(count, 0.15, generator)[:, None, None, None]
    tint = 1 + _spread(3 * count, 0.08, generator).reshape(count, 3, 1, 1).repeat(1, times, 1, 1)
    lift = _spread(count, 0.06, generator)[:, None, None, None]
    return (pictures * gain * tint + lift).clamp(0, 1)


def spoiled(pictures, generator, share=0.5):
    """A share of the pictures smaller and back, blurred and noisy, as what a small diffusion model paints is soft."""
    result = pictures.clone()
    chosen = (torch.rand(len(pictures), generator=generator) < share).nonzero()[:, 0]
    for group in chosen.split(_SPOILED_TOGETHER):
        size = int(SIDE * (0.34 + 0.5 * torch.rand((), generator=generator)))
        small = F.interpolate(pictures[group], size=(size, size), mode="bilinear", antialias=True, align_corners=False)
        noise = torch.randn(small.shape, generator=generator) * 0.025 * torch.rand((), generator=generator)
        large = F.interpolate(small + noise, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
        result[group] = large.clamp(0, 1)
    return result


def _spread(count, most, generator):
    return (2 * torch.rand(count, generator=generator) - 1) * most
