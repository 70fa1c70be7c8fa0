"""Rooms: a cafe, a bedroom, a library."""

import math

from ..colours import darker, lighter
from ..pen import linear
from ..shapes import CANVAS, box, path, stroke
from .sky import sky


def cafe(pen, rng):
    sky(pen, (206, 164, 124), (170, 120, 84))
    pen.fill(box(0, 92, 128, 36), (112, 72, 50))
    pen.fill(box(0, 90, 128, 4), (150, 102, 70))
    y = rng.uniform(34, 44)
    pen.fill(box(0, y, 128, 3.4), (120, 78, 52))
    for x in range(4, 128, 13):
        colour = rng.choice([(240, 232, 220), (90, 150, 140), (214, 110, 84), (236, 190, 90)])
        if rng.random() < 0.5:
            pen.fill(box(x, y - 9, 7.5, 9, 1.5), colour)
        else:
            pen.fill(box(x + 1, y - 13, 5.5, 13, 2), darker(colour, 0.2))
    for x in (rng.uniform(14, 34), rng.uniform(94, 114)):
        _lamp(pen, x)
    pen.fill(box(2 if rng.random() < 0.5 else 92, 54, 34, 24, 3), (58, 60, 58))


def _lamp(pen, x):
    pen.line(stroke((x, 0), (x, 12)), (60, 44, 40), 1)
    pen.glow(x, 20, 20, (255, 230, 150), 0.75)
    pen.fill(path((x - 8, 19), (x - 6, 10, x, 10), (x + 6, 10, x + 8, 19)), (60, 52, 52))
    pen.dot(x, 19.5, 2.8, (255, 244, 200))


def bedroom(pen, rng):
    wall = rng.choice([(244, 214, 214), (214, 220, 240), (240, 226, 204), (220, 232, 222)])
    pen.fill(CANVAS, linear(0, 0, lighter(wall, 0.25), 0, 128, darker(wall, 0.08)))
    x = rng.choice([4, 88])
    _window(pen, x, curtains=lighter(darker(wall, 0.2), 0.1))
    _painting(pen, 72 if x < 40 else 4, wall)
    pen.fill(box(-6, 78, 140, 60, 10), darker(wall, 0.28))
    pen.fill(box(-6, 96, 140, 40, 8), (252, 248, 244))
    for k in range(9):
        pen.dot(6 + k * 14.5, 4 + 3 * math.sin(k * 1.3), 1.6, (255, 226, 140))


def _window(pen, x, curtains):
    pen.fill(box(x, 10, 36, 48, 2), (255, 255, 255))
    pen.fill(box(x + 3, 13, 30, 42, 1), linear(0, 13, (160, 214, 244), 0, 55, (226, 244, 250)))
    pen.line(stroke((x + 18, 12), (x + 18, 56)), (255, 255, 255), 2)
    for left in (x - 3, x + 30):
        pen.fill(path((left, 6), (left + 10, 6), (left + 8, 40, left + 11, 66), (left - 1, 66)), curtains)


def _painting(pen, x, wall):
    pen.fill(box(x, 20, 44, 24, 2), (255, 252, 244))
    pen.fill(box(x + 3, 23, 38, 18, 1), darker(wall, 0.22))
    pen.fill(path((x + 3, 41), (x + 16, 27), (x + 26, 41)), darker(wall, 0.42))


def library(pen, rng):
    uniform = rng.uniform
    pen.fill(CANVAS, (92, 60, 44))
    spines = [(176, 70, 62), (60, 100, 130), (206, 164, 90), (76, 124, 92), (120, 80, 120), (226, 210, 180)]
    for y in range(-6, 128, 28):
        x = 1.0
        while x < 128:
            width, height = uniform(4, 8), uniform(16, 23)
            colour = rng.choice(spines)
            pen.fill(box(x, y + 24 - height, width - 0.6, height, 0.6), darker(colour, 0.12))
            pen.fill(box(x + width * 0.25, y + 28 - height, width * 0.4, 2), lighter(colour, 0.4))
            x += width
        pen.fill(box(0, y + 24, 128, 4), (134, 90, 62))
