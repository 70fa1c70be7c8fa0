"""Green places: a forest, a garden."""

from ..colours import mix
from ..shapes import box
from .sky import sky


def forest(pen, rng):
    uniform = rng.uniform
    sky(pen, (196, 228, 170), (92, 150, 92))
    pen.glow(uniform(30, 98), 12, 50, (255, 252, 206), 0.85)
    for near, green in enumerate([(128, 180, 120), (74, 134, 84)]):
        for _ in range(5):
            x = uniform(0, 128)
            pen.fill(box(x - 2 - near, 20, 4 + 2 * near, 110, 1), mix(green, (90, 62, 44), 0.55))
        for _ in range(9):
            x, y, radius = uniform(-4, 132), uniform(-6, 26 - 6 * near), uniform(10, 17)
            pen.dot(x, y, radius, mix(green, (40, 110, 70), uniform(0, 0.4)), alpha=0.95)
    for _ in range(12):
        x, y, radius = uniform(-4, 132), uniform(112, 132), uniform(8, 14)
        pen.dot(x, y, radius, mix((58, 120, 70), (96, 160, 80), rng.random()))


def garden(pen, rng):
    uniform = rng.uniform
    sky(pen, (170, 222, 246), (232, 246, 226))
    for _ in range(11):
        x, y, radius = uniform(-4, 132), uniform(48, 70), uniform(10, 16)
        pen.dot(x, y, radius, mix((88, 160, 80), (130, 190, 96), rng.random()))
    pen.fill(box(0, 64, 128, 64), (96, 164, 84))
    blossoms = [(240, 110, 150), (255, 214, 80), (250, 250, 250), (214, 70, 90), (168, 120, 220)]
    for _ in range(34):
        x, y = uniform(0, 128), uniform(44, 126)
        colour = rng.choice(blossoms)
        radius = uniform(2, 3.6)
        pen.dot(x, y, radius, colour)
        pen.dot(x, y, radius * 0.4, (255, 236, 150))
