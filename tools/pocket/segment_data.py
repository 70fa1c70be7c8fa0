"""What the segmenter learns from: pictures as it will be shown them, each with things to find."""

import dataclasses
import json
import random

import numpy as np
import torch
from PIL import Image, ImageFilter

import avatars
import finds
from segment_net import SIDE
from training import held_out, open_data

SMALL = 128
EACH = 4  # finds a picture, half of them absent
REPAINTED = 0.5  # share of pictures that the pack painted
CAST = 0.6  # share of the named characters among what is drawn
HOLDING = 0.7  # share of those who hold a product


@dataclasses.dataclass
class Example:
    picture: np.ndarray  # uint8 [SIDE, SIDE, 3]
    labels: np.ndarray  # uint8 [H, W], larger or smaller than the picture
    avatar: avatars.Avatar


class Examples:
    """Drawings made as they are needed, and the first of a data set in their repainted form (repaint.py)."""

    def __init__(self, folder, repainted):
        _, self._labels = open_data(folder)
        self._repainted = np.load(repainted / "repainted.npy", mmap_mode="r")
        with open(folder / "meta.jsonl") as lines:
            attrs = (json.loads(line)["attrs"] for line in lines)
            self._avatars = [avatars.Avatar(**each) for each, _ in zip(attrs, self._repainted, strict=False)]
        self.held = held_out(len(self._repainted))  # the last ones of what is repainted

    def random(self, rng):
        repainted = rng.random() < REPAINTED
        example = self._random_repainted(rng) if repainted else drawn(_random_avatar(rng), rng)
        example.picture = _degraded(example.picture, rng)
        return _cut(example, rng)

    def _random_repainted(self, rng):
        while True:
            number = rng.randrange(len(self._repainted) - self.held)
            if self._avatars[number].product != "none" or rng.random() < 0.6:
                return self.repainted(number)

    def repainted(self, number):
        picture = enlarged(np.array(self._repainted[number]))
        return Example(picture, np.array(self._labels[number]), self._avatars[number])

    def held_out_repainted(self):
        return [self.repainted(len(self._repainted) - self.held + i) for i in range(self.held)]


def held_out_drawings(count):
    """Of a generator that no training uses."""
    rng = random.Random(70_000_001)
    return [drawn(_random_avatar(rng), None) for _ in range(count)]


def drawn(avatar, rng):
    """Small and enlarged, as most pictures are that are searched; with `rng` sometimes drawn at the full size."""
    if rng and rng.random() < 0.3:
        large = avatars.render(avatar, SIDE)
        return Example(large.rgb, large.labels, avatar)
    small = avatars.render(avatar, SMALL)
    labels = small.labels if rng else avatars.render(avatar, SIDE).labels
    return Example(enlarged(small.rgb), labels, avatar)


def enlarged(picture):
    return np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def chosen_finds(example, rng):
    """EACH finds, half of them present."""
    present = [finds.present_find(example.avatar, example.labels, rng) for _ in range(EACH // 2)]
    return present + [finds.absent_find(example.avatar, rng) for _ in range(EACH - EACH // 2)]


def mask_of(find, labels):
    """float [SIDE, SIDE] of 0 and 1; the edge between two pixels of a smaller map is a line, not a stair."""
    mask = Image.fromarray(find.mask(labels).astype(np.uint8) * 255)
    if mask.size != (SIDE, SIDE):
        mask = mask.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.array(mask) >= 128).float()


def to_pixels(pictures):
    """What preprocessor_config.json says: [B, 3, SIDE, SIDE] in -1 to 1."""
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float().div(127.5).sub(1)


def _random_avatar(rng):
    avatar = avatars.cast_attrs(rng) if rng.random() < CAST else avatars.random_attrs(rng)
    if avatar.product == "none" and rng.random() < HOLDING - 0.3:
        product = rng.choice(avatars.vocabulary.PRODUCTS)
        avatar = dataclasses.replace(avatar, product=product, pose="hold")
    return avatar


def _degraded(picture, rng):
    """Sometimes softer, smaller, brighter or of another contrast than it was."""
    image = Image.fromarray(picture)
    if rng.random() < 0.2:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 2.5)))
    if rng.random() < 0.15:
        side = rng.randint(90, 180)
        image = image.resize((side, side), Image.Resampling.BILINEAR).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    pixels = np.asarray(image).astype(np.float32)
    if rng.random() < 0.3:
        pixels = (pixels - 128) * rng.uniform(0.85, 1.15) + 128 + rng.uniform(-12, 12)
    return pixels.clip(0, 255).astype(np.uint8)


def _cut(example, rng):
    """Sometimes mirrored, sometimes a part of it."""
    picture, labels = example.picture, example.labels
    if rng.random() < 0.3:
        picture, labels = picture[:, ::-1], labels[:, ::-1]
    if rng.random() < 0.35:
        share = rng.uniform(0.6, 1)
        left, top = rng.uniform(0, 1 - share), rng.uniform(0, 1 - share)
        picture = _part(picture, left, top, share, Image.Resampling.BILINEAR)
        labels = _part(labels, left, top, share, Image.Resampling.NEAREST)
    return Example(np.ascontiguousarray(picture), np.ascontiguousarray(labels), example.avatar)


def _part(pixels, left, top, share, how):
    side = pixels.shape[0]
    edges = tuple(place * side for place in (left, top, left + share, top + share))
    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).resize((SIDE, SIDE), how, edges))
