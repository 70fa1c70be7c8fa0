"""Shapes to fill or to trace, as Skia paths."""

import skia


def path(start, *segments, close=True):
    """A path from the point `start`. A segment is the rest of a line (x, y), of a quadratic (4 numbers) or of a cubic
    curve (6 numbers); its last two numbers are where the next one starts."""
    result = skia.Path()
    result.moveTo(*start)
    for segment in segments:
        if len(segment) == 2:
            result.lineTo(*segment)
        elif len(segment) == 4:
            result.quadTo(*segment)
        else:
            result.cubicTo(*segment)
    if close:
        result.close()
    return result


def stroke(start, *segments):
    """An open path, to be traced with a line."""
    return path(start, *segments, close=False)


def oval(x, y, radius_x, radius_y):
    """An ellipse around (x, y)."""
    return union((x - radius_x, y - radius_y, x + radius_x, y + radius_y))


def union(*bounds):
    """The ellipses in these bounds (left, top, right, bottom), as one path."""
    result = skia.Path()
    for left, top, right, bottom in bounds:
        result.addOval(skia.Rect(left, top, right, bottom))
    return result


def box(x, y, width, height, radius=0):
    """A rectangle with rounded corners; (x, y) is its upper left corner."""
    result = skia.Path()
    result.addRoundRect(skia.Rect(x, y, x + width, y + height), radius, radius)
    return result


CANVAS = box(0, 0, 128, 128)  # all of it, in canvas units
