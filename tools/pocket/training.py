"""What the trainings share: data on disk as tensors, averaged weights, progress, checkpoints that survive a crash."""

import contextlib
import os
import sys
import time

import numpy as np
import torch

HELD_OUT = 256  # pictures at the end of a data set that are never trained on


def held_out(count):
    """How many of `count` pictures are held out: at least the 16 that one look takes."""
    held = min(HELD_OUT, count // 5)
    if held < 16:
        sys.exit(f"{count} pictures are too few to train on and to look at: draw 80 or more")
    return held


def open_data(folder):
    """rgb [N, H, W, 3] and labels [N, H, W] of a folder that draw.py wrote, mapped from the disk."""
    return tuple(np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("rgb", "labels"))


def to_range(rgb):
    """From uint8 [N, H, W, 3] to float [N, 3, H, W] in -1 to 1."""
    return rgb.permute(0, 3, 1, 2).float().div(127.5).sub(1)


def save_checkpoint(state, file):
    """Replaces the file at once, so that an interruption leaves the old checkpoint."""
    partial = file.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, file)


class Averages:
    """Exponential moving averages of parameters; the first steps are averaged over a shorter time."""

    def __init__(self, parameters, decay):
        self._parameters, self._decay = list(parameters), decay
        self.values = [parameter.detach().clone() for parameter in self._parameters]

    def update(self, step):
        """After the optimiser's step number `step`."""
        decay = min(self._decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(self.values, [parameter.data for parameter in self._parameters], 1 - decay)

    @contextlib.contextmanager
    def in_use(self):
        """Puts the averages in the place of the parameters until the end of the block."""
        self._swap()
        yield
        self._swap()

    def _swap(self):
        for parameter, value in zip(self._parameters, self.values, strict=True):
            parameter.data, value.data = value.data.clone(), parameter.data.clone()


class Progress:
    """Prints a line every hundred steps: averages of what was noted, speed and time."""

    EVERY = 100

    def __init__(self, step, batch, unit):
        self._first, self._batch, self._unit = step, batch, unit
        self._start, self._noted = time.monotonic(), []

    def note(self, step, **values):
        self._noted.append(values)
        if step % self.EVERY:
            return
        means = " ".join(f"{name} {self._mean(name):.4f}" for name in values)
        seconds = time.monotonic() - self._start
        speed = (step - self._first) * self._batch / seconds
        print(f"{step} {means} {speed:.1f} {self._unit}/s {seconds / 60:.1f} min", flush=True)
        self._noted.clear()

    def _mean(self, name):
        return torch.stack([values[name] for values in self._noted if name in values]).mean().item()
