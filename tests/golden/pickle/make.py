#!/usr/bin/env python3
"""Writes the files of torch.save that the tests of the reader read, beside itself; needs torch and numpy.

    good_zip.pth, good_old.pth   the same values in the format of today and in that before torch 1.6
    cuda_old.pth                 as good_old.pth, its storages marked as saved from a GPU
    whole_model.pth              a module with its code, which is not read
    hostile_zip.pth, hostile_old.pth   ask for os.system; harmless even when loaded: the command is `true`
"""
import collections
import os
import pathlib

import numpy
import torch

HERE = pathlib.Path(__file__).parent


class Hostile:
    def __reduce__(self):
        return os.system, ("true",)


def values():
    base = torch.arange(12, dtype=torch.float32)
    weights = collections.OrderedDict()
    weights["plain"] = base.view(3, 4)
    weights["turned"] = base.view(3, 4).t()
    weights["part"] = base[5:8]
    weights["half"] = torch.tensor([0.1, -2.5]).half()
    weights["brain"] = torch.tensor([0.1, -2.5]).bfloat16()
    weights["double"] = torch.tensor([[1.5]], dtype=torch.float64)
    weights["count"] = torch.tensor([2**40, -1])
    weights["small"] = torch.tensor([-7], dtype=torch.int16)
    weights["flags"] = torch.tensor([True, False, True])
    weights["scalar"] = torch.tensor(3.25)
    weights["empty"] = torch.zeros(0, 3)
    weights["parameter"] = torch.nn.Parameter(torch.tensor([4.0, 5.0]))
    weights._metadata = collections.OrderedDict([("", {"version": 1})])
    return {
        "params_ema": weights,
        "epoch": 3,
        "loss": numpy.float64(0.25),
        "best": -1.5,
        "name": "tiny",
        "shape": torch.Size([1, 2]),
        "nothing": None,
        "flag": True,
        "steps": [1, 70000, -5, 2**40],
        "optimizer": {"state": {0: {"step": torch.tensor(9.0)}}, "groups": ({"lr": 1e-4},)},
    }


def main():
    def save(name, value, old):
        torch.save(value, HERE / name, _use_new_zipfile_serialization=not old)

    save("good_zip.pth", values(), False)
    save("good_old.pth", values(), True)
    cpu, cuda = b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:0"
    (HERE / "cuda_old.pth").write_bytes((HERE / "good_old.pth").read_bytes().replace(cpu, cuda))
    save("whole_model.pth", torch.nn.Linear(1, 1), False)
    for name, old in (("hostile_zip.pth", False), ("hostile_old.pth", True)):
        save(name, {"weight": torch.zeros(2), "extra": Hostile()}, old)


if __name__ == "__main__":
    main()
