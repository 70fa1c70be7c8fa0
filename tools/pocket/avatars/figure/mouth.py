"""The mouth in every expression, and the moustache above it."""

from ..colours import darker, lighter, mix
from ..shapes import box, oval, path, stroke
from ..vocabulary import LIPS

_HALF_WIDTHS = {
    "smiling": 5.6,
    "laughing": 6.4,
    "neutral": 4.4,
    "pouting": 3.2,
    "serious": 4.6,
    "surprised": 2.6,
}


def draw(pen, body):
    """Gives the left and the right corner of the mouth."""
    expression = body.avatar.expression
    x, y = body.turn * 5, 16.6 + (0.6 if body.male else 0)
    width = _HALF_WIDTHS[expression] * body.features.mouth_width * (0.93 if body.turn else 1)
    lip = _lip_colour(body)
    if expression == "laughing":
        _draw_laugh(pen, body, x, y, width, lip)
    elif expression == "smiling":
        _draw_smile(pen, body, x, y, width, lip)
    elif expression == "surprised":
        pen.fill(oval(x, y + 0.8, 2.8 * body.features.mouth_width, 1.7 + 1.7 * body.features.lip_fullness), lip)
        pen.fill(oval(x, y + 0.9, 1.7 * body.features.mouth_width, 2.3), (110, 30, 44))
    else:
        _draw_closed(pen, body, x, y, width, lip)
    if body.avatar.beard in ("moustache", "full beard"):
        _draw_moustache(pen, body, x, y)
    return (x - width, y), (x + width, y)


def _lip_colour(body):
    if body.avatar.lips != "natural":
        return LIPS[body.avatar.lips]
    return mix(LIPS["natural"], darker(body.skin, 0.35), 0.62 if body.male else 0.42)


def _draw_laugh(pen, body, x, y, width, lip):
    upper = (x - width * 0.4, y - 0.3, x + width * 0.4, y - 0.3, x + width, y - 1.4)
    lower = (x + width * 0.72, y + 5.4, x - width * 0.72, y + 5.4, x - width, y - 1.4)
    mouth = path((x - width, y - 1.4), upper, lower)
    pen.fill(mouth, (128, 36, 48), "face")
    with pen.clipped(mouth):
        pen.fill(box(x - 7, y - 3, 14, 4.3), (255, 253, 250))
        pen.dot(x, y + 5, 2.6, (232, 110, 116))
    pen.line(mouth, lip, 1.3 * body.features.lip_fullness)


def _draw_smile(pen, body, x, y, width, lip):
    k = body.features.lip_fullness
    upper = [
        (x - 2.2, y - 1.1 * k, x - 1, y - 1.3 * k, x, y - 0.7 * k),
        (x + 1, y - 1.3 * k, x + 2.2, y - 1.1 * k, x + width, y - 1.2),
    ]
    lower = (x + width * 0.55, y + 3.7 * k, x - width * 0.55, y + 3.7 * k, x - width, y - 1.2)
    pen.fill(path((x - width, y - 1.2), *upper, lower), lip)
    bow = (x - width * 0.5, y + 1.5, x + width * 0.5, y + 1.5, x + width + 0.4, y - 1.6)
    pen.line(stroke((x - width - 0.4, y - 1.6), bow), darker(lip, 0.35), 1.05)
    pen.fill(oval(x, y + 1.9, 1.9, 0.6), lighter(lip, 0.6), alpha=0.6)


def _draw_closed(pen, body, x, y, width, lip):
    expression = body.avatar.expression
    k = body.features.lip_fullness * (1.25 if expression == "pouting" else (0.8 if body.male else 1))
    bend = -0.5 if expression == "serious" else 0.7
    upper = [
        (x - 2, y - 2.1 * k, x - 1, y - 1.9 * k, x, y - 1.2 * k),
        (x + 1, y - 1.9 * k, x + 2, y - 2.1 * k, x + width, y),
    ]
    lower = (x + width * 0.5, y + 2.9 * k, x - width * 0.5, y + 2.9 * k, x - width, y)
    pen.fill(path((x - width, y), *upper, lower), lip)
    pen.line(stroke((x - width, y), (x, y + bend, x + width, y)), darker(lip, 0.35), 0.95)
    pen.fill(oval(x, y + 1.5, 1.6, 0.55), lighter(lip, 0.6), alpha=0.6)


def _draw_moustache(pen, body, x, y):
    left = (x - 4, y - 4.6, x - 1, y - 4.2, x, y - 3.4)
    right = (x + 1, y - 4.2, x + 4, y - 4.6, x + 7.6, y - 0.6)
    below = (x + 4, y - 1.6, x - 4, y - 1.6, x - 7.6, y - 0.6)
    pen.fill(path((x - 7.6, y - 0.6), left, right, below), body.hair_shade, "face")
