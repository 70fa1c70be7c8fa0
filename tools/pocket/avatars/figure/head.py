"""The head: ears, face, features, glasses and the hair in front of it."""

import dataclasses

from ..shapes import oval
from . import eyes, face, front_hair, front_locks, mouth
from .body import SIDES

PIVOT = (0, 26)  # what the head is tilted around


@dataclasses.dataclass(frozen=True)
class Landmarks:
    """Where the face is, in pixels."""

    keypoints: list  # (x, y) of the left and the right eye, the nose, the left and the right corner of the mouth
    face_box: list  # left, top, right, bottom


def draw(pen, body, rng):
    shape = face.outline(body)
    fringe = front_hair.outline(body)
    _draw_ears(pen, body)
    face.draw(pen, body, shape, fringe)
    eye_points = eyes.draw(pen, body)
    nose_point = face.draw_nose(pen, body)
    mouth_points = mouth.draw(pen, body)
    eyes.draw_glasses(pen, body)
    front_hair.draw(pen, body, fringe, rng)
    front_locks.draw(pen, body)
    if body.avatar.earrings:
        _draw_earrings(pen, body)
    return _landmarks(pen, [*eye_points, nose_point, *mouth_points], shape)


def _landmarks(pen, points, shape):
    placed = [pen.matrix.mapXY(x, y) for x, y in points]
    bounds = pen.matrix.mapRect(shape.getBounds())
    return Landmarks(
        keypoints=[(point.x(), point.y()) for point in placed],
        face_box=[bounds.left(), bounds.top(), bounds.right(), bounds.bottom()],
    )


def _draw_ears(pen, body):
    if body.avatar.style in ("bob", "long straight", "long wavy") and not body.male:
        return
    for s in SIDES:
        if body.faces_away(s):
            continue
        pen.fill(oval(s * 19 + body.turn * 0.6, 5, 3.4, 5), body.skin_between(0.25), "skin")
        pen.fill(oval(s * 19.2 + body.turn * 0.6, 5, 1.7, 3), body.skin_shade, alpha=0.5)


def _draw_earrings(pen, body):
    for s in SIDES:
        if not body.faces_away(s):
            pen.line(oval(s * 20.2 + body.turn * 0.6, 13.4, 2.6, 3.2), (246, 196, 72), 1.3)
