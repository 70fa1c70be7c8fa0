"""A pen that draws a picture and its label map in one go."""

import contextlib

import numpy as np
import skia

from .shapes import oval
from .vocabulary import LABELS


def to_skia(colour, alpha=1.0):
    red, green, blue = (int(min(255, max(0, value))) for value in colour)
    return skia.Color(red, green, blue, int(alpha * 255))


def linear(x0, y0, first, x1, y1, second, alpha=1.0, second_alpha=1.0):
    """A gradient from the first colour at (x0, y0) to the second at (x1, y1)."""
    points = [skia.Point(x0, y0), skia.Point(x1, y1)]
    return skia.GradientShader.MakeLinear(points, [to_skia(first, alpha), to_skia(second, second_alpha)])


def radial(x, y, radius, inner, inner_alpha, outer, outer_alpha):
    """A gradient from the inner colour at (x, y) to the outer one at the radius."""
    colours = [to_skia(inner, inner_alpha), to_skia(outer, outer_alpha)]
    return skia.GradientShader.MakeRadial(skia.Point(x, y), radius, colours)


class Pen:
    """Draws in canvas units, 128 x 128 whatever the size in pixels, on an RGB picture and, if asked to, on a label map.

    A colour is (r, g, b) or a shader, which brings its own opacity. A shape without a label leaves the map as it is:
    shadows, lines on clothes and whatever belongs to the thing below."""

    def __init__(self, size, labels=True):
        self._rgba = np.zeros((size, size, 4), np.uint8)
        self._picture = skia.Surface(self._rgba)
        self._canvas = self._picture.getCanvas()
        self._canvases = [self._canvas]
        self._labels = None
        if labels:
            self._labels = np.zeros((size, size, 4), np.uint8)
            self._map = skia.Surface(self._labels)
            self._map_canvas = self._map.getCanvas()
            self._map_canvas.clear(0xFF000000)
            self._canvases.append(self._map_canvas)
        self.scale(size / 128)

    @property
    def rgb(self):
        """uint8 [size, size, 3]"""
        return np.ascontiguousarray(self._rgba[..., :3])

    @property
    def labels(self):
        """uint8 [size, size] of LABELS, or None"""
        return None if self._labels is None else np.ascontiguousarray(self._labels[..., 0])

    @property
    def matrix(self):
        """From the units of the moment to pixels."""
        return self._canvas.getTotalMatrix()

    @contextlib.contextmanager
    def saved(self):
        """Takes back moves, turns, scales and clips at the end of the block."""
        for canvas in self._canvases:
            canvas.save()
        yield
        for canvas in self._canvases:
            canvas.restore()

    @contextlib.contextmanager
    def clipped(self, shape):
        """Draws inside of the shape only until the end of the block."""
        with self.saved():
            for canvas in self._canvases:
                canvas.clipPath(shape, True)
            yield

    def move(self, x, y):
        for canvas in self._canvases:
            canvas.translate(x, y)

    def scale(self, factor):
        for canvas in self._canvases:
            canvas.scale(factor, factor)

    def turn(self, degrees, x=0, y=0):
        """Clockwise around (x, y)."""
        for canvas in self._canvases:
            canvas.rotate(degrees, x, y)

    def fill(self, shape, colour, label=None, alpha=1.0):
        self._canvas.drawPath(shape, _paint(colour, alpha))
        if label is not None and self._labels is not None:
            self._map_canvas.drawPath(shape, _label_paint(label))

    def line(self, shape, colour, width, label=None, alpha=1.0, round_ends=True):
        paint = _paint(colour, alpha)
        _make_stroke(paint, width, round_ends)
        self._canvas.drawPath(shape, paint)
        if label is not None and self._labels is not None:
            paint = _label_paint(label)
            _make_stroke(paint, width, True)
            self._map_canvas.drawPath(shape, paint)

    def dot(self, x, y, radius, colour, label=None, alpha=1.0):
        self.fill(oval(x, y, radius, radius), colour, label, alpha)

    def glow(self, x, y, radius, colour, alpha):
        """Light that fades towards the radius."""
        self.fill(oval(x, y, radius, radius), radial(x, y, radius, colour, alpha, colour, 0))


def _paint(colour, alpha):
    paint = skia.Paint(AntiAlias=True)
    if isinstance(colour, skia.Shader):
        paint.setShader(colour)
    else:
        paint.setColor(to_skia(colour, alpha))
    return paint


def _label_paint(label):
    value = LABELS[label]
    paint = skia.Paint(AntiAlias=False)
    paint.setColor(skia.Color(value, value, value, 255))
    return paint


def _make_stroke(paint, width, round_ends):
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(width)
    if round_ends:
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        paint.setStrokeJoin(skia.Paint.kRound_Join)
