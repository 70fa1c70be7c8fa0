"""A city by day and by night."""

import numpy as np

from ..colours import lighter, mix
from ..shapes import box
from .sky import cloud, sky


def _houses(rng, heights):
    """Houses side by side across the canvas, their roofs between two heights: (x, width, roof) of each."""
    x = rng.uniform(-12, 0)
    while x < 128:
        width, roof = rng.uniform(14, 24), rng.uniform(*heights)
        yield x, width, roof
        x += width + rng.uniform(0, 3)


def _windows(x, width, roof, lowest):
    """The windows of a house, as boxes."""
    for window_x in np.arange(x + 3, x + width - 3, 5):
        for window_y in np.arange(roof + 4, lowest, 7.5):
            yield box(window_x, window_y, 2.6, 3.8)


def city(pen, rng):
    sky(pen, (150, 200, 236), (238, 232, 222))
    if rng.random() < 0.6:
        cloud(pen, rng.uniform(10, 118), rng.uniform(10, 24), 1, 0.8)
    far, near = ((170, 186, 208), (24, 56), 0.3), ((124, 144, 176), (46, 78), 0.45)
    for colour, heights, shine in (far, near):
        for x, width, roof in _houses(rng, heights):
            wall = mix(colour, (206, 160, 140), rng.uniform(0, 0.35))
            pen.fill(box(x, roof, width, 130), wall)
            for window in _windows(x, width, roof, 112):
                pen.fill(window, lighter(wall, shine))
    pen.fill(box(0, 112, 128, 16), (112, 114, 126))
    pen.fill(box(0, 110, 128, 3), (190, 190, 196))


def night_city(pen, rng):
    uniform = rng.uniform
    sky(pen, (22, 24, 62), (84, 54, 116))
    pen.dot(uniform(12, 116), uniform(10, 22), 6, (250, 244, 214))
    for _ in range(9):
        pen.dot(uniform(0, 128), uniform(0, 46), 0.6, (255, 255, 255), alpha=0.8)
    far, near = ((46, 44, 92), (26, 56)), ((30, 30, 66), (48, 80))
    for wall, heights in (far, near):
        for x, width, roof in _houses(rng, heights):
            pen.fill(box(x, roof, width, 130), wall)
            for window in _windows(x, width, roof, 126):
                if rng.random() < 0.6:
                    pen.fill(window, (255, 214, 110) if rng.random() < 0.8 else (120, 200, 255))
    for _ in range(6):
        x, y, radius = uniform(0, 128), uniform(84, 124), uniform(3, 6)
        pen.dot(x, y, radius, rng.choice([(255, 170, 90), (255, 96, 140), (110, 190, 255)]), alpha=0.5)
