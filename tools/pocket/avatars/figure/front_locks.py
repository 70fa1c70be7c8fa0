"""Hair that falls in front of the shoulders: long hair, a bob, braids."""

from ..pen import linear
from ..shapes import oval, path, stroke
from .body import SIDES


def draw(pen, body):
    draw_lock = _LOCKS.get(body.avatar.style)
    if draw_lock:
        for s in SIDES:
            draw_lock(pen, body, s)


def _draw_long(pen, body, s):
    if body.avatar.style == "long straight":
        lock = path(
            *((s * 21.3, 2), (s * 17.6, 4), (s * 18.4, 24, s * 14, 40, s * 15, 58)),
            *((s * 20, 61, s * 25, 60, s * 26, 58), (s * 28, 40, s * 24, 20, s * 22.4, 2)),
        )
    else:
        lock = path(
            *((s * 21.4, 0), (s * 17.6, 4), (s * 15, 16, s * 22, 24, s * 18, 34)),
            *((s * 14, 44, s * 22, 50, s * 17, 60), (s * 22, 64, s * 28, 63, s * 29, 60)),
            *((s * 36, 48, s * 26, 40, s * 29, 32), (s * 32, 20, s * 24, 12, s * 23, 0)),
        )
    pen.fill(lock, linear(0, 0, body.hair_between(0.2), 0, 60, body.hair_between(0.45)), "hair")
    pen.line(stroke((s * 20.5, 10), (s * 22, 30, s * 20.5, 52)), body.hair_light, 1.5, alpha=0.5)


def _draw_bob(pen, body, s):
    lock = path(
        *((s * 21.3, 0), (s * 17.6, 4), (s * 18.6, 14, s * 15.6, 22, s * 14, 27)),
        *((s * 20, 30, s * 25, 26, s * 26, 20), (s * 27.4, 12, s * 25, 4, s * 23.6, 0)),
    )
    pen.fill(lock, linear(0, 0, body.hair_between(0.18), 0, 28, body.hair_between(0.4)), "hair")
    pen.line(stroke((s * 21.4, 6), (s * 22.6, 16, s * 20, 25)), body.hair_light, 1.4, alpha=0.5)


def _draw_braid(pen, body, s):
    for i in range(6):
        y, odd = 16 + i * 7.4, i % 2
        x = s * (21 + 0.6 * i + (0.9 if odd else -0.9))
        pen.fill(oval(x, y, 5 - 0.22 * i, 5), body.hair_between(0.12 + 0.2 * odd), "hair")
        pen.line(stroke((x - 2.4, y - 1.6), (x, y + 1, x + 2.4, y - 1.6)), body.hair_light, 0.9, alpha=0.6)
    band = (230, 90, 110) if body.avatar.clothes_colour == "black" else body.cloth
    pen.dot(s * 24.6, 60, 2.4, band)
    pen.fill(path((s * 24.6, 60), (s * 21, 68), (s * 28, 68)), body.hair_shade, "hair")


_LOCKS = {"long straight": _draw_long, "long wavy": _draw_long, "bob": _draw_bob, "braids": _draw_braid}
