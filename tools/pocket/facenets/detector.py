"""The detector: faces with five points on three strides, as SCRFD gives them.

Input [B, 3, H, W] RGB, (x - 127.5) / 128, H and W multiples of 32. A cell of a stride has two anchors, ANCHORS pixels
in size; what is predicted for one is where its box ends, left, top, right, bottom of the cell's upper left corner, and
where five points are, all in strides.
"""

import torch
from torch import nn

from .layers import Residual, conv

STRIDES = (8, 16, 32)
ANCHORS = {8: (16, 32), 16: (64, 128), 32: (256, 512)}


class Detector(nn.Module):
    def __init__(self, stem=16, width=32):
        super().__init__()
        self.stem = nn.Sequential(conv(3, stem, 2), conv(stem, 24, 2))
        self.stages = nn.ModuleList(
            [
                nn.Sequential(conv(24, 40, 2), Residual(40)),
                nn.Sequential(conv(40, 64, 2), Residual(64)),
                nn.Sequential(conv(64, 64, 2), conv(64, 64)),
            ]
        )
        self.sides = nn.ModuleList([conv(channels, width, kernel=1) for channels in (40, 64, 64)])
        self.heads = nn.ModuleList([_Head(width, stride) for stride in STRIDES])

    def forward(self, x):
        """For each stride scores [B, 2, h, w] before the sigmoid, boxes [B, 2, 4, h, w], points [B, 2, 10, h, w]."""
        x, maps = self.stem(x), []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        maps = [side(features) for side, features in zip(self.sides, maps, strict=True)]
        for i in (1, 0):
            maps[i] = maps[i] + nn.functional.interpolate(maps[i + 1], scale_factor=2, mode="nearest")
        return [head(features) for head, features in zip(self.heads, maps, strict=True)]


class _Head(nn.Module):
    """A cell's two anchors; boxes and points are learned in shares of the anchor."""

    def __init__(self, width, stride):
        super().__init__()
        self.tower = conv(width, width)
        self.scores = nn.Conv2d(width, 2, 1)
        self.boxes = nn.Conv2d(width, 8, 1)
        self.points = nn.Conv2d(width, 20, 1)
        nn.init.constant_(self.scores.bias, -4.0)
        nn.init.constant_(self.boxes.bias, 0.5)
        for layer in (self.boxes, self.points):
            nn.init.normal_(layer.weight, std=0.01)
        self.register_buffer("shares", torch.tensor(ANCHORS[stride], dtype=torch.float32) / stride, persistent=False)

    def forward(self, x):
        x = self.tower(x)
        shape, size = (x.shape[0], 2, -1, *x.shape[2:]), self.shares[:, None, None, None]
        return self.scores(x), self.boxes(x).reshape(shape) * size, self.points(x).reshape(shape) * size


class ForExport(nn.Module):
    """A picture in; scores [N, 1], boxes [N, 4] and points [N, 10] of the three strides out, an anchor a row."""

    def __init__(self, detector):
        super().__init__()
        self.detector = detector
        with torch.no_grad():
            for head in detector.heads:
                for layer in (head.boxes, head.points):
                    shares = head.shares.repeat_interleave(layer.bias.shape[0] // 2)
                    layer.weight.mul_(shares[:, None, None, None])
                    layer.bias.mul_(shares)

    def forward(self, x):
        detector, maps = self.detector, []
        x = detector.stem(x)
        for stage in detector.stages:
            x = stage(x)
            maps.append(x)
        maps = [side(features) for side, features in zip(detector.sides, maps, strict=True)]
        for i in (1, 0):
            maps[i] = maps[i] + nn.functional.interpolate(maps[i + 1], scale_factor=2, mode="nearest")
        towers = [head.tower(features) for head, features in zip(detector.heads, maps, strict=True)]
        pairs = list(zip(detector.heads, towers, strict=True))
        scores = [torch.sigmoid(_rows(head.scores(tower), 1)) for head, tower in pairs]
        boxes = [_rows(head.boxes(tower), 4) for head, tower in pairs]
        points = [_rows(head.points(tower), 10) for head, tower in pairs]
        return (*scores, *boxes, *points)


def _rows(map_, numbers):
    return map_.permute(0, 2, 3, 1).reshape(-1, numbers)


def cells(height, width, stride):
    """The places [h, w, 2] of the cells of a stride, x and y in pixels."""
    y, x = torch.meshgrid(torch.arange(height // stride), torch.arange(width // stride), indexing="ij")
    return torch.stack([x, y], -1).float() * stride


@torch.no_grad()
def faces_of_rows(rows, height, width, threshold=0.5, overlap=0.4):
    """The faces in one picture, best first: (score, box [4], points [5, 2]) in pixels, of ForExport's nine outputs."""
    found = []
    for stride, scores, boxes, points in zip(STRIDES, rows[:3], rows[3:6], rows[6:], strict=True):
        places = cells(height, width, stride).reshape(-1, 1, 2).expand(-1, 2, 2).reshape(-1, 2)
        for i in (scores[:, 0] > threshold).nonzero()[:, 0].tolist():
            corners = torch.cat([places[i] - boxes[i, :2] * stride, places[i] + boxes[i, 2:] * stride])
            marks = points[i].reshape(5, 2) * stride + places[i]
            found.append((scores[i].item(), corners.numpy(), marks.numpy()))
    found.sort(key=lambda face: -face[0])
    kept = []
    for face in found:
        if all(intersection_over_union(face[1], other[1]) < overlap for other in kept):
            kept.append(face)
    return kept


def intersection_over_union(first, second):
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return float(both / (_area(first) + _area(second) - both))


def _area(box):
    return (box[2] - box[0]) * (box[3] - box[1])
