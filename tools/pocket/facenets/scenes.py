"""Pictures with faces for the detector, composed of what draw_faces.py drew."""

import numpy as np
import torch
from PIL import Image, ImageFilter

SIDE = 256
_FLIPPED = [1, 0, 2, 4, 3]


class Scenes:
    """Pictures of SIDE pixels with one to four faces of very different sizes."""

    def __init__(self, folder):
        names = ("small", "large", "places", "boxes", "marks")
        self._small, self._large, self._places, self._boxes, self._marks = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in names
        )
        self.trained = len(self._places) - len(self._places) // 10
        self.held = len(self._places) - self.trained

    def scene(self, number):
        """(picture, box, points) as they were drawn, of a square picture of 128 or 256 pixels."""
        size, place = self._places[number]
        picture = (self._large if size == 256 else self._small)[place]
        return picture, np.array(self._boxes[number]), np.array(self._marks[number])

    def batch(self, count, rng):
        """float [N, 3, SIDE, SIDE] as the detector wants it, and for each picture its faces: boxes [n, 4] and points
        [n, 5, 2] in pixels."""
        composed = [self._compose(rng) for _ in range(count)]
        pictures = torch.from_numpy(np.stack([picture for picture, _ in composed]))
        return to_input(pictures), [faces for _, faces in composed]

    def _compose(self, rng):
        canvas = Image.new("RGB", (SIDE, SIDE), tuple(int(value) for value in rng.randint(0, 256, 3)))
        boxes, marks = [], []
        across = rng.choice([1, 2], p=[0.75, 0.25])
        cell = SIDE // across
        for place in range(across * across):
            left, top = place % across * cell, place // across * cell
            shown = self._place(canvas, left, top, cell, rng)
            if shown is not None:
                boxes.append(shown[0])
                marks.append(shown[1])
        if rng.rand() < 0.5:
            canvas = degraded(canvas, rng)
        faces = np.array(boxes, np.float32).reshape(-1, 4), np.array(marks, np.float32).reshape(-1, 5, 2)
        return np.asarray(canvas), faces

    def _place(self, canvas, left, top, cell, rng):
        """Shows a scene in a cell of the canvas; gives its face, or None where too little of it is in the cell."""
        picture, box, marks = self.scene(rng.randint(self.trained))
        picture = Image.fromarray(np.asarray(picture))
        if rng.rand() < 0.5:
            picture = picture.transpose(Image.FLIP_LEFT_RIGHT)
            box = np.array([picture.width - box[2], box[1], picture.width - box[0], box[3]])
            marks = np.stack([picture.width - marks[:, 0], marks[:, 1]], 1)[_FLIPPED]
        side = int(cell * (1 if rng.rand() < 0.4 else np.exp(rng.uniform(np.log(0.45), np.log(1.7)))))
        scale = side / picture.width
        picture = picture.resize((side, side), rng.choice([Image.BILINEAR, Image.BICUBIC]))
        slack = cell - side
        x, y = (int(rng.uniform(min(0, slack), max(0, slack) + 1)) for _ in range(2))
        window = Image.new("RGB", (cell, cell), tuple(int(value) for value in rng.randint(0, 256, 3)))
        window.paste(picture, (x, y))
        canvas.paste(window, (left, top))
        box, marks = box * scale + np.tile([x, y], 2), marks * scale + (x, y)
        centre = (box[:2] + box[2:]) / 2
        if centre.min() < 0 or centre.max() >= cell:
            return None
        return _shifted(np.clip(box, 0, cell), marks, left, top)


def _shifted(box, marks, left, top):
    return box + np.tile([left, top], 2), marks + (left, top)


def enlarged(picture, box, marks):
    """A scene of SIDE pixels, as a PIL picture."""
    scale = SIDE / picture.shape[0]
    return Image.fromarray(np.asarray(picture)).resize((SIDE, SIDE), Image.BICUBIC), box * scale, marks * scale


def degraded(picture, rng):
    """The PIL picture smaller and back, blurred, or noisy; its light changed."""
    width, height = picture.size
    if rng.rand() < 0.5:
        share = rng.uniform(0.4, 0.9)
        picture = picture.resize((int(width * share), int(height * share)), Image.BILINEAR)
        picture = picture.resize((width, height), Image.BICUBIC)
    if rng.rand() < 0.4:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.6)))
    values = np.asarray(picture, np.float32) * rng.uniform(0.8, 1.2, 3) + rng.uniform(-15, 15)
    values += rng.randn(height, width, 1) * rng.uniform(0, 8)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def to_input(pictures):
    """From uint8 [N, H, W, 3] to what the detector wants."""
    return pictures.permute(0, 3, 1, 2).float().sub(127.5).div(128).contiguous(memory_format=torch.channels_last)
