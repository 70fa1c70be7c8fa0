"""Real-ESRGAN's small upscaler: plain convolutions at the size of the input, whose result is added to the enlarged
input. Names and order of the weights are those of xinntao/Real-ESRGAN (SRVGGNetCompact)."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn


class SRVGGNetCompact(nn.Module):
    """[B, 3, H, W] in 0 to 1 -> [B, 3, scale * H, scale * W]"""

    def __init__(self, features=32, convolutions=8, scale=4):
        super().__init__()
        self.scale = scale
        self.body = nn.ModuleList([nn.Conv2d(3, features, 3, 1, 1), nn.PReLU(features)])
        for _ in range(convolutions):
            self.body += [nn.Conv2d(features, features, 3, 1, 1), nn.PReLU(features)]
        self.body.append(nn.Conv2d(features, 3 * scale**2, 3, 1, 1))

    def forward(self, x):
        y = x
        for layer in self.body:
            y = layer(y)
        return F.pixel_shuffle(y, self.scale) + F.interpolate(x, scale_factor=self.scale, mode="nearest")


@torch.no_grad()
def start_as_bilinear(net):
    """Makes the net begin near bilinear enlargement: three features carry the input's colours to the last layer, which
    makes the difference between bilinear and nearest enlargement of them; the others have little say."""
    convolutions = [layer for layer in net.body if isinstance(layer, nn.Conv2d)]
    for layer in convolutions:
        nn.init.kaiming_normal_(layer.weight, a=0.25)
        nn.init.zeros_(layer.bias)
    for layer in convolutions[:-1]:
        layer.weight[:3] = 0
        for channel in range(3):
            layer.weight[channel, channel, 1, 1] = 1
    convolutions[-1].weight.mul_(0.03)
    convolutions[-1].weight[:, :3] = _bilinear_minus_nearest(net.scale)


def _bilinear_minus_nearest(scale):
    """[3 * scale^2, 3, 3, 3]"""
    kernel = torch.zeros(scale, 3)
    for place in range(scale):
        offset = (place + 0.5) / scale - 0.5
        kernel[place, 1] = 1 - abs(offset)
        kernel[place, 2 if offset > 0 else 0] = abs(offset)
    kernels = kernel[:, None, :, None] * kernel[None, :, None, :]
    kernels[:, :, 1, 1] -= 1
    weight = torch.zeros(3, scale**2, 3, 3, 3)
    for channel in range(3):
        weight[channel, :, channel] = kernels.reshape(-1, 3, 3)
    return weight.reshape(-1, 3, 3, 3)


def to_tensor(picture):
    """From uint8 [H, W, 3] to [3, H, W] in 0 to 1."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float().div(255)


def to_picture(tensor):
    return (tensor.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()


@torch.no_grad()
def enlarged(net, small):
    """A uint8 picture by the net."""
    return to_picture(net(to_tensor(small)[None].contiguous(memory_format=torch.channels_last))[0])


def bicubic(small, scale):
    height, width = small.shape[:2]
    return np.asarray(Image.fromarray(small).resize((width * scale, height * scale), Image.Resampling.BICUBIC))
