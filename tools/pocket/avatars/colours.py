"""Arithmetic of colours: (red, green, blue), 0 to 255, fractions and values slightly outside allowed."""

_SHADE = (58, 24, 74)
_LIGHT = (255, 248, 232)


def mix(first, second, share):
    """`share` of the second colour in the first."""
    return tuple(first[i] + (second[i] - first[i]) * share for i in range(3))


def darker(colour, share):
    return mix(colour, _SHADE, share)


def lighter(colour, share):
    return mix(colour, _LIGHT, share)


def jittered(colour, rng, spread=7):
    """The colour as no two drawings have it."""
    return tuple(value + rng.uniform(-spread, spread) for value in colour)
