"""Eyes, brows and glasses."""

from ..colours import darker, lighter, mix
from ..pen import linear
from ..shapes import box, oval, path, stroke
from .body import SIDES

_OPENING = {"surprised": 1.22, "laughing": 0.84}


def draw(pen, body):
    """Gives the centres of the left and the right eye."""
    centres = []
    for s in SIDES:
        x, y = s * body.features.eye_x + body.turn * 4.4, 3.2
        width = 4.9 * body.features.eye_width * (0.82 if body.faces_away(s) else 1)
        height = (3.1 if body.male else 3.7) * _OPENING.get(body.avatar.expression, 1)
        height *= body.features.eye_height
        _draw_eye(pen, body, x, y, width, height, s)
        _draw_lashes(pen, body, x, y, width, height, s)
        _draw_brow(pen, body, x, y, width, s)
        centres.append((x, y))
    return centres


def _draw_eye(pen, body, x, y, width, height, s):
    face = body.features
    outer_y = y - 0.2 * (0 if body.male else 1) + face.outer_corner
    inner = (x - s * width, y + 0.3 + face.inner_corner)
    upper = (x + s * width * 0.55, y - height * 1.15, x + s * width, outer_y)
    white = path(
        inner,
        (x - s * width * 0.55, y - height * 1.15, *upper),
        (x + s * width * 0.5, y + height * 0.95, x - s * width * 0.5, y + height * 0.95, *inner),
    )
    pen.fill(white, (253, 251, 248), "eyes")
    iris, k = face.iris, face.iris_size
    with pen.clipped(white):
        iris_x, iris_y = x + body.turn * 0.9, y - 0.25
        pen.dot(iris_x, iris_y, 3.25 * k, darker(iris, 0.35))
        pen.dot(iris_x, iris_y + 0.2, 2.7 * k, iris)
        pen.fill(oval(iris_x, iris_y + 1.5 * k, 2 * k, 1.2 * k), lighter(iris, 0.45), alpha=0.8)
        pen.dot(iris_x, iris_y, 1.45 * k, (26, 20, 24))
        pen.dot(iris_x + 1.1, iris_y - 1.2, 0.95 * k, (255, 255, 255))
        lid = stroke((x - width, y - height * 0.5), (x, y - height * 1.15, x + width, y - height * 0.5))
        pen.line(lid, (60, 40, 60), 1.6, alpha=0.25)


def _draw_lashes(pen, body, x, y, width, height, s):
    colour = (64, 44, 40) if body.male else (46, 28, 30)
    end = (x + s * width * (1 if body.male else 1.16), y - (0.2 if body.male else 1.0) + body.features.outer_corner)
    over = (x - s * width * 0.55, y - height * 1.17, x + s * width * 0.55, y - height * 1.17)
    pen.line(
        stroke((x - s * width * 1.02, y + 0.3 + body.features.inner_corner), (*over, *end)),
        colour,
        1.3 if body.male else 1.75,
    )
    if not body.male:
        tip = body.features.outer_corner
        pen.line(stroke((x + s * width * 0.9, y - 0.9 + tip), (x + s * width * 1.36, y - 2.3 + tip)), colour, 1.1)
    lower = stroke((x - width * 0.7, y + height * 0.62), (x, y + height * 0.95, x + width * 0.7, y + height * 0.55))
    pen.line(lower, colour, 0.6, alpha=0.45)


def _draw_brow(pen, body, x, y, width, s):
    avatar, face = body.avatar, body.features
    if avatar.hair in ("platinum blonde", "blonde", "pink", "blue", "purple"):
        colour = darker(mix(body.hair, (120, 80, 60), 0.5), 0.2)
    else:
        colour = darker(body.hair, 0.4)
    top = y - 8 + (-1.6 if avatar.expression == "surprised" else 0) + (1.0 if body.male else 0) - face.brow_lift
    frown = 1.5 if avatar.expression == "serious" else 0
    arch = (x, top - 1.4 + frown * 0.3, x + s * width * 1.18, top + 0.9 - frown * 0.4 + face.brow_outer)
    thickness = (2.7 if body.male else 1.9) * face.brow_thickness
    pen.line(stroke((x - s * width * 0.95, top + 1.3 + frown + face.brow_inner), arch), colour, thickness)


def draw_glasses(pen, body):
    kind, turn = body.avatar.glasses, body.turn
    if kind == "none":
        return
    rim = (40, 36, 44)
    for s in SIDES:
        x, width = s * 8.9 + turn * 4.4, 6.9 * (0.86 if body.faces_away(s) else 1)
        lens = oval(x, 4, width, 6.7) if kind == "round" else box(x - width, -1.6, 2 * width, 11, 3.4)
        if kind == "sunglasses":
            pen.fill(lens, linear(0, -2, (30, 28, 40), 0, 11, (96, 80, 104)), "eyes")
            pen.line(stroke((x - 3, 1), (x - 1, -0.4)), (255, 255, 255), 1.1, alpha=0.6)
        else:
            pen.fill(lens, (255, 255, 255), alpha=0.13)
        pen.line(lens, rim, 1.35)
        pen.line(stroke((x + s * width, 2.6), (s * 20, 1.8)), rim, 1.2)
    pen.line(stroke((-2.2 + turn * 4.4, 3), (turn * 4.8, 1.4, 2.2 + turn * 4.4, 3)), rim, 1.3)
