"""The hair over the forehead: fringe, cap or curls, with what light does on it."""

import math

from ..colours import lighter, mix
from ..pen import linear
from ..shapes import path, stroke, union
from .body import SIDES

# From the left temple over the top to the right one: what all long hair begins with.
_TOP = [(-21.2, 7), (-24, -14, -16, -29.5, 0, -29.5), (16, -29.5, 24, -14, 21.2, 7)]


def outline(body):
    """The hair's shape over the forehead, and so what throws a shadow on the face."""
    style, o = body.avatar.style, body.turn * 2.5
    if style == "buzz cut":
        edge = [(18.4, -2), (17, -13, 9, -15.5, 0 + o, -15.5), (-9, -15.5, -17, -13, -18.4, -2)]
        return path((-19.6, -1), (-21, -16, -13, -26, 0, -26), (13, -26, 21, -16, 19.6, -1), *edge)
    if style == "quiff":
        top = [(-22, -10, -20, -22, -13, -27), (-8, -35, 10, -37, 17, -30), (22, -24, 21.6, -10, 20.3, 3)]
        edge = [
            (18, 0),
            (17.6, -8, 15, -12, 12, -13.5),
            (4 + o, -17, -6 + o, -17, -12, -12),
            (-16, -9, -17.4, -4, -18, 1),
        ]
        return path((-20.3, 3), *top, *edge)
    if style == "man bun":
        edge = [(18, -2), (16, -13, 8, -17, o, -17), (-8, -17, -16, -13, -18, -2)]
        return path((-20, 2), (-22, -14, -14, -28, 0, -28), (14, -28, 22, -14, 20, 2), *edge)
    if style == "short" or (style == "curly" and body.male):
        top = [(-20.4, 4), (-23, -13, -15, -30, 0, -30), (15, -30, 23, -13, 20.4, 4)]
        edge = [(18, 0), (17.5, -7, 15, -10, 13, -11), (4 + o, -18, -4 + o, -10, -14, -9), (-17, -8, -17.6, -3, -18, 1)]
        return path(*top, *edge)
    return path(*_TOP, *_parting(body.avatar.fringe, o))


def _parting(fringe, o):
    if fringe == "bangs":
        side = [(18.4, 1, 17.4, -3, 16, -5), (9 + o, -3.2, -9 + o, -3.2, -16, -5), (-17.4, -3, -18.4, 1, -18.2, 7)]
        return [(18.2, 7), *side]
    if fringe == "side":
        return [(17.6, 8), (18.4, -2, 15, -9, -8 + o, -20), (-11 + o, -14, -17, -8, -17.8, 7)]
    if fringe == "centre":
        return [(17.8, 9), (18, -4, 10, -10, 0 + o, -20), (-10, -10, -18, -4, -17.8, 9)]
    return [(18, 6), (17, -8, 10, -15, 0 + o, -15), (-10, -15, -17, -8, -18, 6)]


def draw(pen, body, shape, rng):
    style = body.avatar.style
    if style == "curly":
        _draw_curls(pen, body, rng)
    elif style == "buzz cut":
        pen.fill(shape, mix(body.skin, body.hair, 0.82), "hair")
    else:
        pen.fill(shape, linear(0, -30, lighter(body.hair, 0.06), 0, 10, body.hair_between(0.35)), "hair")
        with pen.clipped(shape):
            pen.line(stroke((-19, -12), (-15, -23, -4, -25.5)), body.hair_light, 3, alpha=0.7)
            pen.line(stroke((5, -25), (14, -22, 17, -14)), body.hair_light, 2, alpha=0.42)
            _draw_strands(pen, body)
    if style == "pixie":
        pen.line(stroke((-14, -18), (0, -12, 15, -8)), body.hair_shade, 1, alpha=0.5)


def _draw_curls(pen, body, rng):
    bounds = []
    if body.male:
        for i in range(8):
            x = -19 + i * 5.4
            y = -14 - 9 * math.cos(x / 16)
            bounds.append((x - 6, y - 5.4, x + 6, y + 6.4))
        bounds.append((-17, -29, 17, -15))
        bounds += [(s * 19 - 3.4, -14, s * 19 + 3.4, 2) for s in SIDES]
    else:
        for i in range(7):
            x = -18 + i * 6
            y = -16 - 5 * math.cos(x / 14)
            bounds.append((x - 6.4, y - 6, x + 6.4, y + 6))
        bounds += [(s * 20 - 4.6, y - 6, s * 20 + 4.6, y + 6) for s in SIDES for y in (-8, 2, 11)]
        bounds.append((-19, -30, 19, -16))
    pen.fill(union(*bounds), linear(0, -30, body.hair, 0, 14, body.hair_between(0.4)), "hair")
    for _ in range(8):
        x = rng.uniform(-15, 15)
        y = -20 - 5 * math.cos(x / 14) + rng.uniform(-3, 4)
        pen.line(stroke((x - 2.6, y + 1), (x, y - 3.2, x + 2.6, y + 0.6)), body.hair_light, 1.2, alpha=0.6)


def _draw_strands(pen, body):
    fringe, shade, o = body.avatar.fringe, body.hair_shade, body.turn * 2.5
    if fringe == "bangs" and not body.male:
        for x in (-11, -5.5, 0, 5.5, 11):
            pen.line(stroke((x * 0.8, -18), (x, -10, x * 1.03, -3)), shade, 0.9, alpha=0.5)
    elif fringe == "side" and not body.male:
        pen.line(stroke((-8, -22), (8, -18, 18, 0)), shade, 1, alpha=0.55)
        pen.line(stroke((-6, -26), (14, -20, 20, 2)), shade, 1, alpha=0.45)
    elif fringe == "centre" and not body.male:
        pen.line(stroke((o, -29), (o, -19)), shade, 1, alpha=0.6)
        pen.line(stroke((2, -23), (15, -14, 18.5, 6)), shade, 0.9, alpha=0.45)
        pen.line(stroke((-2, -23), (-15, -14, -18.5, 6)), shade, 0.9, alpha=0.45)
    elif body.avatar.style in ("short", "quiff"):
        pen.line(stroke((-10, -13), (-4, -22, 10, -26)), shade, 1, alpha=0.5)
        pen.line(stroke((0, -15), (8, -20, 17, -18)), shade, 1, alpha=0.45)
