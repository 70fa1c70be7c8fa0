"""The person: back hair, arms, torso and clothes, head, and the raised arm, drawn from back to front.

In figure units: the centre of the head is (0, 0), y points down, a face is about 38 wide. `s` is a side of the picture:
-1 left, 1 right; what has two of it is drawn with x mirrored by it.
"""

from . import arms, back_hair, head, torso
from .body import Body


def draw_figure(pen, avatar, rng):
    """Draws the avatar where the pen stands; gives the landmarks of its face (head.Landmarks)."""
    body = Body(avatar, rng)
    with pen.saved():
        pen.turn(avatar.tilt, *head.PIVOT)
        back_hair.draw(pen, body, rng)
    busy = arms.busy_side(body, rng)
    arms.draw_lowered(pen, body, busy)
    torso.draw(pen, body)
    with pen.saved():
        pen.turn(avatar.tilt, *head.PIVOT)
        landmarks = head.draw(pen, body, rng)
    arms.draw_raised(pen, body, busy, rng)
    return landmarks
