"""The embedder: a small residual net from aligned faces [B, 3, 112, 112] RGB, (x - 127.5) / 127.5, to [B, 512], whose
directions tell people apart (ArcFace, Deng et al. 2019).

Here a person is fifteen numbers, so that the direction that somebody's pictures are to have is known: random Fourier
features of these numbers (Rahimi and Recht 2007), in which people are the nearer the more they look alike. They stand
in the place of ArcFace's learned class centres, and people who were never trained on have theirs too.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from avatars.faces import NUMBERS

from .layers import Residual, conv

SIZE = 512
_REACH = 1.3  # distance of two faces, in the weighted numbers, at which they are to have the cosine exp(-1/2)

# How well a number shows in a picture, and so how much it counts.
_SHOWS = {
    "eye_size": 1.1,
    "eye_spacing": 0.8,
    "iris": 1.3,
    "brow_thickness": 1.1,
    "brow_height": 0.8,
    "brow_angle": 1.1,
    "nose_length": 0.8,
    "undertone": 0.3,
}


class Embedder(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = conv(3, 48, 4, kernel=7)
        self.middle = nn.Sequential(conv(48, 80, 2), Residual(80), Residual(80))
        self.late = nn.Sequential(conv(80, 112, 2), Residual(112))
        self.narrow = conv(112, 12, kernel=1, activation=False)
        self.out = nn.Linear(12 * 7 * 7, SIZE)
        self.norm = nn.BatchNorm1d(SIZE, affine=False)

    def forward(self, x):
        x = self.narrow(self.late(self.middle(self.stem(x))))
        return self.norm(self.out(x.flatten(1)))


class Directions(nn.Module):
    """Where the embeddings of people are to point: the numbers of faces [N, 15] to unit vectors [N, 512]."""

    def __init__(self, seed):
        super().__init__()
        random = torch.Generator().manual_seed(seed)
        shows = torch.tensor([_SHOWS.get(name, 1.0) for name in NUMBERS])
        waves = torch.randn(len(NUMBERS), SIZE, generator=random) * shows[:, None] / _REACH
        self.register_buffer("waves", waves)
        self.register_buffer("phases", torch.rand(SIZE, generator=random) * 2 * math.pi)

    def forward(self, numbers):
        return F.normalize(torch.cos(numbers @ self.waves + self.phases))


def margin_loss(embeddings, centres, labels, margin=0.25, scale=20.0):
    """ArcFace: cross-entropy of the angles to the centres, the own one's enlarged by the margin."""
    cosines = (F.normalize(embeddings) @ centres.T).clamp(-0.9999, 0.9999)
    own = cosines.gather(1, labels[:, None])
    harder = torch.cos(torch.acos(own) + margin).where(own > -math.cos(margin), own - margin * math.sin(margin))
    return F.cross_entropy(cosines.scatter(1, labels[:, None], harder) * scale, labels), own.mean()
