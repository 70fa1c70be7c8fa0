"""Signal-to-noise ratios."""

import math

import numpy as np


def decibels(mean_square):
    """Of a mean squared error, 1 being the range of the values."""
    return -10 * math.log10(max(mean_square, 1e-12))


def psnr(made, wanted):
    """dB between two uint8 pictures."""
    return decibels((((made.astype(np.float64) - wanted) / 255) ** 2).mean())
