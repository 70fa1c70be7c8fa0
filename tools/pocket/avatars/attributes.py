"""Avatars as values: what is to be drawn, and random ones to learn from."""

import dataclasses
import random

from . import vocabulary as words
from .faces import Face


@dataclasses.dataclass(frozen=True)
class Person:
    """How somebody looks, wherever they are. Every value is a word of vocabulary.py."""

    gender: str  # "f" or "m"
    skin: str
    hair: str  # a colour
    style: str  # of the hair
    fringe: str
    eyes: str
    name: str | None = None
    shape: str = "oval"  # of the face
    freckles: bool = False
    glasses: str = "none"
    lips: str = "natural"
    beard: str = "none"
    earrings: bool = False
    face: Face | None = None  # its inside; None: the ordinary one, which differs by shape, eyes and freckles only


@dataclasses.dataclass(frozen=True)
class Avatar(Person):
    """A person in a scene: all that render() needs."""

    clothes: str = "t-shirt"
    clothes_colour: str = "blue"
    pattern: str = "plain"
    expression: str = "neutral"
    scene: str = "plain"
    background: str = "gray"  # the colour of the scene "plain"
    frame: str = "bust"
    turn: int = 0  # of the head: -1 to the left of the picture, 0 to the front, 1 to the right
    tilt: float = 0.0  # of the head, degrees clockwise
    product: str = "none"  # in the hand if pose is "hold"
    product_colour: str = "red"
    side: int = 1  # the side of the picture, -1 or 1, where the busy hand is, unless the head is turned
    pose: str = "none"
    seed: int = 0  # of everything that no attribute names


CHARACTERS = {
    person.name: person
    for person in (
        Person("f", "light", "red", "long wavy", "side", "green", "mia", freckles=True),
        Person("f", "brown", "black", "curly", "none", "brown", "zoe", shape="round", lips="red"),
        Person("f", "pale", "platinum blonde", "bob", "bangs", "blue", "ava", shape="heart", lips="pink"),
        Person("f", "pale", "purple", "long straight", "bangs", "gray", "luna", lips="plum"),
        Person("f", "tan", "brown", "ponytail", "side", "hazel", "ivy", earrings=True),
        Person("f", "light", "black", "bun", "bangs", "brown", "ruby", shape="round", lips="red", glasses="round"),
        Person("f", "dark", "dark brown", "braids", "centre", "brown", "nina", shape="heart", earrings=True),
        Person("f", "light", "blonde", "long straight", "centre", "blue", "lily", shape="round", lips="pink"),
        Person("m", "tan", "dark brown", "quiff", "none", "brown", "leo", shape="square", beard="full beard"),
        Person("m", "pale", "blonde", "short", "none", "blue", "noah"),
        Person("m", "light", "auburn", "curly", "none", "green", "max", shape="round", freckles=True, glasses="square"),
        Person("m", "dark", "black", "buzz cut", "none", "brown", "omar", shape="square", beard="stubble"),
        Person("m", "tan", "black", "man bun", "none", "hazel", "kai", beard="moustache"),
    )
}

CAST_SCENES = dict(
    plain=4, beach=1.5, sunset=1.5, mountains=1.2, snow=1.2, garden=1, city=1, studio=1, forest=1, cafe=0.5
)
CAST_EXPRESSIONS = dict(smiling=6, neutral=2.5, laughing=1.5)
CAST_PRODUCTS = dict(none=4.5, cup=1.6, bottle=1.3, handbag=1, book=1, flowers=1, phone=0.4)

HOLDING_SCENES = dict(
    plain=3, snow=3.5, city=1.4, cafe=1.2, studio=1.2, beach=1, sunset=1, mountains=1, garden=1, forest=1
)
HOLDING_PRODUCTS = dict(none=2, cup=1.6, bottle=1.3, handbag=2, book=1.3, flowers=1.3, phone=0.5)


def _pick(rng: random.Random, weights: dict):
    return rng.choices(list(weights), list(weights.values()))[0]


def random_person(rng: random.Random) -> Person:
    """Somebody without a name."""
    gender = "f" if rng.random() < 0.62 else "m"
    looks = dict(
        skin=rng.choice(list(words.SKIN)),
        eyes=rng.choice(list(words.EYES)),
        hair=rng.choices(list(words.HAIR), [3, 3, 3, 2, 2.4, 3, 1.6, 1, 1.2, 1, 1])[0],
        shape=rng.choice(words.FACE_SHAPES),
        freckles=rng.random() < 0.13,
        glasses=rng.choices(words.GLASSES, [80, 8, 7, 5])[0],
    )
    if gender == "f":
        looks.update(
            style=rng.choice(words.FEMALE_STYLES),
            lips=rng.choices(list(words.LIPS), [5, 3, 3, 1])[0],
            earrings=rng.random() < 0.35,
            fringe=rng.choice(["side", "centre", "bangs"]),
        )
    else:
        looks.update(
            style=rng.choices(words.MALE_STYLES, [4, 3, 1.5, 2, 1.2, 1])[0],
            beard=rng.choices(words.BEARDS, [5, 2, 3, 1])[0],
            fringe="centre",
        )
    return Person(gender=gender, **looks)


def in_a_scene(person: Person, rng: random.Random) -> Avatar:
    """The person with clothes, an expression, a place and perhaps a product."""
    scene = dict(
        clothes=rng.choice(words.FEMALE_CLOTHES if person.gender == "f" else words.MALE_CLOTHES),
        clothes_colour=rng.choice(words.CLOTHES_COLOURS),
        pattern=rng.choices(words.PATTERNS, [84, 10, 6])[0],
        expression=rng.choices(words.EXPRESSIONS, [38, 16, 18, 8, 12, 8])[0],
        scene=rng.choices(words.SCENES, [1] * 12 + [2.6])[0],
        background=rng.choice(words.BACKGROUNDS),
        frame=rng.choices(words.FRAMES, [28, 44, 28])[0],
        turn=rng.choices([-1, 0, 1], [27, 46, 27])[0],
        tilt=rng.uniform(-9, 9),
        product=rng.choices(["none"] + words.PRODUCTS, [6] + [1.15] * 7)[0],
        product_colour=rng.choice(words.PRODUCT_COLOURS),
        side=rng.choice([-1, 1]),
        seed=rng.randrange(1 << 30),
    )
    if scene["clothes"] == "blazer" and scene["clothes_colour"] == "white":
        scene["clothes_colour"] = "navy"  # a white blazer would vanish on the white shirt below it
    if scene["product"] != "none":
        scene["pose"] = "hold"
    else:
        hip = 1.6 if scene["frame"] == "half" else 0
        scene["pose"] = rng.choices(["none", "wave", "hip"], [5, 2.2, hip])[0]
    return Avatar(**vars(person), **scene)


def random_attrs(rng: random.Random, named: float = 0.33) -> Avatar:
    """Anybody, anywhere; a share of `named` are characters with a fixed look."""
    if rng.random() < named:
        return in_a_scene(CHARACTERS[rng.choice(list(CHARACTERS))], rng)
    return in_a_scene(random_person(rng), rng)


def cast_attrs(rng: random.Random) -> Avatar:
    """A narrower world: named characters, near and mostly from the front, in scenes of large shapes. A small network
    that is trained mostly on it paints the people whom campaigns ask for much sooner than one that is trained on
    everything at once."""
    avatar = in_a_scene(CHARACTERS[rng.choice(list(CHARACTERS))], rng)
    narrow = dict(
        scene=_pick(rng, CAST_SCENES),
        expression=_pick(rng, CAST_EXPRESSIONS),
        frame=_pick(rng, dict(portrait=4, bust=6)),
        turn=_pick(rng, {-1: 1, 0: 6, 1: 1}),
        tilt=rng.uniform(-4, 4),
        product=_pick(rng, CAST_PRODUCTS),
        pattern=_pick(rng, dict(plain=9, striped=1)),
    )
    narrow["pose"] = "hold" if narrow["product"] != "none" else _pick(rng, dict(none=5, wave=2))
    return dataclasses.replace(avatar, **narrow)


def holding_attrs(rng: random.Random) -> Avatar:
    """Narrower still: most of the named characters hold something, always on the same side, so that nobody is painted
    with one thing in each hand; in scenes that a small network takes for each other, more often than elsewhere."""
    avatar = cast_attrs(rng)
    narrow = dict(
        scene=_pick(rng, HOLDING_SCENES),
        frame=_pick(rng, dict(portrait=2, bust=8)),
        product=_pick(rng, HOLDING_PRODUCTS),
        side=1,
    )
    if rng.random() < 0.3:
        narrow["background"] = "gray"
    narrow["pose"] = "hold" if narrow["product"] != "none" else _pick(rng, dict(none=5, wave=2))
    return dataclasses.replace(avatar, **narrow)
