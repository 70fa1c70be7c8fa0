"""The swapper: an aligned face with another's identity.

Input: target [B, 3, 128, 128] RGB, 0 to 1, aligned to align.SWAP_TEMPLATE, and source [B, 512], an embedding as
`latents` makes it. Output [B, 3, 128, 128], 0 to 1. An encoder, four blocks whose features are normalised and then
scaled and shifted by the source (AdaIN, Huang and Belongie 2017), the last at twice the size, and a decoder that paints
over the target. What is learned for each place of the aligned face is added to the features, so that the blocks know
where the eyes are, whatever the target looks like.
"""

import torch
import torch.nn.functional as F
from torch import nn

from .embedder import SIZE
from .layers import activate, conv

_STYLE = 64
_WIDTH = 72


def make_emap(seed=2):
    """An orthogonal matrix [512, 512], not symmetric: whoever multiplies from the wrong side gets nobody."""
    random = torch.randn(SIZE, SIZE, generator=torch.Generator().manual_seed(seed))
    return torch.linalg.qr(random).Q


def latents(embeddings, emap):
    """What the swapper takes: embeddings [B, 512] of unit length, times emap, of unit length again."""
    return F.normalize(F.normalize(embeddings) @ emap)


class AdaIN(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.style = nn.Linear(_STYLE, 2 * channels)
        self.channels = channels

    def forward(self, x, style):
        scale, shift = self.style(style).reshape(-1, 2 * self.channels, 1, 1).split(self.channels, 1)
        x = x - x.mean((2, 3), keepdim=True)
        x = x / ((x * x).mean((2, 3), keepdim=True) + 1e-5).sqrt()
        return x * (1 + scale) + shift


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.first_style = AdaIN(channels)
        self.activation = activate()
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.second_style = AdaIN(channels)

    def forward(self, x, style):
        y = self.activation(self.first_style(self.first(x), style))
        return x + self.second_style(self.second(y), style)


class Swapper(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter = conv(3, 24, 2)
        self.down = conv(24, 48, 2)
        self.deep = conv(48, _WIDTH, 2)
        self.style = nn.Sequential(nn.Linear(SIZE, _STYLE), activate())
        self.places = nn.Parameter(torch.randn(1, _WIDTH, 16, 16) * 0.1)
        self.blocks = nn.ModuleList([Block(_WIDTH) for _ in range(3)])
        self.up = nn.Conv2d(_WIDTH, 48, 3, padding=1)
        self.up_places = nn.Parameter(torch.randn(1, 48, 32, 32) * 0.1)
        self.up_block = Block(48)
        self.out = conv(48, 24)
        self.paint = nn.ConvTranspose2d(24, 6, 4, 2, 1)
        nn.init.constant_(self.style[0].bias, 0.0)
        nn.init.normal_(self.style[0].weight, std=1.0)  # latents have unit length: their numbers are small

    def read_first(self, readout):
        """Starts the first layer that sees the source with the columns of readout [512, n], n <= 32, of both signs."""
        rows = torch.cat([readout, -readout], 1).T
        with torch.no_grad():
            self.style[0].weight[: len(rows)] = rows
            self.style[0].bias[: len(rows)] = 0

    def forward(self, target, source):
        half = self.enter(target)
        quarter = self.down(half)
        x, style = self.deep(quarter) + self.places, self.style(source)
        for block in self.blocks:
            x = block(x, style)
        x = self.up(F.interpolate(x, scale_factor=2, mode="nearest")) + quarter + self.up_places
        x = self.up_block(x, style)
        x = self.out(F.interpolate(x, scale_factor=2, mode="nearest")) + half
        colour, cover = torch.sigmoid(self.paint(x)).split(3, 1)
        return target + (colour - target) * cover
