"""What the segmenter is asked to find in a drawing, in words, and which labels answer it.

find = present_find(avatar, labels, rng)     something that is there
find = absent_find(avatar, rng)              something that is not, often only by its colour
"""

import dataclasses

import numpy as np

from avatars import LABELS, phrases
from avatars import vocabulary as words
from avatars.captions import article

FEWEST_PIXELS = 0.0015  # of the picture: a part that shows less is not asked for
CLEARLY_ANOTHER = 120  # distance of two colours (RGB) at which a wrong one is wrong to everybody

# By part: its labels, and what it is called. {} is its colour.
PARTS = {
    "hair": (("hair",), ["hair", "hair", "the hair", "{} hair", "{} hair", "hairstyle"]),
    "face": (("face", "eyes"), ["face", "face", "the face", "head", "a face"]),
    "eyes": (("eyes",), ["eyes", "eyes", "the eyes"]),
    "skin": (("skin", "face"), ["skin", "skin", "the skin"]),
    "clothes": (("clothes",), ["clothes", "clothes", "the clothes", "clothing", "outfit", "{}", "{}", "{}"]),
    "background": (("background",), ["background", "background", "the background", "scene"]),
    "person": (("hair", "face", "eyes", "skin", "clothes"), ["person", "a person", "the person", "somebody"]),
    "product": (("product",), ["product", "the product"]),
}
# How often a part is asked for; of a product mostly by its name.
SHARES = {
    "product": 0.34,
    "hair": 0.14,
    "clothes": 0.14,
    "eyes": 0.11,
    "face": 0.1,
    "skin": 0.06,
    "background": 0.06,
    "person": 0.05,
}
PRODUCT_NAMES = {
    "cup": ["cup", "cup", "coffee cup", "cup of coffee"],
    "bottle": ["bottle", "bottle", "water bottle"],
    "phone": ["phone", "phone", "smartphone"],
    "handbag": ["handbag", "handbag", "bag"],
    "book": ["book"],
    "perfume": ["perfume", "perfume bottle", "perfume bottle"],
    "flowers": ["flowers", "flowers", "bouquet"],
}
LOOK_ALIKE = {"bottle": "perfume", "perfume": "bottle"}  # "bottle" may well mean either


@dataclasses.dataclass(frozen=True)
class Find:
    text: str
    part: str
    labels: tuple  # of LABELS, by name; empty where nothing answers it

    def mask(self, labels):
        """From a label map to bool of the same shape."""
        return np.isin(labels, [LABELS[name] for name in self.labels])


def shown_parts(labels):
    """The parts of which a label map shows enough to ask for."""
    share = np.bincount(labels.ravel(), minlength=len(LABELS)) / labels.size
    return [part for part, (names, _) in PARTS.items() if sum(share[LABELS[name]] for name in names) >= FEWEST_PIXELS]


def present_find(avatar, labels, rng, part=None):
    parts = shown_parts(labels)
    part = part or rng.choices(parts, [SHARES[part] for part in parts])[0]
    return Find(_text(avatar, part, rng), part, PARTS[part][0])


def absent_find(avatar, rng):
    """A product that is not there, or one, hair or clothes of another colour than what is there."""
    kind = rng.choices(["product", "colour", "hair", "clothes"], [0.5, 0.2, 0.15, 0.15])[0]
    if kind == "colour" and avatar.product != "none":
        colour = _another(avatar.product_colour, {name: words.COLOURS[name] for name in words.PRODUCT_COLOURS}, rng)
        return Find(named_product(avatar.product, colour, rng), "product", ())
    if kind == "hair":
        return Find(f"{_another(avatar.hair, words.HAIR, rng)} hair", "hair", ())
    if kind == "clothes":
        colour = _another(avatar.clothes_colour, words.COLOURS, rng)
        return Find(_garment(avatar, colour, rng), "clothes", ())
    unlike = {avatar.product, LOOK_ALIKE.get(avatar.product)}
    product = rng.choice([name for name in words.PRODUCTS if name not in unlike])
    colour = rng.choice([*words.PRODUCT_COLOURS, avatar.product_colour, avatar.clothes_colour])
    return Find(named_product(product, colour if rng.random() < 0.6 else None, rng), "product", ())


def named_product(product, colour, rng):
    """ "a yellow cup", "the cup", "cup" and the like; without a colour if it is None."""
    name = rng.choice(PRODUCT_NAMES[product])
    if colour and name in phrases.PRODUCTS_AROUND_A_COLOUR:
        return phrases.PRODUCTS_AROUND_A_COLOUR[name].format(colour)
    return _with_article(f"{colour} {name}" if colour else name, rng, plural=name == "flowers")


def _text(avatar, part, rng):
    if part == "product" and rng.random() < 0.93:
        return named_product(avatar.product, avatar.product_colour if rng.random() < 0.6 else None, rng)
    wording = rng.choice(PARTS[part][1])
    if part == "hair":
        return wording.format(avatar.hair)
    if wording == "{}":
        return _garment(avatar, avatar.clothes_colour if rng.random() < 0.6 else None, rng)
    return wording


def _garment(avatar, colour, rng):
    return _with_article(f"{colour} {avatar.clothes}" if colour else avatar.clothes, rng)


def _with_article(text, rng, plural=False):
    a = "" if plural else article(text)
    return rng.choice(["", a, "the "]) + text


def _another(colour, colours, rng):
    def distance(name):
        return np.linalg.norm(np.subtract(colours[name], colours[colour]))

    return rng.choice([name for name in colours if distance(name) > CLEARLY_ANOTHER])
