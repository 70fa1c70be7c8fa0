#!/usr/bin/env python3
"""Draws the reference pictures of the named characters: from the front, neutral, 512 pixels, less than 40 KB each.

draw_references.py [--out configs/campaigns/refs]
"""

import argparse
import dataclasses
import pathlib

from PIL import Image

import avatars
from pocket_paths import REFERENCES

SIDE = 512
COLOURS = 256


def reference(name):
    """The picture of a character with the character's own face, uint8 [512, 512, 3]."""
    person = dataclasses.replace(avatars.CHARACTERS[name], face=avatars.face_of(name))
    avatar = avatars.Avatar(**vars(person), clothes_colour="white", frame="portrait", background="gray", seed=7)
    return avatars.render(avatar, SIDE, labels=False).rgb


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=REFERENCES)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in avatars.CHARACTERS:
        picture = Image.fromarray(reference(name))
        picture = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
        picture.save(options.out / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
