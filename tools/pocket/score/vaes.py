"""How well do drawings come back from the VAE?"""

import pathlib
import random

import numpy as np

import avatars
from measures import decibels
from pocket_paths import PACK

from .painted import through_vae

HELD_OUT_SEED = 80_000_001
FACE = [avatars.LABELS["face"], avatars.LABELS["eyes"]]
GOALS = {"face_db": 27}


def add_arguments(parser):
    parser.add_argument("--pack", type=pathlib.Path, default=PACK)
    parser.add_argument("--count", type=int, default=128, help="held-out drawings (%(default)s)")


def run(options):
    """dB of whole pictures and of the pixels of faces, over all pixels of all pictures and as a mean of pictures."""
    rng = random.Random(HELD_OUT_SEED)
    drawings = [avatars.render(avatars.cast_attrs(rng)) for _ in range(options.count)]
    made = through_vae(options.pack, [drawing.rgb for drawing in drawings])
    wholes, faces, pixels = [], [], []
    for drawing, picture in zip(drawings, made, strict=True):
        error = ((picture.astype(np.float64) - drawing.rgb) / 255) ** 2
        face = np.isin(drawing.labels, FACE)
        wholes.append(error.mean())
        if face.any():
            faces.append(error[face].mean())
            pixels.append(face.sum())
    return {
        "goals": GOALS,
        "pictures": len(drawings),
        "db": round(decibels(np.mean(wholes)), 2),
        "face_db": round(decibels(np.average(faces, weights=pixels)), 2),
        "face_db_mean_of_pictures": round(float(np.mean([decibels(face) for face in faces])), 2),
    }
