"""Reads attributes off a picture: the colours of hair, clothes and product, the scene, the kind of product.

It first guesses which part of the picture is hair, clothes and so on, looks for each attribute where it belongs, and at
products from near.
"""

import pathlib

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn

from avatars import LABELS
from avatars import vocabulary as words

WEIGHTS = pathlib.Path(__file__).with_name("classifier.safetensors")
SIDE = 128
BATCH = 32

# What is read, each with its possible values, and the label of the place to look at.
ATTRIBUTES = {
    "hair": (list(words.HAIR), "hair"),
    "clothes_colour": (words.CLOTHES_COLOURS, "clothes"),
    "scene": (words.SCENES, "background"),
    "background": (words.BACKGROUNDS, "background"),
    "product": (["none", *words.PRODUCTS], "product"),
    "product_colour": (words.PRODUCT_COLOURS, "product"),
}
FEWEST_PIXELS = 40  # of a product that can be told from others
CLOSE = 64  # pixels of a side of the window around the product
_CELL = 8  # pixels of a side for one label


class Classifier(nn.Module):
    """pixels [B, 3, 128, 128] in -1 to 1 -> (logits by attribute [B, values], labels [B, 7, 16, 16])

    A product is too small for the map that the rest is read from: it is looked at in a window of its own, around
    `centres` [B, 2] (row and column, pixels), or where the labels say product most.
    """

    def __init__(self, width=96):
        super().__init__()
        self.stem = nn.Sequential(
            nn.PixelUnshuffle(4),
            *_convolution(48, 48),
            *_convolution(48, width, stride=2),
            *_convolution(width, width),
            *_convolution(width, width),
        )
        self.shrink = nn.AvgPool2d(_CELL)
        self.labels = nn.Conv2d(width, len(LABELS), 1)
        self.close = nn.Sequential(
            nn.PixelUnshuffle(2),
            *_convolution(12, 32),
            *_convolution(32, 64, stride=2),
            *_convolution(64, 96, stride=2),
            *_convolution(96, 96),
        )
        self.readers = nn.ModuleDict(
            {
                name: _reader(2 * 96 if label == "product" else 2 * (width + 6), len(values))
                for name, (values, label) in ATTRIBUTES.items()
            }
        )

    def forward(self, pixels, centres=None):
        seen = self.stem(pixels)
        labels = self.labels(seen)
        places = labels.softmax(1)
        colours = self.shrink(pixels)
        seen = torch.cat([seen, colours, colours**2], 1).flatten(2)
        shares = places.flatten(2)
        by_label = (shares / (shares.sum(2, keepdim=True) + 0.1)) @ seen.transpose(1, 2)
        everywhere = seen.mean(2)
        close = self.close(windows(pixels, product_centres(places) if centres is None else centres))
        close = torch.cat([close.mean((2, 3)), close.amax((2, 3))], 1)
        read = {
            name: self.readers[name](
                close if label == "product" else torch.cat([by_label[:, LABELS[label]], everywhere], 1)
            )
            for name, (_, label) in ATTRIBUTES.items()
        }
        return read, labels


def product_centres(places):
    """Of shares of labels [B, 7, h, w] the pixel [B, 2] around which there is most of a product."""
    there = places.detach()[:, LABELS["product"]]
    around = nn.functional.avg_pool2d(there[:, None], 3, 1, 1).flatten(1).argmax(1)
    return torch.stack([around // there.shape[2], around % there.shape[2]], 1) * _CELL + _CELL // 2


def windows(pixels, centres):
    """[B, 3, CLOSE, CLOSE] around the centres; beyond the edge the picture repeats its last pixel."""
    wide = nn.functional.pad(pixels, [CLOSE // 2] * 4, mode="replicate")
    corners = zip(wide, centres.tolist(), strict=True)
    return torch.stack([one[:, y : y + CLOSE, x : x + CLOSE] for one, (y, x) in corners])


def _reader(features, values):
    return nn.Sequential(nn.Linear(features, 96), nn.ReLU(), nn.Linear(96, values))


def _convolution(inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()


def load(file=WEIGHTS):
    net = Classifier()
    net.load_state_dict({name: value.float() for name, value in load_file(file).items()}, strict=False)
    return net.eval()


def to_pixels(pictures):
    """uint8 pictures of any size -> [B, 3, SIDE, SIDE] in -1 to 1"""
    same = [np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BOX)) for picture in pictures]
    return torch.from_numpy(np.stack(same)).permute(0, 3, 1, 2).float().div(127.5).sub(1)


@torch.no_grad()
def read(net, pictures):
    """For each picture {attribute: value}."""
    found = []
    for first in range(0, len(pictures), BATCH):
        logits, _ = net(to_pixels(pictures[first : first + BATCH]))
        guesses = {name: logits[name].argmax(1).tolist() for name in ATTRIBUTES}
        for place in range(len(pictures[first : first + BATCH])):
            found.append({name: ATTRIBUTES[name][0][guesses[name][place]] for name in ATTRIBUTES})
    return found
