"""Draws a sheet of avatars to look at, prints their captions, and says how fast it was."""

import argparse
import random
import time

from sheet import save_sheet

from . import caption, cast_attrs, random_attrs, render


def main():
    parser = argparse.ArgumentParser(prog="python3 -m avatars", description=__doc__)
    parser.add_argument("--out", default="avatars.png", help="the image file to write (%(default)s)")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--size", type=int, default=128, help="pixels of a side (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cast", action="store_true", help="the named characters in the narrower world")
    options = parser.parse_args()

    rng = random.Random(options.seed)
    avatars = [(cast_attrs if options.cast else random_attrs)(rng) for _ in range(options.count)]
    start = time.monotonic()
    pictures = [render(avatar, options.size).rgb for avatar in avatars]
    print(f"{options.count / (time.monotonic() - start):.0f} drawings a second")
    save_sheet(pictures, 8 if options.size <= 160 else 5, options.out)
    for avatar in avatars:
        print(caption(avatar, rng))


if __name__ == "__main__":
    main()
