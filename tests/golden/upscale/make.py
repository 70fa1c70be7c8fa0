#!/usr/bin/env python3
"""Writes tiny upscalers with random weights, and what they make of a picture, beside itself; needs torch, safetensors.

The networks are written down here as their papers and Real-ESRGAN's files describe them, in the plainest torch, with
the names of their tensors. Each is stored in another of the ways in which such files are found.
"""
import pathlib

import numpy
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).parent


def conv(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 3, 1, 1)


class Compact(nn.Module):
    """SRVGGNetCompact."""

    def __init__(self, features, convolutions, scale):
        super().__init__()
        self.scale = scale
        layers = [conv(3, features), nn.PReLU(features)]
        for _ in range(convolutions):
            layers += [conv(features, features), nn.PReLU(features)]
        self.body = nn.ModuleList([*layers, conv(features, 3 * scale * scale)])

    def forward(self, picture):
        out = picture
        for layer in self.body:
            out = layer(out)
        return functional.pixel_shuffle(out, self.scale) + functional.interpolate(picture, scale_factor=self.scale)


class Dense(nn.Module):
    def __init__(self, features, growth):
        super().__init__()
        for i in range(5):
            setattr(self, f"conv{i + 1}", conv(features + i * growth, features if i == 4 else growth))

    def forward(self, x):
        seen = x
        for i in range(4):
            seen = torch.cat([seen, functional.leaky_relu(getattr(self, f"conv{i + 1}")(seen), 0.2)], 1)
        return x + 0.2 * self.conv5(seen)


class Block(nn.Module):
    def __init__(self, features, growth):
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (Dense(features, growth) for _ in range(3))

    def forward(self, x):
        return x + 0.2 * self.rdb3(self.rdb2(self.rdb1(x)))


class Residual(nn.Module):
    """RRDBNet. fold: 1 for x4, 2 for x2, 4 for x1."""

    def __init__(self, features, growth, blocks, fold):
        super().__init__()
        self.fold = fold
        self.conv_first = conv(3 * fold * fold, features)
        self.body = nn.Sequential(*(Block(features, growth) for _ in range(blocks)))
        self.conv_body, self.conv_up1, self.conv_up2, self.conv_hr = (conv(features, features) for _ in range(4))
        self.conv_last = conv(features, 3)

    def forward(self, picture):
        def active(x):
            return functional.leaky_relu(x, 0.2)

        first = self.conv_first(functional.pixel_unshuffle(picture, self.fold))
        x = first + self.conv_body(self.body(first))
        for up in (self.conv_up1, self.conv_up2):
            x = active(up(functional.interpolate(x, scale_factor=2)))
        return self.conv_last(active(self.conv_hr(x)))


def filled(network, generator):
    """Weights that keep the picture's range, so that clamping to bytes hides nothing."""
    with torch.no_grad():
        for tensor in network.parameters():
            noise = torch.randn(tensor.shape, generator=generator)
            tensor.copy_(noise * tensor[0].numel() ** -0.5 if tensor.dim() == 4 else 0.1 + 0.05 * noise)
    return network.eval()


def sequential_names(state, blocks):
    """ESRGAN's first spelling."""
    layers = {"conv_first": "model.0", "conv_body": f"model.1.sub.{blocks}", "conv_up1": "model.3",
              "conv_up2": "model.6", "conv_hr": "model.8", "conv_last": "model.10"}
    renamed = {}
    for name, tensor in state.items():
        layer, end = name.rsplit(".", 1)
        if layer.startswith("body."):
            _, block, dense, which = layer.split(".")
            renamed[f"model.1.sub.{block}.{dense.upper()}.{which}.0.{end}"] = tensor
        else:
            renamed[f"{layers[layer]}.{end}"] = tensor
    return renamed


def trunk_names(state):
    """ESRGAN's second spelling."""
    pairs = [("conv_body", "trunk_conv"), ("body.", "RRDB_trunk."), (".rdb", ".RDB"), ("conv_up", "upconv"),
             ("conv_hr", "HRconv")]
    renamed = {}
    for name, tensor in state.items():
        for now, then in pairs:
            name = name.replace(now, then)
        renamed[name] = tensor
    return renamed


def main():
    generator = torch.Generator().manual_seed(5)
    picture = numpy.random.default_rng(5).integers(0, 256, (12, 8, 3), dtype=numpy.uint8)
    pixels = torch.from_numpy(picture).permute(2, 0, 1).unsqueeze(0).float() / 255
    golden = {"picture": torch.from_numpy(picture)}

    def keep(name, network):
        with torch.no_grad():
            golden[name] = network(pixels).contiguous()
        return network.state_dict()

    compact = keep("compact_x4", filled(Compact(8, 3, 4), generator).half().float())
    save_file({name: tensor.half() for name, tensor in compact.items()}, HERE / "compact_x4.safetensors")
    compact = keep("compact_x2", filled(Compact(6, 2, 2), generator))
    torch.save({"params": compact}, HERE / "compact_x2.pth")
    residual = keep("residual_x4", filled(Residual(4, 2, 1, 1), generator))
    wrong = {name: torch.zeros_like(tensor) for name, tensor in residual.items()}
    torch.save({"params": wrong, "params_ema": residual}, HERE / "residual_x4.pth")
    residual = keep("residual_x2", filled(Residual(4, 2, 1, 2), generator))
    torch.save({"params_ema": residual}, HERE / "residual_x2.pth", _use_new_zipfile_serialization=False)
    residual = keep("residual_x1", filled(Residual(4, 2, 1, 4), generator))
    save_file({f"params.{name}": tensor for name, tensor in residual.items()}, HERE / "residual_x1.safetensors")
    residual = keep("sequential_x4", filled(Residual(4, 2, 2, 1), generator))
    torch.save(sequential_names(residual, 2), HERE / "sequential_x4.pth", _use_new_zipfile_serialization=False)
    residual = keep("trunk_x4", filled(Residual(4, 2, 1, 1), generator))
    torch.save(trunk_names(residual), HERE / "trunk_x4.pth")
    save_file(golden, HERE / "golden.safetensors")
    for name, tensor in golden.items():
        print(name, list(tensor.shape), f"{tensor.float().min():.3f} to {tensor.float().max():.3f}")


if __name__ == "__main__":
    main()
