"""The measures of a face's features, from its numbers (faces.Face). Without numbers they are the ordinary ones."""

import dataclasses

from ..colours import mix
from ..vocabulary import EYES

_GOLDEN, _ROSY = (206, 164, 84), (236, 120, 124)
_IRISES = [(92, 50, 26), (186, 124, 40), (66, 160, 84), (52, 136, 222), (124, 92, 206), (152, 162, 172)]


@dataclasses.dataclass(frozen=True)
class Features:
    """In figure units where nothing else is said. The defaults are the ordinary face."""

    iris: tuple  # colour
    eye_x: float = 8.5
    eye_width: float = 1.0  # this, height and iris_size: shares of the ordinary
    eye_height: float = 1.0
    iris_size: float = 1.0
    inner_corner: float = 0.0  # how far down
    outer_corner: float = 0.0
    brow_thickness: float = 1.0  # share
    brow_lift: float = 0.0
    brow_inner: float = 0.0  # how far down
    brow_outer: float = 0.0
    nose_width: float | None = None  # half of it; None: a line without nostrils
    nose_length: float = 0.0  # more than ordinary
    mouth_width: float = 1.0  # share
    lip_fullness: float = 1.0  # share
    jaw: float = 0.0  # wider than ordinary
    freckles: float = 0.0  # opacity


def features_of(avatar):
    face = avatar.face
    if face is None:
        return Features(iris=EYES[avatar.eyes], freckles=0.85 if avatar.freckles else 0.0)
    size, height = 1 + 0.25 * face.eye_size, (1 + 0.2 * face.eye_size) * (1 + 0.3 * face.eye_roundness)
    return Features(
        iris=_iris(face.iris),
        eye_x=8.6 + 1.5 * face.eye_spacing,
        eye_width=size,
        eye_height=height,
        iris_size=0.5 + 0.25 * (size + height),
        inner_corner=0.9 * face.eye_slant,
        outer_corner=-1.9 * face.eye_slant,
        brow_thickness=1.05 + 0.65 * face.brow_thickness,
        brow_lift=1.6 * face.brow_height + max(0, 3.4 * (height - 1)),
        brow_inner=1.7 * face.brow_angle,
        brow_outer=-1.3 * face.brow_angle,
        nose_width=3.1 + 1.4 * face.nose_width,
        nose_length=1.7 * face.nose_length,
        mouth_width=1 + 0.34 * face.mouth_width,
        lip_fullness=1.1 + 0.6 * face.lip_fullness,
        jaw=2.3 * face.jaw_width,
        freckles=0.35 + 0.6 * face.freckles if face.freckles > 0 else 0.0,
    )


def skin_of(avatar, skin):
    """The skin's colour with the face's undertone."""
    if avatar.face is None:
        return skin
    tone = avatar.face.undertone
    return mix(skin, _ROSY if tone > 0 else _GOLDEN, 0.17 * abs(tone) * (0.5 + sum(skin) / 1500))


def _iris(hue):
    place = (hue + 1) / 2 * (len(_IRISES) - 1)
    first = min(int(place), len(_IRISES) - 2)
    return mix(_IRISES[first], _IRISES[first + 1], place - first)
