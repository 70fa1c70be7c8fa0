"""The face without its features: outline, light and shadow, beard, freckles, nose."""

import skia

from ..colours import darker, mix
from ..pen import linear, radial
from ..shapes import box, oval, path, stroke
from .body import SIDES

# Half widths and heights: temple, jaw, jaw's height, chin, chin's height.
_SHAPES = {
    "oval": (18.6, 14.6, 13, 6, 24.5),
    "round": (19.6, 16.5, 13, 7, 23),
    "square": (18.8, 16.6, 15, 8.5, 24),
    "heart": (19.2, 13.4, 12, 4.4, 25),
}


def outline(body):
    """The face as a path: what the face box is taken from."""
    temple, jaw, jaw_y, chin, chin_y = _SHAPES[body.avatar.shape]
    if body.male:
        jaw, chin, chin_y = jaw + 1.2, chin + 2, chin_y + 1
    jaw, chin = jaw + body.features.jaw, chin + body.features.jaw
    o = body.turn * 2.2
    return path(
        *((0, -23), (12, -23, temple, -14, temple, -1)),
        (temple, 6, jaw + 1.4 + o * 0.6, jaw_y - 3, jaw + o * 0.7, jaw_y),
        (jaw - 2.6 + o, jaw_y + 6, chin + 2 + o, chin_y, 0 + o, chin_y),
        (-chin - 2 + o, chin_y, -jaw + 2.6 + o, jaw_y + 6, -jaw + o * 0.7, jaw_y),
        (-jaw - 1.4 + o * 0.6, jaw_y - 3, -temple, 6, -temple, -1),
        (-temple, -14, -12, -23, 0, -23),
    )


def draw(pen, body, shape, fringe):
    """Fills the face's shape; the fringe, a path, throws its shadow on it."""
    turn, shade, light = body.turn, body.skin_shade, body.skin_light
    pen.fill(shape, body.skin, "face")
    with pen.clipped(shape):
        d = -1 if turn <= 0 else 1
        pen.fill(box(-30, -30, 60, 60), linear(-d * 8, 0, shade, -d * 22, 6, shade, 0, 0.5))
        x = d * 6 + turn * 4
        pen.fill(oval(x, -6, 13, 10), radial(x, -6, 13, light, 0.55, light, 0))
        for s in SIDES:
            x, blush = s * 11 + turn * 4.5, (240, 96, 96)
            pen.fill(oval(x, 12, 6.6, 5), radial(x, 12, 6, blush, 0.18 if body.male else 0.36, blush, 0))
        if body.avatar.beard in ("stubble", "full beard"):
            _draw_beard(pen, body)
        shadow = skia.Path(fringe)
        shadow.offset(0, 2.6)
        pen.fill(shadow, shade, alpha=0.42)
    if body.features.freckles:
        _draw_freckles(pen, body)


def _draw_beard(pen, body):
    full = body.avatar.beard == "full beard"
    colour = body.hair_shade if full else mix(body.skin, body.hair_shade, 0.34)
    o, e = body.turn * 2.2, body.turn * 4.5
    edge = [(-18.5, 2), (-17 + o, 10, -12 + e, 12, -8 + e, 12.2), (-3 + e, 10.6, 3 + e, 10.6, 8 + e, 12.2)]
    edge += [(12 + e, 12, 17 + o, 10, 18.5, 2), (24, 0), (24, 34), (-24, 34)]
    pen.fill(path((-24, 0), *edge), colour, "face")
    if full:
        pen.line(stroke((-12 + o, 18), (0 + o, 26, 12 + o, 18)), body.hair_light, 1.2, alpha=0.3)


def _draw_freckles(pen, body):
    colour = darker(mix(body.skin, (180, 90, 50), 0.6), 0.15)
    for s in SIDES:
        for dx, dy in ((-3, 0), (0, -1.4), (3, 0.2), (-1.4, 2.2), (1.8, 2.3)):
            pen.dot(s * 10.2 + body.turn * 4.6 + dx, 9.6 + dy, 0.62, colour, alpha=body.features.freckles)


def draw_nose(pen, body):
    """Gives the point of the nose."""
    x, y, d = body.turn * 6.4, 10.4 + body.features.nose_length, 1 if body.turn >= 0 else -1
    if body.features.nose_width:
        _draw_wide_nose(pen, body, x, y, d)
        return (x, y)
    bridge = (x + d * 2.6, 8, x + d * 1.6, y + 0.6)
    pen.line(stroke((x + d * 0.8, 3), bridge, (x, y + 1.5, x - d * 1.7, y + 0.5)), _nose_colour(body), 1.25)
    pen.dot(x - 0.4, y - 1.9, 1.1, body.skin_light, alpha=0.8)
    return (x, y)


def _draw_wide_nose(pen, body, x, y, d):
    """A nose with nostrils."""
    width, colour = body.features.nose_width, body.skin_shade
    pen.fill(oval(x, y + 0.2, width, 1.9), colour, alpha=0.28)
    pen.line(stroke((x + d * 1.9, 2.6), (x + d * 1.2, 6, x + d * 1.7, y - 1.6)), colour, 1.0, alpha=0.6)
    under = (x - width * 0.5, y + 2.5, x + width * 0.5, y + 2.5, x + width, y + 0.2)
    pen.line(stroke((x - width, y + 0.2), under), darker(colour, 0.2), 1.2)
    pen.dot(x - 0.4, y - 1.0, 1.2, body.skin_light, alpha=0.7)


def _nose_colour(body):
    return mix(body.skin_shade, body.skin, 0.1)
