"""How much better than bicubic enlargement is the upscaler, and does it leave seams where tiles meet?"""

import pathlib
import random

import numpy as np
from PIL import Image
from safetensors.torch import load_file

import avatars
from measures import psnr
from pocket_paths import PACK
from upscaler import SRVGGNetCompact, bicubic, enlarged

from .painted import through_vae

HELD_OUT_SEED = 40_000_001
SMALL, SCALE = 128, 4
TILE, OVERLAP = 64, 10  # of the small picture
GOALS = {"gain_db": 3, "seam": 0}


def add_arguments(parser):
    parser.add_argument("--pack", type=pathlib.Path, default=PACK)
    parser.add_argument("--count", type=int, default=40, help="held-out drawings (%(default)s)")


def run(options):
    """dB on drawings whose small form is the large one made smaller; the same after the VAE; the largest difference
    between enlarging a picture as a whole and in tiles, in levels of 8 bits."""
    net = SRVGGNetCompact(scale=SCALE)
    weights = load_file(options.pack / "upscale" / "x4.safetensors")
    net.load_state_dict({name: value.float() for name, value in weights.items()})
    rng, pairs = random.Random(HELD_OUT_SEED), []
    for _ in range(options.count):
        large = avatars.render(avatars.random_attrs(rng), SMALL * SCALE, labels=False).rgb
        small = Image.fromarray(large).resize((SMALL, SMALL), Image.Resampling.BOX)
        pairs.append((np.asarray(small), large))
    smalls, larges = zip(*pairs, strict=True)
    seams = [np.abs(enlarged(net, small).astype(int) - in_tiles(net, small)).max() for small in smalls[:8]]
    return {
        "goals": GOALS,
        "drawings": _gain(net, smalls, larges),
        "drawings_through_the_vae": _gain(net, through_vae(options.pack, smalls), larges),
        "seam": int(max(seams)),
    }


def _gain(net, smalls, larges):
    pairs = list(zip(smalls, larges, strict=True))
    ours = [psnr(enlarged(net, small), large) for small, large in pairs]
    theirs = [psnr(bicubic(small, SCALE), large) for small, large in pairs]
    return {
        "db": round(float(np.mean(ours)), 2),
        "bicubic_db": round(float(np.mean(theirs)), 2),
        "gain_db": round(float(np.mean(ours) - np.mean(theirs)), 2),
        "worst_gain_db": round(float(np.min(np.subtract(ours, theirs))), 2),
    }


def in_tiles(net, small):
    """The same from tiles with an overlap that is cut off."""
    made = np.zeros((small.shape[0] * SCALE, small.shape[1] * SCALE, 3), np.uint8)
    for top in range(0, small.shape[0], TILE):
        for left in range(0, small.shape[1], TILE):
            y, x = max(0, top - OVERLAP), max(0, left - OVERLAP)
            tile = enlarged(net, small[y : top + TILE + OVERLAP, x : left + TILE + OVERLAP])
            height, width = min(TILE, small.shape[0] - top) * SCALE, min(TILE, small.shape[1] - left) * SCALE
            dy, dx = (top - y) * SCALE, (left - x) * SCALE
            inner = tile[dy : dy + height, dx : dx + width]
            made[top * SCALE : top * SCALE + height, left * SCALE : left * SCALE + width] = inner
    return made
