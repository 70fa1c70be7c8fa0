"""Does a picture show what its prompt asked for?"""

import collections
import pathlib

from . import classifier
from .pictures import read_folder
from .prompted import asked

ATTRIBUTES = ("hair", "clothes_colour", "scene", "product")
GOAL = 0.95


def add_arguments(parser):
    parser.add_argument("folder", type=pathlib.Path, help="pictures that troupe-engine render or troupe results wrote")
    parser.add_argument("--worst", type=int, default=8, help="pictures to name by attribute (%(default)s)")


def run(options):
    """By attribute: cells, the share that obeys, the confusions, and files to look at."""
    pictures = read_folder(options.folder)
    wanted = [asked(picture.prompt) for picture in pictures]
    found = classifier.read(classifier.load(), [picture.pixels for picture in pictures])
    report = {"pictures": len(pictures), "goal": GOAL, "attributes": {}}
    for name in ATTRIBUTES:
        cells = [cell for cell in zip(pictures, wanted, found, strict=True) if name in cell[1]]
        if cells:
            report["attributes"][name] = _summary(name, cells, options.worst)
    return report


def _summary(name, cells, worst):
    right = collections.defaultdict(list)
    confused, examples = collections.defaultdict(collections.Counter), []
    for picture, wanted, found in cells:
        obeys = wanted[name] == found[name]
        right[wanted[name]].append(obeys)
        if not obeys:
            confused[wanted[name]][found[name]] += 1
            examples.append(f"{picture.file}: {wanted[name]}, looks {found[name]}")
    return {
        "cells": len(cells),
        "obeyed": round(sum(map(sum, right.values())) / len(cells), 4),
        "by_value": {value: round(sum(answers) / len(answers), 3) for value, answers in sorted(right.items())},
        "confused_with": {value: dict(others.most_common()) for value, others in sorted(confused.items())},
        "look_at": examples[:worst],
    }
