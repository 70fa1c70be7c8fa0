"""The inside of a face as numbers: what makes somebody the same person under any hair, light and expression."""

import dataclasses
import random


@dataclasses.dataclass(frozen=True)
class Face:
    """Each number is in -1 to 1, and 0 is ordinary. Hair, gender, colour of the skin, glasses, beard, make-up,
    expression and pose are not part of it."""

    eye_size: float = 0.0
    eye_roundness: float = 0.0  # from narrow to wide open
    eye_spacing: float = 0.0
    eye_slant: float = 0.0  # of the outer corners: from drooping to raised
    iris: float = 0.0  # brown, amber, green, blue, violet, gray
    brow_thickness: float = 0.0
    brow_height: float = 0.0
    brow_angle: float = 0.0  # from worried to stern
    nose_width: float = 0.0
    nose_length: float = 0.0
    mouth_width: float = 0.0
    lip_fullness: float = 0.0
    jaw_width: float = 0.0
    freckles: float = 0.0  # none below 0, more and darker above
    undertone: float = 0.0  # of the skin: from golden to rosy


NUMBERS = [field.name for field in dataclasses.fields(Face)]


def random_face(rng: random.Random) -> Face:
    """Anybody's face; the middle is no likelier than the extremes, so that people differ."""
    return Face(*(round(rng.uniform(-1, 1), 3) for _ in NUMBERS))


def as_numbers(face: Face) -> list[float]:
    """In the order of NUMBERS."""
    return list(dataclasses.astuple(face))


# The named characters' faces, in the order of NUMBERS: as far from each other as their words allow.
_CAST = {
    "mia": (-0.4, 0.85, 0.85, 0.6, -0.2, 0.4, -0.4, 0.15, -0.85, 0.85, -0.85, 0.85, -0.85, 0.7, 0.85),
    "zoe": (0.85, 0.85, -0.85, 0.6, -0.95, -0.85, -0.85, 0.15, -0.85, 0.85, 0.4, -0.85, -0.85, -1, -0.85),
    "ava": (-0.85, 0, -0.85, -0.85, 0.2, 0.6, 0.85, -0.85, 0.85, 0.85, 0.85, 0.85, -0.85, -1, 0.85),
    "luna": (-0.85, 0.85, -0.85, 0.6, 1.0, -0.85, 0.85, 0.15, 0.85, -0.85, 0.85, -0.85, 0.85, -1, 0.85),
    "ivy": (0.85, -0.4, 0.85, 0.6, -0.6, -0.85, 0.85, 0.15, 0.85, -0.85, -0.85, 0.85, 0.85, -1, -0.85),
    "ruby": (0.85, 0.85, -0.85, 0.6, -0.95, 0.6, 0.85, -0.85, -0.85, -0.85, 0.85, 0.85, 0.85, -1, 0.85),
    "nina": (0.85, 0.85, 0.85, -0.85, -0.95, 0.6, 0.85, 0.15, 0.85, -0.85, 0.85, -0.85, -0.85, -1, -0.85),
    "lily": (-0.85, 0, 0.85, 0.6, 0.2, 0.6, -0.85, -0.85, -0.85, -0.85, 0.85, -0.85, 0.85, -1, -0.85),
    "leo": (-0.85, 0.85, -0.85, -0.85, -0.95, 0.4, 0.85, 0.15, -0.85, 0.85, -0.85, -0.85, 0.85, -1, -0.85),
    "noah": (0.85, -0.85, 0.4, -0.85, 0.2, -0.85, 0.85, -0.85, -0.85, 0.85, 0.85, -0.85, 0.85, -1, 0.85),
    "max": (0.85, -0.85, -0.85, -0.4, -0.2, -0.85, -0.85, -0.85, 0.85, -0.85, 0.85, 0.85, -0.85, 0.7, -0.85),
    "omar": (-0.85, 0.4, 0.85, -0.85, -0.95, -0.85, -0.85, -0.85, 0.85, -0.85, -0.85, -0.85, -0.85, -1, 0.85),
    "kai": (0.85, -0.85, -0.85, 0.4, -0.6, 0.6, -0.85, -0.85, 0.85, 0.85, -0.85, -0.85, 0.85, -1, 0.85),
}


def face_of(name: str) -> Face:
    """The fixed face of a named character (attributes.CHARACTERS)."""
    return Face(*_CAST[name])
