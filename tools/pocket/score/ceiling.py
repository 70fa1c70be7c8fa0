"""How often is the classifier right on drawings, whose attributes are known? Nothing can be seen to obey more often."""

import collections
import pathlib
import random

import avatars
from pocket_paths import PACK

from . import classifier
from .painted import through_vae

HELD_OUT_SEED = 90_000_001


def add_arguments(parser):
    parser.add_argument("--pack", type=pathlib.Path, default=PACK)
    parser.add_argument("--count", type=int, default=600, help="held-out drawings (%(default)s)")


def run(options):
    rng = random.Random(HELD_OUT_SEED)
    drawn = [avatars.cast_attrs(rng) for _ in range(options.count)]
    drawings = [avatars.render(avatar) for avatar in drawn]
    pictures = [drawing.rgb for drawing in drawings]
    truths = [_shown(avatar, drawing.labels) for avatar, drawing in zip(drawn, drawings, strict=True)]
    net = classifier.load()
    return {
        "pictures": options.count,
        "drawings_through_the_vae": _right(truths, classifier.read(net, through_vae(options.pack, pictures))),
        "drawings": _right(truths, classifier.read(net, pictures)),
    }


def _shown(avatar, labels):
    """{attribute: value} of what the picture shows."""
    shown = {name: getattr(avatar, name) for name in classifier.ATTRIBUTES}
    pixels = int((labels == avatars.LABELS["product"]).sum())
    if avatar.scene != "plain":
        del shown["background"]
    if pixels < classifier.FEWEST_PIXELS:
        del shown["product_colour"]
    if pixels == 0:
        shown["product"] = "none"
    elif pixels < classifier.FEWEST_PIXELS:
        del shown["product"]
    return shown


def _right(truths, found):
    """By attribute the share of right answers, and of the wrong ones what was taken for what."""
    report = {}
    for name in classifier.ATTRIBUTES:
        answers = [(truth[name], read[name]) for truth, read in zip(truths, found, strict=True) if name in truth]
        wrong = collections.Counter(f"{truth} for {read}" for truth, read in answers if truth != read)
        report[name] = {"right": round(1 - wrong.total() / len(answers), 4), "taken": dict(wrong.most_common(5))}
    return report
