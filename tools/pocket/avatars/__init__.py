"""Illustrated avatars drawn from attributes, with captions, label maps, key points and face boxes: labelled data in any
amount, and nobody's likeness.

    avatar = random_attrs(rng)          what to draw: an Avatar, a frozen dataclass (attributes.py)
    drawing = render(avatar, size=128)  .rgb .labels .keypoints .face_box (render.py)
    text = caption(avatar, rng)         one of many wordings (captions.py)

`python3 -m avatars --help` draws a sheet to look at.
"""

from .attributes import (
    CHARACTERS,
    Avatar,
    Person,
    cast_attrs,
    holding_attrs,
    in_a_scene,
    random_attrs,
    random_person,
)
from .captions import caption
from .faces import Face, face_of, random_face
from .render import Drawing, render
from .vocabulary import LABELS

__all__ = [
    "CHARACTERS",
    "LABELS",
    "Avatar",
    "Drawing",
    "Face",
    "Person",
    "caption",
    "cast_attrs",
    "face_of",
    "holding_attrs",
    "in_a_scene",
    "random_attrs",
    "random_face",
    "random_person",
    "render",
]
