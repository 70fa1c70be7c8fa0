"""Reads attributes off a picture: the colours of hair, clothes and product, the scene, the kind of product.

It first guesses which part of the picture is hair, clothes and so on, and looks for each attribute where it belongs.
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


class Classifier(nn.Module):
    """pixels [B, 3, 128, 128] in -1 to 1 -> (logits by attribute [B, values], labels [B, 7, 16, 16])"""

    def __init__(self, width=96):
        super().__init__()
        self.stem = nn.Sequential(
            nn.PixelUnshuffle(4),
            *_convolution(48, 48),
            *_convolution(48, width, stride=2),
            *_convolution(width, width),
            *_convolution(width, width),
        )
        self.shrink = nn.AvgPool2d(8)
        self.labels = nn.Conv2d(width, len(LABELS), 1)
        features = width + 6
        self.readers = nn.ModuleDict(
            {
                name: nn.Sequential(nn.Linear(2 * features, 96), nn.ReLU(), nn.Linear(96, len(values)))
                for name, (values, _) in ATTRIBUTES.items()
            }
        )

    def forward(self, pixels):
        seen = self.stem(pixels)
        labels = self.labels(seen)
        colours = self.shrink(pixels)
        seen = torch.cat([seen, colours, colours**2], 1).flatten(2)
        places = labels.softmax(1).flatten(2)
        places = places / (places.sum(2, keepdim=True) + 0.1)
        by_label = places @ seen.transpose(1, 2)
        everywhere = seen.mean(2)
        read = {
            name: self.readers[name](torch.cat([by_label[:, LABELS[label]], everywhere], 1))
            for name, (_, label) in ATTRIBUTES.items()
        }
        return read, labels


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
