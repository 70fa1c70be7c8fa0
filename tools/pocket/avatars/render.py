"""From an avatar to its picture, labels and landmarks."""

import dataclasses
import random

import numpy as np

from .attributes import Avatar
from .figure import draw_figure
from .pen import Pen
from .scenes import TINTS, draw_scene
from .shapes import CANVAS

# The scale of the figure, and how far down its head is, by frame.
_FRAMES = {"portrait": (1.52, 60), "bust": (1.14, 49), "half": (0.90, 39)}


@dataclasses.dataclass(frozen=True)
class Drawing:
    rgb: np.ndarray  # uint8 [size, size, 3]
    labels: np.ndarray | None  # uint8 [size, size], vocabulary.LABELS
    keypoints: list  # (x, y) in pixels: left eye, right eye, nose, left and right corner of the mouth
    face_box: list  # left, top, right, bottom in pixels; may reach beyond the picture


def render(avatar: Avatar, size: int = 128, labels: bool = True) -> Drawing:
    """Draws the avatar, the same way each time; a larger size shows the same picture."""
    rng, pen = random.Random(avatar.seed), Pen(size, labels)
    draw_scene(pen, avatar, rng)
    scale, head_y = _FRAMES[avatar.frame]
    scale *= rng.uniform(0.95, 1.05)
    with pen.saved():
        pen.move(64 + rng.uniform(-4, 4) + _room_for_hand(avatar), head_y + rng.uniform(-2.5, 2.5))
        pen.scale(scale)
        landmarks = draw_figure(pen, avatar, rng)
    if avatar.scene in TINTS:
        colour, alpha = TINTS[avatar.scene]
        pen.fill(CANVAS, colour, alpha=alpha)
    return Drawing(pen.rgb, pen.labels, landmarks.keypoints, landmarks.face_box)


def _room_for_hand(avatar):
    """How far the figure steps aside for a raised hand."""
    return -4 * (avatar.turn or avatar.side) if avatar.pose in ("hold", "wave") else 0
