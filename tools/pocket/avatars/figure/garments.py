"""What makes a garment that garment: collars, seams, strings, buttons."""

from ..colours import darker, lighter
from ..shapes import path, stroke
from .body import SIDES


def draw_details(pen, body):
    details = _DETAILS.get(body.avatar.clothes)
    if details:
        details(pen, body)


def _draw_t_shirt(pen, body):
    neck = body.neck
    collar = stroke((-neck - 3.4, 34), (-neck - 1, 47, body.turn, 46.2), (neck + 1, 47, neck + 3.4, 34))
    pen.line(collar, body.cloth_shade, 2.2, alpha=0.9)


def _draw_hoodie(pen, body):
    neck = body.neck
    collar = stroke((-neck - 4, 34), (-neck - 1, 45, body.turn, 44), (neck + 1, 45, neck + 4, 34))
    pen.line(collar, body.cloth_light, 3.6, "clothes")
    string = lighter(body.cloth, 0.75) if sum(body.cloth) < 600 else darker(body.cloth, 0.4)
    for s in SIDES:
        pen.line(stroke((s * 4.6, 46), (s * 5.6, 56, s * 5, 64)), string, 1.5)
    pen.line(stroke((-15, 96), (-11, 84), (11, 84), (15, 96)), body.cloth_shade, 1.3, alpha=0.8)


def _draw_sweater(pen, body):
    neck = body.neck
    collar = path((-neck - 1.6, 27), (0, 31, neck + 1.6, 27), (neck + 3.4, 38), (0, 44, -neck - 3.4, 38))
    pen.fill(collar, lighter(body.cloth, 0.08), "clothes")
    pen.line(stroke((-neck - 1.6, 27.4), (0, 31, neck + 1.6, 27.4)), body.cloth_light, 1.3)
    pen.line(stroke((-neck - 3, 38), (0, 43.6, neck + 3, 38)), body.cloth_shade, 1.2, alpha=0.7)
    for x in (-12, 0, 12):
        pen.line(stroke((x, 56), (x, 130)), body.cloth_shade, 1.1, alpha=0.28)


def _draw_shirt(pen, body):
    neck = body.neck
    collar = lighter(body.cloth, 0.5) if body.bright_cloth else body.cloth_light
    for s in SIDES:
        edge = [(s * (neck + 5), 36), (s * (neck + 2), 48), (s * 0.6, 52)]
        pen.fill(path((s * (neck - 1), 31), *edge), collar, "clothes")
        pen.line(stroke(*edge), body.cloth_shade, 0.9, alpha=0.8)
    pen.line(stroke((0, 53), (0, 134)), body.cloth_shade, 1.1, alpha=0.7)
    for y in (60, 72, 84, 96):
        pen.dot(2.6, y, 1.1, (150, 150, 160) if body.bright_cloth else lighter(body.cloth, 0.8))


def _draw_dress(pen, body):
    waist = body.waist
    pen.line(stroke((-waist + 0.5, 92), (0, 97, waist - 0.5, 92)), body.cloth_shade, 2.6, alpha=0.9)


_DETAILS = {
    "t-shirt": _draw_t_shirt,
    "hoodie": _draw_hoodie,
    "sweater": _draw_sweater,
    "shirt": _draw_shirt,
    "dress": _draw_dress,
}
