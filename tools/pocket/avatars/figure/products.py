"""Products in the hand: (0, 0) is where the fingers close, s the side that the arm comes from."""

from ..colours import darker, lighter
from ..pen import linear
from ..shapes import box, oval, path, stroke


def draw(pen, body, colour, s):
    """Draws the avatar's product in this colour, with the hand that holds it."""
    _PRODUCTS[body.avatar.product](pen, body, colour, s)


def _draw_fingers(pen, body, s, width, top, count=4, spacing=3.3):
    """Fingers around a product: rounded strokes that come from the outer side."""
    for i in range(count):
        y = top + i * spacing
        pen.line(stroke((s * width, y + 0.6), (-s * (width * 0.15), y)), body.skin_shade, 3.7, "skin")
        tip = (-s * (width * 0.15) + s * 0.3, y - 0.3)
        pen.line(stroke((s * width, y + 0.3), tip), body.skin, 3.1, "skin")


def _draw_cup(pen, body, colour, s):
    white = body.avatar.product_colour == "white"
    lid, rim = ((120, 84, 64), (96, 66, 50)) if white else ((245, 240, 235), (230, 224, 218))
    cup = path((-7.4, -14), (7.4, -14), (5.6, 9), (-5.6, 9))
    pen.fill(cup, linear(-7, 0, lighter(colour, 0.15), 7, 0, darker(colour, 0.2)), "product")
    pen.fill(box(-8.4, -17, 16.8, 3.8, 1.6), lid, "product")
    pen.fill(box(-6.6, -19, 13.2, 2.6, 1.2), rim, "product")
    pen.line(stroke((-4.6, -11), (-3.4, 6)), lighter(colour, 0.5), 1.6, alpha=0.7)
    pen.dot(0.6, -8.2, 2.3, lighter(colour, 0.7), alpha=0.9)
    _draw_fingers(pen, body, s, 7.2, -3)


def _draw_bottle(pen, body, colour, s):
    white = body.avatar.product_colour == "white"
    cap, label = ((70, 74, 90), (90, 170, 200)) if white else ((240, 240, 244), (250, 248, 244))
    bottle = path(
        *((-3, -20), (3, -20), (3, -17), (6.6, -14, 6.6, -11, 6.6, -8), (6.6, 12), (6.6, 14, 5, 14, 4.4, 14)),
        *((-4.4, 14), (-6.6, 14, -6.6, 12, -6.6, 12), (-6.6, -8), (-6.6, -11, -6.6, -14, -3, -17)),
    )
    pen.fill(bottle, linear(-7, 0, lighter(colour, 0.2), 7, 0, darker(colour, 0.25)), "product")
    pen.fill(box(-3.6, -24.4, 7.2, 5, 1.2), cap, "product")
    pen.fill(box(-6.6, -8.5, 13.2, 5.4), label, "product")
    pen.line(stroke((-4.2, -12), (-4.2, 11)), lighter(colour, 0.5), 1.4, alpha=0.7)
    _draw_fingers(pen, body, s, 7, -1)


def _draw_phone(pen, body, colour, s):
    phone = box(-6.4, -16, 12.8, 25, 2.6)
    pen.fill(phone, linear(-6, -16, lighter(colour, 0.12), 6, 9, darker(colour, 0.18)), "product")
    pen.line(phone, darker(colour, 0.3), 1)
    pen.fill(box(-5, -14.4, 5.2, 5.2, 1.6), darker(colour, 0.5), "product")
    pen.dot(-3.6, -13, 0.9, (220, 230, 240))
    pen.dot(-1.4, -10.7, 0.9, (220, 230, 240))
    pen.line(stroke((4.4, -13), (4.4, 5)), lighter(colour, 0.5), 1, alpha=0.6)
    _draw_fingers(pen, body, s, 7, -3)


def _draw_handbag(pen, body, colour, s):
    pen.line(stroke((-7, 7), (-6, -6, 0, -6), (6, -6, 7, 7)), darker(colour, 0.3), 2, "product")
    bag = path((-11, 6), (11, 6), (13, 24), (13, 26, 11, 26, 11, 26), (-11, 26), (-13, 26, -13, 24, -13, 24))
    pen.fill(bag, linear(-11, 6, lighter(colour, 0.16), 11, 26, darker(colour, 0.2)), "product")
    pen.fill(path((-11, 6), (11, 6), (10, 15, 0, 16), (-10, 15, -11, 6)), darker(colour, 0.14), "product")
    pen.fill(box(-2, 13.4, 4, 4, 1), (248, 206, 92), "product")
    pen.line(stroke((-11, 22.5), (11, 22.5)), lighter(colour, 0.5), 1, alpha=0.5)
    for i in range(3):
        top, x = (s * 5 - s * 3.4 * i, -8.6), s * 4.6 - s * 3.4 * i
        pen.line(stroke(top, (x, -3.4)), body.skin_shade, 3.6, "skin")
        pen.line(stroke(top, (x, -3.8)), body.skin, 3, "skin")


def _draw_book(pen, body, colour, s):
    light = lighter(colour, 0.5)
    pen.fill(box(-8.6, -15, 18.6, 25, 1), (248, 244, 232), "product")
    cover = linear(-9, -16, lighter(colour, 0.1), 9, 9, darker(colour, 0.16))
    pen.fill(box(-10, -16, 18.4, 25, 1.4), cover, "product")
    pen.fill(box(-10, -16, 3.4, 25, 1.2), darker(colour, 0.3), "product")
    pen.fill(box(-4, -11.6, 9.4, 2, 1), light)
    pen.fill(box(-4, -8.2, 6.4, 1.4, 0.7), light)
    pen.fill(oval(0.8, 0.0, 3.2, 3.2), light, alpha=0.8)
    _draw_fingers(pen, body, s, 8.6, -1, count=3)


def _draw_perfume(pen, body, colour, s):
    bottle = box(-8, -9, 16, 19, 2.8)
    pen.fill(bottle, linear(-8, -9, lighter(colour, 0.35), 8, 9, colour), "product")
    pen.line(bottle, darker(colour, 0.3), 0.9)
    pen.fill(box(-5.6, -1.4, 11.2, 9, 1.6), darker(colour, 0.1), "product", alpha=0.8)
    pen.fill(box(-2.6, -13, 5.2, 4), (240, 200, 96), "product")
    pen.fill(box(-4.6, -19, 9.2, 6.4, 1.6), (252, 216, 120), "product")
    pen.line(stroke((-5.4, -6), (-5.4, 6)), (255, 255, 255), 1.6, alpha=0.75)
    pen.fill(box(-1.6, -5.8, 6.6, 3, 0.8), (255, 252, 246), "product")
    _draw_fingers(pen, body, s, 7.8, 2, count=3)


def _draw_flowers(pen, body, colour, s):
    pen.fill(path((-8, -6), (8, -6), (2.4, 14), (-2.4, 14)), (246, 238, 222), "product")
    pen.line(stroke((-5, -5), (-0.6, 12)), (214, 200, 180), 0.9)
    pen.line(stroke((5, -5), (0.6, 12)), (214, 200, 180), 0.9)
    for x, y in ((-9, -10), (9, -10), (0, -22), (-6, -18), (7, -18)):
        pen.fill(oval(x, y, 3, 4.4), (74, 146, 84), "product")
    heart = (240, 170, 60) if body.avatar.product_colour in ("white", "yellow") else darker(colour, 0.3)
    for x, y, r in (
        *((-7, -11, 4.4), (6.6, -11.4, 4.4), (0, -8, 4.4)),
        *((-3.6, -17, 4.4), (4.2, -17.6, 4.2), (0, -12.6, 4)),
    ):
        pen.dot(x, y, r, colour, "product")
        pen.line(stroke((x - r * 0.5, y), (x, y - r * 0.7, x + r * 0.5, y)), lighter(colour, 0.4), 1, alpha=0.8)
        pen.dot(x, y + 0.3, r * 0.33, heart)
    _draw_fingers(pen, body, s, 5.6, 2, count=3)


_PRODUCTS = {
    "cup": _draw_cup,
    "bottle": _draw_bottle,
    "phone": _draw_phone,
    "handbag": _draw_handbag,
    "book": _draw_book,
    "perfume": _draw_perfume,
    "flowers": _draw_flowers,
}
