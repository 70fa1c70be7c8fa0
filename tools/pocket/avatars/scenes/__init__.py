"""What is behind the figure, in canvas units."""

from ..vocabulary import COLOURS
from . import countryside, indoors, outdoors, plain, town

_SCENES = {
    "studio": plain.studio,
    "beach": outdoors.beach,
    "sunset": outdoors.sunset,
    "mountains": outdoors.mountains,
    "snow": outdoors.snow,
    "forest": countryside.forest,
    "garden": countryside.garden,
    "city": town.city,
    "night city": town.night_city,
    "cafe": indoors.cafe,
    "bedroom": indoors.bedroom,
    "library": indoors.library,
}

# A scene's light over the figure: colour and opacity.
TINTS = {
    "sunset": ((255, 130, 60), 0.13),
    "night city": ((60, 50, 150), 0.16),
    "cafe": ((255, 190, 110), 0.07),
    "forest": ((150, 220, 110), 0.05),
    "snow": ((190, 215, 255), 0.06),
    "library": ((255, 190, 110), 0.06),
}


def draw_scene(pen, avatar, rng):
    """Paints the whole canvas; leaves the label map alone."""
    if avatar.scene == "plain":
        plain.plain(pen, rng, COLOURS[avatar.background], soften=avatar.background not in ("white", "gray"))
    else:
        _SCENES[avatar.scene](pen, rng)
