"""What a prompt asks for, in the attributes that the classifier reads: the other way round than avatars.caption()."""

import re

from avatars import CHARACTERS, phrases
from avatars import vocabulary as words

_GARMENTS = sorted({*words.FEMALE_CLOTHES, *words.MALE_CLOTHES, "tee", "skirt", "jacket"}, key=len, reverse=True)
_COLOURS = "|".join(words.COLOURS)
_STYLE_WORDS = r"(?:long|short|wavy|straight|curly|braided|thick)"
_HAIR = "|".join(sorted(words.HAIR, key=len, reverse=True))
_AFTER_HAIR = rf"(?:(?:{_STYLE_WORDS} )*(?:hair|bob|ponytail|bun|curls|braids|pixie|quiff|buzz cut|man bun))"


def asked(prompt):
    """{attribute: value} of what the prompt names; of somebody by name, the colour of their hair too."""
    text = " " + re.sub(r"[^a-z0-9' -]+", " , ", prompt.lower()) + " "
    found = {
        "hair": _hair(text),
        "clothes_colour": _clothes_colour(text),
        **_scene(text),
        **_product(text),
    }
    return {name: value for name, value in found.items() if value is not None}


def _hair(text):
    named = re.search(rf"\b({_HAIR})\b (?:{_AFTER_HAIR})", text)
    if named:
        return named[1]
    who = [person for name, person in CHARACTERS.items() if re.search(rf"\b{name}\b", text)]
    return who[0].hair if len(who) == 1 else None


def _clothes_colour(text):
    garments = "|".join(_GARMENTS)
    patterns = "|".join(words.PATTERNS)
    named = re.search(rf"\b({_COLOURS}) (?:(?:{patterns}) )?(?:{garments})\b", text)
    named = named or re.search(rf"\b(?:{garments}) in ({_COLOURS})\b", text)
    return named[1] if named else None


def _scene(text):
    places = [(wording, scene) for scene, wordings in phrases.SCENES.items() for wording in wordings]
    for wording, scene in sorted(places, key=lambda place: -len(place[0])):
        pattern = re.escape(wording).replace(r"\{theirs\}", "(?:her|his|their)")
        pattern = pattern.replace(r"\{colour\}", f"({'|'.join(words.BACKGROUNDS)})")
        named = re.search(rf"\b{pattern}\b", text)
        if named:
            colour = named[1] if scene == "plain" and named.groups() else None
            return {"scene": scene, "background": colour}
    return {}


def _product(text):
    """The product with its colour."""
    wordings = [(name, product) for product, names in _product_names().items() for name in names]
    for name, product in sorted(wordings, key=lambda wording: -len(wording[0])):
        if re.search(rf"\b{re.escape(name)}\b", text):
            before = re.search(rf"\b({'|'.join(words.PRODUCT_COLOURS)}) (?:\w+ of )?{re.escape(name)}\b", text)
            return {"product": product, "product_colour": before[1] if before else None}
    return {}


def _product_names():
    return {name: [said] if isinstance(said, str) else said for name, said in phrases.PRODUCTS.items()}
