#!/usr/bin/env python3
"""Draws what the face nets learn from: scenes, each drawn twice, with the faces of two people.

    draw_faces.py --out DATA --scenes 14000 --identities 1500 [--vae VAE]

Writes, for the scene i, drawn with one person's face (2 i) and redrawn with another's (2 i + 1):

    crops.npy     [2 N, 128, 128, 3] uint8, aligned for the swapper by the points of the first face
    points.npy    [2 N, 5, 2] float32, in pixels of these crops
    identity.npy  [2 N] int32, a row of people.npy, or -1 for the ordinary face
    people.npy    [identities, 15] float32, avatars.faces.NUMBERS
    small.npy, large.npy   the pictures of the first faces, of 128 and of 256 pixels a side
    places.npy    [N, 2] int32: their size and number, and boxes.npy [N, 4], marks.npy [N, 5, 2] in their pixels

The last tenth of the scenes shows the last tenth of the people, and nobody else does. With --vae, a share of the small
pictures has gone through it. What is drawn depends on the numbers and the seed alone; run again, it goes on where it
was interrupted (done.npy).
"""

import argparse
import dataclasses
import functools
import multiprocessing
import pathlib
import random
import time

import numpy as np
import torch

import avatars
from avatars.faces import NUMBERS, as_numbers
from facenets import align
from training import to_range

CHUNK = 200  # scenes that share a random generator
LARGE = 0.4  # share of scenes of 256 pixels
ORDINARY = 0.35  # share of scenes that are drawn with the ordinary face at first
SOFT = 0.2  # share of small pictures that go through the VAE


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--scenes", type=int, required=True)
    parser.add_argument("--identities", type=int, required=True)
    parser.add_argument("--vae", type=pathlib.Path, help="a folder of diffusers")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=11)
    return parser.parse_args()


def people(options):
    rng = random.Random(options.seed)
    return [avatars.random_face(rng) for _ in range(options.identities)]


def held_out(count):
    """Where the part of `count` scenes or people begins that is never trained on."""
    return count - count // 10


def random_scene(rng):
    """An avatar in which a face is worth looking at: sunglasses are rare, figures near."""
    avatar = avatars.random_attrs(rng)
    if avatar.glasses == "sunglasses" and rng.random() < 0.8:
        avatar = dataclasses.replace(avatar, glasses="none")
    if avatar.frame == "half" and rng.random() < 0.6:
        avatar = dataclasses.replace(avatar, frame=rng.choice(["portrait", "bust"]))
    return avatar


def is_large(options, scene):
    return random.Random(f"{options.seed} size {scene}").random() < LARGE


@functools.cache
def load_vae(folder):
    from diffusers import AutoencoderKL

    torch.set_num_threads(1)
    return AutoencoderKL.from_pretrained(folder).eval()


@torch.no_grad()
def through_vae(folder, picture):
    vae = load_vae(folder)
    made = vae.decode(vae.encode(to_range(torch.from_numpy(picture)[None])).latent_dist.mean).sample
    return made[0].clamp(-1, 1).add(1).mul(127.5).round().byte().permute(1, 2, 0).numpy()


def draw_chunk(options, arrays, faces, first):
    rng = random.Random(options.seed * 1_000_003 + first)
    last = min(first + CHUNK, options.scenes)
    border = held_out(len(faces))
    for i in range(first, last):
        known = (0, border) if i < held_out(options.scenes) else (border, len(faces))
        theirs, others = rng.sample(range(*known), 2)
        if rng.random() < ORDINARY:
            theirs = -1
        avatar = random_scene(rng)
        size = 256 if is_large(options, i) else 128
        soft = options.vae and size == 128 and rng.random() < SOFT
        matrix = None
        for row, who in ((2 * i, theirs), (2 * i + 1, others)):
            drawing = avatars.render(dataclasses.replace(avatar, face=faces[who] if who >= 0 else None), size, False)
            if matrix is None:
                matrix = align.similarity(drawing.keypoints, align.SWAP_TEMPLATE)
                picture = through_vae(options.vae, drawing.rgb) if soft else drawing.rgb
                arrays["large" if size == 256 else "small"][arrays["places"][i][1]] = picture
                arrays["boxes"][i], arrays["marks"][i] = drawing.face_box, drawing.keypoints
            else:
                picture = drawing.rgb
            arrays["crops"][row] = align.warp(picture, matrix)
            arrays["points"][row] = align.moved(drawing.keypoints, matrix)
            arrays["identity"][row] = who
    return last


def work(options, faces, first):
    names = ("crops", "points", "identity", "small", "large", "places", "boxes", "marks", "done")
    arrays = {name: np.load(options.out / f"{name}.npy", mmap_mode="r+") for name in names}
    last = draw_chunk(options, arrays, faces, first)
    arrays["done"][first // CHUNK] = True
    return last


def make_arrays(options, faces):
    count = options.scenes
    large = [is_large(options, i) for i in range(count)]
    places, numbers = np.zeros((count, 2), np.int32), {True: 0, False: 0}
    for i, kind in enumerate(large):
        places[i] = (256 if kind else 128, numbers[kind])
        numbers[kind] += 1
    for name, dtype, shape in (
        ("crops", np.uint8, (2 * count, align.SIDE, align.SIDE, 3)),
        ("points", np.float32, (2 * count, 5, 2)),
        ("identity", np.int32, (2 * count,)),
        ("small", np.uint8, (numbers[False], 128, 128, 3)),
        ("large", np.uint8, (numbers[True], 256, 256, 3)),
        ("boxes", np.float32, (count, 4)),
        ("marks", np.float32, (count, 5, 2)),
        ("done", bool, (-(-count // CHUNK),)),
    ):
        np.lib.format.open_memmap(options.out / f"{name}.npy", "w+", dtype, shape)
    np.save(options.out / "places.npy", places)
    np.save(
        options.out / "people.npy", np.array([as_numbers(face) for face in faces], np.float32).reshape(-1, len(NUMBERS))
    )


def main():
    options = parse_options()
    options.out.mkdir(parents=True, exist_ok=True)
    faces = people(options)
    if not (options.out / "done.npy").exists():
        make_arrays(options, faces)
    drawn = np.load(options.out / "done.npy")
    chunks = [first for first in range(0, options.scenes, CHUNK) if not drawn[first // CHUNK]]
    start = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for done, last in enumerate(pool.imap(functools.partial(work, options, faces), chunks), 1):
            if done % max(1, len(chunks) // 10) == 0:
                print(f"{last} scenes, {last / (time.monotonic() - start):.0f} a second", flush=True)


if __name__ == "__main__":
    main()
