"""Captions of avatars in varied wording, order and completeness, as people write prompts: sentences and lists of tags.

A caption says nothing false, but leaves much out, so that a model learns both what a phrase means and to do without it.
"""

import random

from . import phrases
from .attributes import Avatar


def caption(avatar: Avatar, rng: random.Random) -> str:
    """A caption in lower-case English, of one to about forty words."""
    noun = rng.choice(phrases.NOUNS[avatar.gender])
    opening = _opening(avatar, rng)
    looks = _looks(avatar, rng)
    clothes = _clothes(avatar, rng)
    product = _product(avatar, rng) if avatar.product != "none" else None
    details = _details(avatar, clothes, product, rng)
    if rng.random() < 0.4:
        rng.shuffle(details)
    quality = rng.choice(phrases.QUALITIES)
    subject = _subject(avatar, noun, rng)
    if rng.random() < 0.28:
        text = opening + _tags(avatar, subject, looks, details, rng)
    else:
        text = opening + _sentence(subject, looks, details, rng)
    if rng.random() < 0.22:
        text = f"{text}, {quality}" if rng.random() < 0.7 else f"{quality}, {text}"
    return text


def article(word: str) -> str:
    return "an " if word[0] in "aeiou" else "a "


def _wording(table: dict, key: str, rng: random.Random) -> str:
    """A wording of `key`: its text, or one of its list. One of every list is drawn, so that the draws after it do not
    depend on the key."""
    drawn = {name: rng.choice(texts) if isinstance(texts, list) else texts for name, texts in table.items()}
    return drawn[key]


def _opening(avatar, rng):
    opening = rng.choice(phrases.OPENINGS)
    if avatar.frame == "portrait" and rng.random() < 0.8:
        opening = rng.choice(phrases.PORTRAIT_OPENINGS)
    if avatar.frame == "half" and rng.random() < 0.7:
        opening = rng.choice(phrases.HALF_BODY_OPENINGS)
    return opening


def _looks(avatar, rng):
    """What belongs to the person, in any order. Of somebody with a name much less need be said."""
    often = 0.35 if avatar.name else 0.85
    hair = rng.choice(phrases.STYLES[avatar.style]).format(avatar.hair)
    if avatar.fringe == "bangs" and rng.random() < 0.6:
        hair += rng.choice([" with bangs", " and bangs"])
    looks = []
    if rng.random() < often:
        looks.append(hair)
    if rng.random() < often * 0.7 and avatar.glasses != "sunglasses":
        looks.append(avatar.eyes + " eyes")
    if rng.random() < often * 0.6:
        looks.append(avatar.skin + " skin")
    if avatar.freckles and rng.random() < 0.75:
        looks.append("freckles")
    if avatar.beard != "none" and rng.random() < 0.85:
        looks.append(_wording(phrases.BEARDS, avatar.beard, rng))
    if avatar.glasses != "none" and rng.random() < (0.5 if avatar.name else 0.9):
        looks.append(_wording(phrases.GLASSES, avatar.glasses, rng))
    if avatar.lips in ("red", "pink") and rng.random() < 0.5:
        looks.append(avatar.lips + " lipstick")
    if avatar.earrings and rng.random() < 0.5:
        looks.append("earrings")
    rng.shuffle(looks)
    return looks


def _clothes(avatar, rng):
    clothes = avatar.clothes
    if avatar.pattern != "plain" and rng.random() < 0.9:
        clothes = f"{avatar.pattern} {clothes}"
    orders = ["{colour} {clothes}"]
    if avatar.pattern == "plain" and rng.random() < 0.3:
        orders = ["{colour} {clothes}", "{colour} {clothes}", "{clothes} in {colour}"]
    text = rng.choice(orders).format(colour=avatar.clothes_colour, clothes=clothes)
    return article(text) + text


def _product(avatar, rng):
    name, colour = _wording(phrases.PRODUCTS, avatar.product, rng), avatar.product_colour
    if name in phrases.PRODUCTS_AROUND_A_COLOUR:
        return phrases.PRODUCTS_AROUND_A_COLOUR[name].format(colour)
    return f"{article(colour)}{colour} {name}"


def _details(avatar, clothes, product, rng):
    """What belongs to the picture: clothes, product, expression, scene, view and pose."""
    details = []
    if rng.random() < 0.85:
        details.append(rng.choice(phrases.WEARING) + clothes)
    if product and rng.random() < 0.93:
        details.append(rng.choice(phrases.HOLDING) + product)
    if rng.random() < 0.6:
        details.append(rng.choice(phrases.EXPRESSIONS[avatar.expression]))
    if rng.random() < 0.88:
        theirs = "her" if avatar.gender == "f" else "his"
        details.append(rng.choice(phrases.SCENES[avatar.scene]).format(colour=avatar.background, theirs=theirs))
    if avatar.turn != 0 and rng.random() < 0.55:
        details.append(rng.choice(phrases.TURNED).format("left" if avatar.turn < 0 else "right"))
    if avatar.turn == 0 and rng.random() < 0.25:
        details.append(rng.choice(phrases.FACING))
    if avatar.pose in phrases.POSES and rng.random() < 0.85:
        details.append(rng.choice(phrases.POSES[avatar.pose]))
    return details


def _subject(avatar, noun, rng):
    if avatar.name:
        return avatar.name if rng.random() < 0.5 else avatar.name + rng.choice([", a ", " a "]) + noun
    if rng.random() < 0.15:
        # names that the model does not know, and trigger words, must be harmless
        return _unknown_name(rng) + rng.choice([", a ", " a ", ", "]) + noun
    return "a " + noun


def _unknown_name(rng):
    if rng.random() < 0.4:
        return rng.choice(phrases.UNKNOWN_NAMES)
    syllables = rng.choice([2, 2, 3])
    return "".join(rng.choice("bcdfghklmnprstvwxz") + rng.choice("aeiou") for _ in range(syllables))


def _tags(avatar, subject, looks, details, rng):
    """subject, look, detail, ...: without articles, and mostly out of order."""
    head = subject if avatar.name else subject.replace("a ", "", 1)
    short = [_bare(detail) if rng.random() < 0.5 else detail for detail in details]
    rest = looks + short
    if rng.random() < 0.4:
        rng.shuffle(rest)
    return ", ".join([head] + rest)


def _bare(detail):
    return detail.replace("wearing a", "").replace("holding a", "").strip()


def _sentence(subject, looks, details, rng):
    text = subject
    if looks:
        text += rng.choice([" with ", " with ", ", "])
        if rng.random() < 0.6 or len(looks) < 2:
            text += ", ".join(looks)
        else:
            text += ", ".join(looks[:-1]) + " and " + looks[-1]
    for place, detail in enumerate(details):
        comma = rng.random() < 0.7 or (looks and place == 0)
        text += (", " if comma else " ") + detail
    return text
