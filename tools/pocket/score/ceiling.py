"""How often is the classifier right on drawings, whose attributes are known? Nothing can be seen to obey more often."""

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
    pictures = [avatars.render(avatar, labels=False).rgb for avatar in drawn]
    net = classifier.load()
    return {
        "pictures": options.count,
        "drawings_through_the_vae": _right(drawn, classifier.read(net, through_vae(options.pack, pictures))),
        "drawings": _right(drawn, classifier.read(net, pictures)),
    }


def _right(drawn, found):
    """The share of right answers by attribute, where the picture shows it."""
    shares = {}
    for name in classifier.ATTRIBUTES:
        answers = [
            getattr(avatar, name) == read[name]
            for avatar, read in zip(drawn, found, strict=True)
            if _shows(avatar, name)
        ]
        shares[name] = round(sum(answers) / len(answers), 4)
    return shares


def _shows(avatar, name):
    if name == "background":
        return avatar.scene == "plain"
    return name != "product_colour" or avatar.product != "none"
