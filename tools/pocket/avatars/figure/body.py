"""An avatar made ready for drawing: colours with their shades, and measures."""

from ..colours import darker, jittered, lighter, mix
from ..vocabulary import COLOURS, HAIR, SKIN
from .features import features_of, skin_of

SIDES = (-1, 1)


class Body:
    """Colours are (r, g, b); lengths are in figure units, half the width where something is symmetric."""

    def __init__(self, avatar, rng):
        self.avatar = avatar
        self.male = avatar.gender == "m"
        self.turn = avatar.turn * rng.uniform(0.75, 1.1)

        self.features = features_of(avatar)
        self.skin = skin_of(avatar, jittered(SKIN[avatar.skin], rng, 4))
        self.skin_shade = darker(mix(self.skin, (196, 84, 70), 0.25), 0.22)
        self.skin_light = lighter(self.skin, 0.45)
        self.hair = jittered(HAIR[avatar.hair], rng, 6)
        self.hair_shade = darker(self.hair, 0.36)
        self.hair_light = lighter(self.hair, 0.34 if sum(self.hair) > 150 else 0.2)
        self.cloth = jittered(COLOURS[avatar.clothes_colour], rng)
        self.cloth_shade = darker(self.cloth, 0.28)
        self.cloth_light = lighter(self.cloth, 0.28)

        self.shoulder = 34 if self.male else 28.5
        self.neck = 9.2 if self.male else 7
        self.waist = 25 if self.male else 19
        self.hip = 28 if self.male else 26
        self.arm = 11.5 if self.male else 9.4  # the whole width

    @property
    def bright_cloth(self):
        """Whether what is drawn on the clothes should be darker than they are."""
        return sum(self.cloth) >= 560

    def skin_between(self, share):
        """From the skin's own colour to its shade."""
        return mix(self.skin, self.skin_shade, share)

    def hair_between(self, share):
        """From the hair's own colour to its shade."""
        return mix(self.hair, self.hair_shade, share)

    def faces_away(self, side):
        """Whether the head's turn hides this side of it."""
        return side * self.turn > 0.2
