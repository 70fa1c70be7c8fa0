"""Alignment of faces by five points, as InsightFace does it."""

import numpy as np
from PIL import Image

SIDE = (
    128  # of the swapper's crops; the middle of one, without 8 columns at each side and 16 rows below, is the 112 crop
)
RECOGNITION_SIDE = 112
_MARGIN = (SIDE - RECOGNITION_SIDE) // 2

# Where the eyes, the nose and the corners of the mouth are in a crop of 112 pixels (ArcFace's template).
TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
SWAP_TEMPLATE = TEMPLATE + (_MARGIN, 0)


def similarity(source, target):
    """The matrix [2, 3] of the similarity that takes the points `source` [N, 2] to `target` with the least squared
    error (Umeyama 1991)."""
    source, target = np.asarray(source, float), np.asarray(target, float)
    source_mean, target_mean = source.mean(0), target.mean(0)
    source_offset, target_offset = source - source_mean, target - target_mean
    u, scales, v = np.linalg.svd(target_offset.T @ source_offset / len(source))
    signs = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(v))])
    rotation = u * signs @ v
    scale = (scales * signs).sum() / (source_offset**2).sum(1).mean()
    matrix = np.empty((2, 3))
    matrix[:, :2] = scale * rotation
    matrix[:, 2] = target_mean - scale * rotation @ source_mean
    return matrix


def moved(points, matrix):
    return np.asarray(points) @ matrix[:, :2].T + matrix[:, 2]


def warp(picture, matrix, side=SIDE):
    """The crop [side, side, 3] of a picture (uint8 [H, W, 3]) that the matrix leads to."""
    whole = np.vstack([matrix, [0, 0, 1]])
    back = np.linalg.inv(whole)
    # Pillow takes the corners of pixels for whole numbers, the templates take their centres
    offset = back[:2, :2] @ (-0.5, -0.5) + back[:2, 2] + 0.5
    values = (*back[0, :2], offset[0], *back[1, :2], offset[1])
    return np.asarray(Image.fromarray(picture).transform((side, side), Image.AFFINE, values, Image.BICUBIC))


def recognition_crop(crops):
    """The 112 crops [..., 112, 112] inside of swapper's crops [..., 128, 128]."""
    return crops[..., :RECOGNITION_SIDE, _MARGIN : SIDE - _MARGIN]
