#!/usr/bin/env python3
"""Draws a training set.

    draw.py --out DATA --count 40000                             everything that can be drawn
    draw.py --out DATA --count 24000 --crops .06 --cast .8       mostly the named characters, near and from the front
    draw.py --out DATA --count 14000 --crops .5 --around .7 --holding .9     what a painter of products has yet to learn

Writes rgb.npy [N, size, size, 3] uint8, labels.npy [N, size, size] uint8 (avatars.LABELS), ids.npy [N, 4, 77] uint16
(four wordings of the caption of each picture) and meta.jsonl (attributes, key points, face box). A share of --crops are
zooms on the held product with a caption of the product alone, so that a model can paint a product at full resolution.
What is drawn depends on the seed and the count alone.
"""

import argparse
import dataclasses
import functools
import json
import multiprocessing
import os
import pathlib
import random
import time

import numpy as np
from transformers import CLIPTokenizer

import avatars
import crops
from pocket_paths import TOKENIZER

WORDINGS = 4
TOKENS = 77
CHUNK = 500  # pictures that share a random generator


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--crops", type=float, default=0.2, help="share of zooms on a product (%(default)s)")
    parser.add_argument(
        "--cast", type=float, default=0.0, help="share of avatars from avatars.cast_attrs (%(default)s)"
    )
    parser.add_argument(
        "--holding", type=float, default=0.0, help="share of avatars from avatars.holding_attrs (%(default)s)"
    )
    parser.add_argument(
        "--around", type=float, default=0.0, help="share of zooms that show what inpainting shows (%(default)s)"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokenizer", type=pathlib.Path, default=TOKENIZER)
    return parser.parse_args()


def _narrow(options, rng):
    """One of avatars.holding_attrs, or None for one of the others. Draws nothing from `rng` where none is wanted, so
    that older data sets stay what they are."""
    return avatars.holding_attrs(rng) if options.holding > 0 and rng.random() < options.holding else None


def draw_crop(options, rng):
    """(picture, labels, captions, what meta.jsonl says) of a product."""
    crop = None
    while crop is None:
        avatar = _narrow(options, rng) or avatars.random_attrs(rng)
        if avatar.product != "none":
            around = options.around > 0 and rng.random() < options.around
            crop = crops.product_crop(avatar, options.size, rng, around)
    picture, labels = crop
    captions = [crops.product_caption(avatar, rng) for _ in range(WORDINGS)]
    return picture, labels, captions, {"attrs": dataclasses.asdict(avatar), "crop": True}


def draw_avatar(options, rng):
    """(picture, labels, captions, what meta.jsonl says) of an avatar."""
    avatar = _narrow(options, rng)
    if not avatar:
        avatar = avatars.cast_attrs(rng) if rng.random() < options.cast else avatars.random_attrs(rng)
    drawing = avatars.render(avatar, options.size)
    captions = [avatars.caption(avatar, rng) for _ in range(WORDINGS)]
    meta = {
        "attrs": dataclasses.asdict(avatar),
        "crop": False,
        "keypoints": drawing.keypoints,
        "face_box": drawing.face_box,
    }
    return drawing.rgb, drawing.labels, captions, meta


def draw_chunk(options, first):
    """Draws the chunk from picture `first` on into the arrays; gives where it ends and its lines of meta.jsonl."""
    tokenizer = CLIPTokenizer.from_pretrained(options.tokenizer)
    rgb, labels, ids = (np.load(options.out / f"{name}.npy", mmap_mode="r+") for name in ("rgb", "labels", "ids"))
    rng, lines = random.Random(options.seed * 1_000_003 + first), []
    last = min(first + CHUNK, options.count)
    for i in range(first, last):
        draw = draw_crop if rng.random() < options.crops else draw_avatar
        rgb[i], labels[i], captions, meta = draw(options, rng)
        ids[i] = tokenizer(captions, padding="max_length", max_length=TOKENS, truncation=True).input_ids
        lines.append(json.dumps(meta) + "\n")
    return last, lines


def make_arrays(options):
    count, size = options.count, options.size
    for name, dtype, shape in (
        ("rgb", np.uint8, (count, size, size, 3)),
        ("labels", np.uint8, (count, size, size)),
        ("ids", np.uint16, (count, WORDINGS, TOKENS)),
    ):
        np.lib.format.open_memmap(options.out / f"{name}.npy", "w+", dtype, shape)


def main():
    options = parse_options()
    options.out.mkdir(parents=True, exist_ok=True)
    make_arrays(options)
    chunks = range(0, options.count, CHUNK)
    start = time.monotonic()
    with multiprocessing.Pool(options.processes) as pool, open(options.out / "meta.jsonl", "w") as meta:
        for done, (last, lines) in enumerate(pool.imap(functools.partial(draw_chunk, options), chunks), 1):
            meta.writelines(lines)
            if done % max(1, len(chunks) // 10) == 0:
                print(f"{last} drawn, {last / (time.monotonic() - start):.0f} a second", flush=True)


if __name__ == "__main__":
    main()
