"""The torso: skin, then clothes with a neckline."""

from ..colours import darker, lighter
from ..pen import linear
from ..shapes import box, path, stroke
from . import garments
from .body import SIDES


def draw(pen, body):
    kind = body.avatar.clothes
    outline = _outline(body)
    pen.fill(outline, body.skin, "skin")
    if kind == "hoodie":
        hood = path((-17, 38), (-24, 26, -10, 22, 0, 24), (10, 22, 24, 26, 17, 38), (0, 50))
        pen.fill(hood, darker(body.cloth, 0.4), "clothes")
    _draw_neck(pen, body)
    with pen.clipped(outline):
        garment = _garment(body)
        if kind == "dress":
            for s in SIDES:
                strap = stroke((s * (body.shoulder - 14.4), 50), (s * (body.shoulder - 16), 36))
                pen.line(strap, body.cloth, 2.4, "clothes")
        if kind == "blazer":
            with pen.clipped(garment):
                pen.fill(box(-14, 28, 28, 112), _shirt_below(body), "clothes")
        else:
            right = body.shoulder * 0.6
            pen.fill(garment, _cloth_gradient(body, right, 0.16), "clothes")
        with pen.clipped(garment):
            _draw_pattern(pen, body)
            if kind == "blazer":
                _draw_blazer(pen, body)
            _draw_folds(pen, body)
    garments.draw_details(pen, body)


def _outline(body):
    shoulder, neck, waist, hip = body.shoulder, body.neck, body.waist, body.hip
    return path(
        *((neck - 1, 30), (neck + 3, 37, shoulder - 9, 37, shoulder - 3.5, 43)),
        *((shoulder, 47, shoulder - 2, 56, shoulder - 5, 64), (waist + 1, 80, waist, 90, waist, 94)),
        *((hip, 110, hip + 1, 120, hip + 1, 134), (-hip - 1, 134), (-hip - 1, 120, -hip, 110, -waist, 94)),
        *((-waist, 90, -waist - 1, 80, -shoulder + 5, 64), (-shoulder + 2, 56, -shoulder, 47, -shoulder + 3.5, 43)),
        (-shoulder + 9, 37, -neck - 3, 37, -neck + 1, 30),
    )


def _draw_neck(pen, body):
    neck, turn = body.neck, body.turn
    front = [(neck, 32), (neck + 3, 38, neck + 1, 40, 0, 46), (-neck - 1, 40, -neck - 3, 38, -neck, 32)]
    pen.fill(path((-neck, 14), (neck, 14), *front), body.skin, "skin")
    shadow = path((-neck, 14), (neck, 14), (neck, 28), (neck - 3 + turn * 3, 36, 0 + turn * 3, 35, -neck, 28))
    pen.fill(shadow, body.skin_shade, alpha=0.55)


# How far down the front of a garment with shoulders starts.
_NECKLINE = {"t-shirt": 46, "hoodie": 43, "blazer": 44, "sweater": 38}


def _garment(body):
    """The garment's outline; it reaches beyond the torso, which clips it."""
    kind, shoulder, neck, turn = body.avatar.clothes, body.shoulder, body.neck, body.turn
    below = [(shoulder + 4, 140), (-shoulder - 4, 140)]
    if kind == "shirt":
        collar = [(-neck - 2, 34), (0 + turn, 52), (neck + 2, 34)]
        return path((-shoulder - 4, 30), *collar, (shoulder + 4, 30), *below)
    if kind in _NECKLINE:
        y = _NECKLINE[kind]
        collar = [(-neck - 3.4, 33), (-neck - 1, y + 1, 0 + turn, y), (neck + 1, y + 1, neck + 3.4, 33)]
        return path((-shoulder - 4, 30), *collar, (shoulder + 4, 30), *below)
    if kind == "tank top":
        collar = [(-shoulder + 14, 30), (-shoulder + 14, 52, -4 + turn, 56, 0 + turn, 56)]
        collar += [(4 + turn, 56, shoulder - 14, 52, shoulder - 14, 30), (shoulder - 8, 30)]
        right = (shoulder - 8, 56, shoulder, 60, shoulder + 4, 62)
        left = (-shoulder, 60, -shoulder + 8, 56, -shoulder + 8, 30)
        return path((-shoulder + 8, 30), *collar, right, *below, (-shoulder - 4, 62), left)
    collar = [(-shoulder + 8, 52, -shoulder + 13, 49, -shoulder + 14, 47), (-6 + turn, 53, -3 + turn, 58, 0 + turn, 59)]
    collar += [(3 + turn, 58, 6 + turn, 53, shoulder - 14, 47), (shoulder - 13, 49, shoulder - 8, 52, shoulder + 2, 58)]
    return path((-shoulder - 2, 58), *collar, *below)


def _cloth_gradient(body, right, shade):
    return linear(-body.shoulder, 40, lighter(body.cloth, 0.10), right, 120, darker(body.cloth, shade))


def _shirt_below(body):
    return (70, 74, 96) if body.avatar.clothes_colour in ("white", "beige") else (250, 248, 244)


def _draw_pattern(pen, body):
    if body.avatar.clothes == "blazer":
        return
    contrast = darker(body.cloth, 0.5)
    if body.avatar.pattern == "striped":
        colour = contrast if body.bright_cloth else (250, 246, 240)
        for y in range(42, 134, 8):
            pen.line(stroke((-60, y), (0, y + 4, 60, y)), colour, 2.6, alpha=0.85)
    elif body.avatar.pattern == "dotted":
        colour = contrast if body.bright_cloth else (252, 248, 242)
        for row, y in enumerate(range(42, 134, 8)):
            for x in range(-60 + 4 * (row % 2), 60, 8):
                pen.dot(x, y, 1.7, colour, alpha=0.9)


def _draw_blazer(pen, body):
    """The two halves with their lapels, over the shirt."""
    cloth, shoulder, neck = body.cloth, body.shoulder, body.neck
    for s in SIDES:
        edge = [(s * (shoulder + 6), 28), (s * (shoulder + 6), 140), (s * 0.0, 140), (s * 1, 80)]
        half = path((s * neck, 30), *edge, (s * (neck + 3), 36))
        pen.fill(half, _cloth_gradient(body, shoulder * 0.6, 0.14), "clothes")
        notch = [(s * (neck + 9), 40), (s * (neck + 6.5), 50), (s * (neck + 10), 53), (s * 1, 82)]
        lapel = path((s * (neck + 1), 34), *notch, (s * (neck - 1), 44))
        pen.fill(lapel, body.cloth_light if sum(cloth) < 400 else darker(cloth, 0.12), "clothes")
        pen.line(stroke(*notch), body.cloth_shade, 0.9, alpha=0.8)
    pen.dot(0, 92, 1.7, darker(cloth, 0.5))


def _draw_folds(pen, body):
    """Folds, and the shadows of the right side and of the head."""
    shoulder, neck, waist, shade = body.shoulder, body.neck, body.waist, body.cloth_shade
    pen.line(stroke((-shoulder + 9, 56), (-shoulder + 11, 74, -waist + 2, 96)), shade, 1.5, alpha=0.55)
    pen.line(stroke((shoulder - 9, 56), (shoulder - 11, 74, waist - 2, 96)), shade, 1.5, alpha=0.55)
    pen.line(stroke((-12, 100), (-8, 92, 2, 90)), shade, 1.2, alpha=0.4)
    pen.line(stroke((13, 108), (8, 98, -1, 98)), shade, 1.2, alpha=0.35)
    right = shoulder * 0.35
    pen.fill(box(right, 30, 40, 110), linear(right, 0, shade, shoulder + 4, 0, shade, 0, 0.5))
    chin = path((-neck - 8, 34), (neck + 8, 34), (neck + 4, 46, body.turn * 2, 50), (-neck - 4, 46, -neck - 8, 34))
    pen.fill(chin, darker(body.cloth, 0.6), alpha=0.16)
