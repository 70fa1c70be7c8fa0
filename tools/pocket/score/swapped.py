"""What the swap would do for the pictures of a folder: the judge's figures before it and after it.

The faces are swapped here for those of the reference pictures, by the pack's own nets and as the engine does it, but
for the correction of colours.
"""

import pathlib
import re

import numpy as np
import torch
from PIL import Image

from avatars import CHARACTERS
from facenets.align import SIDE
from facenets.faces import FaceNets, pasted
from pocket_paths import FACE, JUDGE, REFERENCES
from sheet import save_sheet

from .faces import apart
from .pictures import read_folder


def add_arguments(parser):
    parser.add_argument("folder", type=pathlib.Path, help="pictures whose prompts name characters")
    parser.add_argument("--face", type=pathlib.Path, default=FACE, help="the nets (%(default)s)")
    parser.add_argument("--judge", type=pathlib.Path, default=JUDGE)
    parser.add_argument("--references", type=pathlib.Path, default=REFERENCES)
    parser.add_argument("--sheet", type=pathlib.Path, help="an image file of some pictures, before and after")


def run(options):
    nets = FaceNets(options.face, options.judge)
    references = {file.stem: np.asarray(Image.open(file).convert("RGB")) for file in options.references.glob("*.png")}
    pictures = read_folder(options.folder)
    cells = [(picture.pixels, who) for picture in pictures if (who := named(picture.prompt, references))]
    report = {"pictures": len(cells), "before": _figures(nets, references, cells)}
    swapped, shown = [], []
    for picture, who in cells:
        after = _swapped(nets, picture, references[who])
        swapped.append((after, who))
        shown += [_thumbnail(picture), _thumbnail(after)]
    report["after"] = _figures(nets, references, swapped)
    if options.sheet:
        save_sheet(shown[: 2 * 48], 12, options.sheet)
    return report


def named(prompt, names):
    """The one character that the prompt names, or None."""
    found = [name for name in CHARACTERS if name in names and re.search(rf"\b{name}\b", prompt.lower())]
    return found[0] if len(found) == 1 else None


def _figures(nets, references, cells):
    """A missed face counts 0 with everybody."""
    people = sorted(references)
    theirs = torch.stack([nets.judged(references[name]) for name in people])
    seen = [nets.judged(picture) for picture, _ in cells]
    cosines = torch.stack([theirs @ face if face is not None else torch.zeros(len(people)) for face in seen]).numpy()
    own = np.array([[who == name for name in people] for _, who in cells])
    right = cosines.argmax(1) == own.argmax(1)
    by_name = {name: round(float(cosines[own[:, i], i].mean()), 3) for i, name in enumerate(people) if own[:, i].any()}
    return {
        "missed_faces": sum(face is None for face in seen),
        **apart(cosines[own], cosines[~own]),
        "nearest_is_right": round(float(right.mean()), 4),
        "same_by_name": by_name,
    }


def _swapped(nets, picture, reference):
    face = nets.largest(picture)
    if face is None:
        return picture
    crop, matrix = nets.aligned(picture, face)
    made = nets.swapped(crop, nets.embedded(reference))
    return pasted(picture, made, matrix)


def _thumbnail(picture):
    return np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.LANCZOS))
