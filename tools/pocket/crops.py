"""Products by themselves: cut out of large drawings, with captions of their own."""

import numpy as np
from PIL import Image

import avatars
from avatars.captions import article

_ENLARGED = 3  # a crop comes from a drawing so many times as large
_FEWEST_PIXELS = 200  # of the product in it
_CONTEXT = (0.06, 0.27)  # on each side of what is inpainted, as a share of the picture

_NAMES = {
    "cup": ["cup", "coffee cup"],
    "bottle": ["bottle", "water bottle"],
    "phone": ["phone", "smartphone"],
    "handbag": ["handbag", "bag"],
    "book": ["book"],
    "perfume": ["perfume bottle", "perfume"],
    "flowers": ["flowers", "bouquet"],
}
_OPENINGS = ["", "", "photo of ", "close-up of ", "holding ", "hand holding "]
_ENDINGS = ["", "", " in the hand", ", product shot", ", close-up"]


def product_crop(avatar, size, rng, around=False):
    """A square around the avatar's product, (rgb, labels) of `size` pixels a side; None where too little is visible.
    With `around` it shows as much of what is near as inpainting does, which cuts pictures of `size` pixels."""
    large = size * _ENLARGED
    drawing = avatars.render(avatar, large)
    ys, xs = np.nonzero(drawing.labels == avatars.LABELS["product"])
    if len(ys) < _FEWEST_PIXELS:
        return None
    extent = max(np.ptp(ys), np.ptp(xs))
    side = int(extent * rng.uniform(1.15, 1.7)) + 8
    if around:
        side = int(extent + 2 * rng.uniform(*_CONTEXT) * large)
    side = min(max(side, size // 2), large)

    def start(places):
        centre = (places.min() + places.max()) // 2
        return int(np.clip(centre - side // 2 + rng.uniform(-0.1, 0.1) * side, 0, large - side))

    y, x = start(ys), start(xs)

    def cut(pixels, how):
        square = np.ascontiguousarray(pixels[y : y + side, x : x + side])
        return np.asarray(Image.fromarray(square).resize((size, size), how))

    return cut(drawing.rgb, Image.LANCZOS), cut(drawing.labels, Image.NEAREST)


def product_caption(avatar, rng):
    before = "" if avatar.product == "flowers" else article(avatar.product_colour)
    text = before + avatar.product_colour + " " + rng.choice(_NAMES[avatar.product])
    return rng.choice(_OPENINGS) + text + rng.choice(_ENDINGS)
