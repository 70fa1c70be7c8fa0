"""Arms and hands: hanging, on the hip, waving, or holding a product."""

from ..colours import jittered, mix
from ..shapes import box, stroke
from ..vocabulary import COLOURS
from . import products
from .body import SIDES

_LONG_SLEEVES = ("shirt", "hoodie", "blazer", "sweater")

# Where the waving hand is, for the side 1, by frame: near enough to the head to be seen.
_WAVING_HAND = {"portrait": (33, 26), "bust": (40, 26), "half": (45, 22)}
# Where a product is held, and how much larger than life it is drawn, so that it can be recognised.
_HOLDING_HAND = {"portrait": (27, 36), "bust": (29, 51), "half": (31, 62)}
_HANDBAG_HAND = {"portrait": (29, 28), "bust": (33, 36), "half": (37, 56)}
_PRODUCT_SCALE = {"portrait": 0.95, "bust": 1.12, "half": 1.28}


def busy_side(body, rng):
    """The side of the hand that does something: mostly the one the head is turned to."""
    if not body.turn:
        return body.avatar.side
    return (1 if body.turn > 0 else -1) * (1 if rng.random() < 0.8 else -1)


def draw_lowered(pen, body, busy):
    """The arms behind the torso: hanging, or with the hand on the hip."""
    for s in SIDES:
        if s == busy and body.avatar.pose in ("hold", "wave"):
            continue
        if s == busy and body.avatar.pose == "hip":
            _draw_arm(pen, body, s, elbow=(s * (body.shoulder + 15), 74), hand=(s * (body.waist + 5), 91))
            pen.dot(s * (body.waist + 3), 91, 4.6, body.skin, "skin")
        else:
            _draw_arm(pen, body, s, elbow=(s * (body.shoulder + 1.5), 82), hand=(s * (body.shoulder - 1), 116))


def draw_raised(pen, body, busy, rng):
    """The arm in front of everything, with what its hand does."""
    if body.avatar.pose == "wave":
        _draw_waving(pen, body, busy)
    elif body.avatar.pose == "hold":
        _draw_holding(pen, body, busy, rng)


def _draw_waving(pen, body, s):
    frame = body.avatar.frame
    x, y = _WAVING_HAND[frame]
    x *= s
    elbow = (s * (body.shoulder + (16 if frame == "half" else 10)), 74)
    _draw_arm(pen, body, s, elbow, (x, y + 8), in_front=True)
    _draw_open_hand(pen, body, x, y, s)


def _draw_holding(pen, body, s, rng):
    avatar = body.avatar
    x, y = (_HANDBAG_HAND if avatar.product == "handbag" else _HOLDING_HAND)[avatar.frame]
    x *= s
    if avatar.product == "flowers":
        y += 4
    elbow = (s * (body.shoulder + 9), 90 if avatar.frame == "half" else y + 26)
    _draw_arm(pen, body, s, elbow, (x + s * 1.5, y + 4), in_front=True)
    with pen.saved():
        pen.move(x, y)
        pen.scale(_PRODUCT_SCALE[avatar.frame])
        pen.turn(s * rng.uniform(-3, 9))
        colour = jittered(COLOURS[avatar.product_colour], rng)
        products.draw(pen, body, colour, s)


def _draw_arm(pen, body, s, elbow, hand, in_front=False):
    shoulder = (s * (body.shoulder - 5.2), 48)
    arm = stroke(shoulder, elbow, hand)
    if body.avatar.clothes in _LONG_SLEEVES:
        sleeve = body.cloth if in_front else mix(body.cloth, body.cloth_shade, 0.25)
        pen.line(arm, sleeve, body.arm + 2.6, "clothes")
        cuff = stroke(_between(elbow, hand, 0.9), _between(elbow, hand, 0.82))
        pen.line(cuff, body.cloth_shade, body.arm + 2.6, "clothes", round_ends=False)
        return
    pen.line(arm, body.skin, body.arm, "skin")
    shade = stroke((shoulder[0] - s * 1.5, shoulder[1] + 3), (elbow[0] - s * 2.6, elbow[1]), (hand[0] - s * 2, hand[1]))
    pen.line(shade, body.skin_shade, 2.2, alpha=0.3)
    if body.avatar.clothes == "t-shirt":
        sleeve, width = mix(body.cloth, body.cloth_shade, 0.15), body.arm + 4
        pen.line(stroke(shoulder, _between(shoulder, elbow, 0.55)), sleeve, width, "clothes", round_ends=False)
        pen.dot(*shoulder, width / 2, sleeve, "clothes")


def _between(start, end, share):
    return tuple(b * share + a * (1 - share) for a, b in zip(start, end, strict=True))


def _draw_open_hand(pen, body, x, y, s):
    for dx, dy in ((-5, -9), (-1.7, -11.6), (1.8, -11.2), (5, -8.4)):
        pen.line(stroke((x + dx * 0.75, y - 1), (x + dx, y + dy)), body.skin, 3.5, "skin")
    pen.line(stroke((x - s * 4, y + 3), (x - s * 9.4, y - 2.4)), body.skin, 3.5, "skin")
    pen.fill(box(x - 6.2, y - 5, 12.4, 12.5, 5), body.skin, "skin")
    for dx in (-2.6, 0.3, 3):
        pen.line(stroke((x + dx, y - 3), (x + dx * 1.15, y - 7.5)), body.skin_shade, 0.7, alpha=0.6)
    pen.line(stroke((x - 4, y + 2.5), (x, y + 0.4, x + 4, y + 2)), body.skin_shade, 0.9, alpha=0.6)
