"""What the trainings share: data on disk as tensors, averaged weights, progress, checkpoints that survive a crash, and
the loop that ties them together.
"""

import contextlib
import math
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


class Training:
    """Steps until options.steps, with a rate that rises, then falls as a cosine does; every options.look steps and at
    the end a look and a checkpoint. What is trained says losses() and look().

    The checkpoint is options.out / "state.pt". It holds the modules of `parts` by their names, the optimiser, averages
    and step; with options.resume it goes on from there.
    """

    WARM_UP = 50  # steps
    LEAST = 0.0  # share of the rate at the end
    LONGEST_GRADIENT = 1.0
    UNIT = "pictures"

    def __init__(self, options, parts, optimiser, averages, shares=(1.0,)):
        """`shares` of the learning rate, by the optimiser's groups of parameters."""
        self.options, self.optimiser, self.averages, self.step = options, optimiser, averages, 0
        self._parts, self._shares = parts, shares
        self._file = options.out / "state.pt"
        if options.resume and self._file.exists():
            state = torch.load(self._file)
            for name, part in parts.items():
                part.load_state_dict(state[name])
            optimiser.load_state_dict(state["opt"])
            averages.values, self.step = state["ema"], state["step"]

    def losses(self):
        """{name: loss} of a batch; their sum is what falls."""
        raise NotImplementedError

    def look(self, tag):
        """Prints how good the averaged weights are, and writes them to be used."""
        raise NotImplementedError

    def run(self):
        progress = Progress(self.step, self.options.batch, self.UNIT)
        while self.step < self.options.steps:
            losses = self._advance()
            progress.note(self.step, **losses)
            if self.step % self.options.look == 0 or self.step == self.options.steps:
                self.look(f"{self.step:06d}")
                self.save()

    def save(self):
        state = {name: part.state_dict() for name, part in self._parts.items()}
        state |= {"opt": self.optimiser.state_dict(), "ema": self.averages.values, "step": self.step}
        save_checkpoint(state, self._file)

    def _advance(self):
        """One step; gives its losses."""
        options = self.options
        fall = self.LEAST + (1 - self.LEAST) * (0.5 + 0.5 * math.cos(math.pi * self.step / options.steps))
        rate = options.lr * min(1, (self.step + 1) / self.WARM_UP) * fall
        for group, share in zip(self.optimiser.param_groups, self._shares, strict=True):
            group["lr"] = rate * share
        losses = self.losses()
        sum(losses.values()).backward()
        parameters = [parameter for group in self.optimiser.param_groups for parameter in group["params"]]
        torch.nn.utils.clip_grad_norm_(parameters, self.LONGEST_GRADIENT)
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.step += 1
        self.averages.update(self.step)
        return {name: loss.detach() for name, loss in losses.items()}
