"""The hair behind the head and the shoulders."""

import math

from ..colours import darker
from ..pen import linear
from ..shapes import oval, path, stroke, union
from .body import SIDES

_LONG_STRAIGHT = path(
    *((0, -29), (18, -29, 25, -14, 24.5, 8), (25, 30, 28, 44, 26, 62), (12, 66, -12, 66, -26, 62)),
    *((-28, 44, -25, 30, -24.5, 8), (-25, -14, -18, -29, 0, -29)),
)
_LONG_WAVY = path(
    *((0, -30), (19, -30, 26, -14, 25, 4), (24, 14, 33, 20, 29, 32), (26, 40, 36, 48, 29, 62)),
    *((14, 68, -14, 68, -29, 62), (-36, 48, -26, 40, -29, 32), (-33, 20, -24, 14, -25, 4)),
    (-26, -14, -19, -30, 0, -30),
)
_BOB = path(
    *((0, -29.5), (20, -29.5, 27, -12, 26, 6), (28, 16, 27, 24, 22, 29), (10, 32, -10, 32, -22, 29)),
    *((-27, 24, -28, 16, -26, 6), (-27, -12, -20, -29.5, 0, -29.5)),
)
_BRAIDS = path((0, -29), (18, -29, 24, -14, 22, 8), (20, 18), (-20, 18), (-22, 8), (-24, -14, -18, -29, 0, -29))
_PIXIE = path(
    *((0, -29), (18, -29, 24, -12, 22, 4), (22, 12, 18, 18, 14, 20), (-14, 20), (-18, 18, -22, 12, -22, 4)),
    (-24, -12, -18, -29, 0, -29),
)
_SHORT = path(
    *((0, -28), (18, -28, 22, -12, 20.5, 6), (18, 16), (-18, 16), (-20.5, 6), (-22, -12, -18, -28, 0, -28)),
)
_FIXED = {
    "long straight": _LONG_STRAIGHT,
    "long wavy": _LONG_WAVY,
    "bob": _BOB,
    "braids": _BRAIDS,
    "pixie": _PIXIE,
    "bun": oval(0, -33, 11.5, 11.5 * 0.92),
    "man bun": oval(0, -30, 8, 8 * 0.92),
}


def draw(pen, body, rng):
    style = body.avatar.style
    if style == "ponytail":
        shape = _ponytail(_ponytail_side(body))
    elif style == "curly":
        shape = _curls(body, rng)
    else:
        shape = _FIXED.get(style, _SHORT)
    pen.fill(shape, linear(0, -30, darker(body.hair, 0.16), 0, 60, body.hair_shade), "hair")
    if style == "bun":
        pen.line(stroke((-6, -38), (1, -43, 7, -36)), body.hair_light, 1.6, alpha=0.7)
        pen.line(stroke((-8, -31), (0, -36, 8, -30)), body.hair_shade, 1.2, alpha=0.6)
    elif style == "ponytail":
        d = _ponytail_side(body)
        light = stroke((d * 14, -20), (d * 30, -18, d * 28, 10), (d * 27, 26, d * 27, 36))
        pen.line(light, body.hair_light, 1.6, alpha=0.55)
        pen.line(stroke((d * 18, -14), (d * 26, -4, d * 25, 14)), body.hair_shade, 1.2, alpha=0.6)
    elif style in ("long straight", "long wavy"):
        for x in (-21, -16, 16, 21):
            pen.line(stroke((x * 0.9, 12), (x * 1.05, 36, x * 1.12, 58)), body.hair_shade, 1.1, alpha=0.6)
    elif style == "curly":
        _draw_lights_on_curls(pen, body, rng)


def _ponytail_side(body):
    """It hangs where the head does not look."""
    if body.turn > 0:
        return -1
    return 1 if body.turn < 0 else body.avatar.side


def _ponytail(d):
    return path(
        *((d * 10, -24), (d * 34, -30, d * 38, -6, d * 33, 14), (d * 38, 30, d * 30, 44, d * 20, 48)),
        *((d * 26, 34, d * 20, 20, d * 22, 6), (d * 24, -8, d * 16, -14, d * 8, -14)),
    )


def _curls_radius(body):
    return 21 if body.male else 25


def _curls(body, rng):
    radius = _curls_radius(body)
    count, first, spread, sizes = (10, 185, 190, (6.5, 8.5)) if body.male else (13, 200, 220, (9, 11.5))
    bounds = []
    for i in range(count):
        angle, curl = math.radians(first - i * spread / (count - 1)), rng.uniform(*sizes)
        x, y = radius * math.cos(angle), -4 - (radius - 1) * math.sin(angle)
        bounds.append((x - curl, y - curl, x + curl, y + curl))
    if not body.male:
        bounds += [(s * 24 - 10, 8, s * 24 + 10, 28) for s in SIDES]
    return union(*bounds, (-22, -28, 22, 12))


def _draw_lights_on_curls(pen, body, rng):
    radius = _curls_radius(body)
    for _ in range(9):
        angle = math.radians(rng.uniform(-20, 200))
        x, y = radius * math.cos(angle), -4 - radius * math.sin(angle)
        pen.line(stroke((x - 3, y), (x, y - 5, x + 3, y - 1)), body.hair_light, 1.3, alpha=0.5)
