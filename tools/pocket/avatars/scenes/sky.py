"""What several scenes have above."""

from ..pen import linear
from ..shapes import CANVAS, union


def sky(pen, top, bottom):
    """Fills the canvas with a gradient from the top colour to the bottom one."""
    pen.fill(CANVAS, linear(0, 0, top, 0, 128, bottom))


def cloud(pen, x, y, scale, alpha):
    puffs = ((-9, 1, 5), (-2, -3, 7), (6, -1, 6), (12, 2, 4))
    bounds = [
        (x + (dx - r) * scale, y + (dy - r) * scale, x + (dx + r) * scale, y + (dy + r) * scale) for dx, dy, r in puffs
    ]
    pen.fill(union(*bounds), (255, 255, 255), alpha=alpha)
