"""Backgrounds to be photographed in front of."""

from ..colours import darker, lighter, mix
from ..pen import radial
from ..shapes import CANVAS, box, path, stroke


def plain(pen, rng, colour, soften):
    """A wall of one colour, sometimes with a disc of light."""
    colour = lighter(colour, 0.18) if soften else colour
    pen.fill(CANVAS, radial(64, 52, 96, lighter(colour, 0.30), 1, darker(colour, 0.10), 1))
    if rng.random() < 0.45:
        pen.dot(64, 58, rng.uniform(42, 50), lighter(colour, 0.42), alpha=0.8)


def studio(pen, rng):
    """A grey backdrop and a soft box at one side."""
    grey = mix((120, 124, 136), (176, 172, 176), rng.random())
    pen.fill(CANVAS, radial(64, 50, 90, lighter(grey, 0.5), 1, darker(grey, 0.42), 1))
    pen.fill(box(0, 108, 128, 20), darker(grey, 0.25), alpha=0.25)
    x = rng.choice([8, 120])
    d = 1 if x < 64 else -1
    pen.line(stroke((x, 40), (x, 128)), (50, 50, 60), 2.2)
    pen.fill(path((x - 9 * d, 20), (x + 9 * d, 14), (x + 12 * d, 44), (x - 4 * d, 46)), (56, 56, 66))
    pen.fill(path((x + 9 * d, 14), (x + 12 * d, 44), (x + 15 * d, 46), (x + 13 * d, 11)), (255, 250, 228))
    pen.glow(x + 13 * d, 30, 30, (255, 250, 225), 0.55)
