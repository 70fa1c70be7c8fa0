"""Wide landscapes: the sea, the setting sun, mountains, snow."""

import math

import skia

from ..colours import darker, mix
from ..pen import linear, to_skia
from ..shapes import CANVAS, box, path, stroke
from .sky import cloud, sky


def beach(pen, rng):
    uniform = rng.uniform
    sky(pen, (120, 200, 244), (214, 240, 250))
    sun = uniform(14, 114)
    pen.glow(sun, 20, 26, (255, 250, 210), 0.9)
    pen.dot(sun, 20, 8, (255, 246, 196))
    for _ in range(2):
        cloud(pen, uniform(5, 120), uniform(10, 40), uniform(0.7, 1.2), 0.8)
    h = uniform(56, 64)
    pen.fill(box(0, h, 128, 40), linear(0, h, (36, 140, 190), 0, h + 32, (96, 210, 214)))
    for i in range(3):
        y = h + 6 + i * 7
        wave = stroke((uniform(-10, 20), y), (40, y - 2, 64, y), (90, y + 2, uniform(110, 140), y))
        pen.line(wave, (235, 250, 250), 1.1, alpha=0.6)
    shore = [(0, h + 28), (30, h + 22, 64, h + 28), (98, h + 34, 128, h + 26)]
    pen.fill(path(*shore, (128, 128), (0, 128)), linear(0, h + 24, (250, 226, 170), 0, 128, (232, 194, 130)))
    pen.line(stroke(*shore), (255, 255, 255), 1.8, alpha=0.85)
    if rng.random() < 0.6:
        _palm(pen, rng.choice([6, 122]), uniform(20, 30))


def _palm(pen, x, y):
    """A palm whose crown is at (x, y)."""
    pen.line(stroke((x, 128), (x + 6, 80, x, y)), (150, 104, 66), 5)
    for degrees in (-150, -110, -60, -20, 20, 160):
        r = math.radians(degrees)
        tip_x, tip_y = x + 34 * math.cos(r), y + 22 * math.sin(r) + 12
        over = (x + 18 * math.cos(r), y + 24 * math.sin(r) - 7, tip_x, tip_y)
        under = (x + 14 * math.cos(r), y + 12 * math.sin(r) + 4, x, y)
        pen.fill(path((x, y), over, under), mix((52, 140, 84), (90, 176, 92), abs(degrees) % 3 / 3))


def sunset(pen, rng):
    uniform = rng.uniform
    colours = [(88, 66, 150), (226, 96, 136), (255, 166, 92), (255, 222, 140)]
    ends = [skia.Point(0, 0), skia.Point(0, 96)]
    pen.fill(CANVAS, skia.GradientShader.MakeLinear(ends, [to_skia(colour) for colour in colours]))
    sun = uniform(20, 108)
    pen.glow(sun, 66, 44, (255, 240, 180), 0.8)
    pen.dot(sun, 66, 15, (255, 238, 170))
    for _ in range(4):
        x, y = uniform(0, 128), uniform(10, 50)
        pen.fill(box(x - 20, y, uniform(26, 46), 3.4, 1.7), (255, 190, 170), alpha=0.5)
    pen.fill(box(0, 80, 128, 48), linear(0, 80, (226, 110, 120), 0, 128, (84, 56, 120)))
    for i in range(6):
        width = uniform(8, 24)
        pen.fill(box(sun - width / 2, 83 + i * 6, width, 1.8, 0.9), (255, 226, 160), alpha=0.7)
    pen.fill(path((0, 80), (0, 70), (24, 62, 44, 80)), (96, 56, 116))
    pen.fill(path((128, 80), (128, 66), (100, 64, 84, 80)), (96, 56, 116))


def mountains(pen, rng):
    uniform = rng.uniform
    sky(pen, (132, 190, 238), (226, 240, 248))
    cloud(pen, uniform(10, 118), uniform(10, 22), 1, 0.85)
    peaks = [
        (uniform(10, 30), uniform(22, 32), 50, (126, 144, 180)),
        (uniform(98, 118), uniform(22, 32), 50, (126, 144, 180)),
        (uniform(50, 80), uniform(30, 44), 46, (108, 126, 166)),
    ]
    for x, top, width, colour in peaks:
        pen.fill(path((x - width, 104), (x, top), (x + width, 104)), colour)
        edge = [(x + 12, top + 18), (x + 5, top + 14), (x, top + 20), (x - 5, top + 13)]
        pen.fill(path((x - 12, top + 20 * 104 / 118), (x, top), *edge), (250, 252, 255))
        pen.fill(path((x, top), (x + width, 104), (x + 8, 104)), darker(colour, 0.25), alpha=0.35)
    pen.fill(path((0, 92), (34, 76, 66, 90), (98, 102, 128, 84), (128, 128), (0, 128)), (110, 170, 96))
    pen.fill(path((0, 108), (50, 98, 128, 110), (128, 128), (0, 128)), (80, 142, 80))


def snow(pen, rng):
    uniform = rng.uniform
    sky(pen, (176, 200, 226), (240, 246, 252))
    for _ in range(6):
        _snowy_fir(pen, x=uniform(0, 128), top=uniform(34, 60), width=uniform(10, 15))
    pen.fill(path((0, 98), (40, 88, 80, 100), (104, 106, 128, 96), (128, 128), (0, 128)), (250, 252, 255))
    for _ in range(30):
        pen.dot(uniform(0, 128), uniform(0, 128), uniform(0.7, 1.5), (255, 255, 255), alpha=0.9)


def _snowy_fir(pen, x, top, width):
    for k in range(3):
        reach, bottom = width * (0.6 + 0.2 * k), top + 20 + 14 * k
        tree = path((x - reach, bottom), (x, top + 10 * k), (x + reach, bottom))
        pen.fill(tree, mix((72, 118, 118), (150, 180, 196), 0.35))
        cap = path((x - 4, top + 7 + 12 * k), (x, top + 10 * k), (x + 4, top + 7 + 12 * k))
        pen.fill(cap, (250, 252, 255))
