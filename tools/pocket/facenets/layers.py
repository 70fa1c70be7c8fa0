"""Layers that the face nets share."""

from torch import nn


def conv(inputs, outputs, stride=1, kernel=3, activation=True):
    """A convolution with normalisation, and PReLU if asked for."""
    layers = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return nn.Sequential(*layers, nn.PReLU(outputs)) if activation else nn.Sequential(*layers)


class Residual(nn.Module):
    """x + convolutions of x."""

    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(conv(channels, channels), conv(channels, channels, activation=False))
        nn.init.zeros_(self.body[1][1].weight)
        self.activation = nn.PReLU(channels)

    def forward(self, x):
        return self.activation(x + self.body(x))
