"""What the trainings of the face nets share: steps counted, a rate that rises and falls, checkpoints to go on from."""

import contextlib
import math

import torch

from training import Averages, save_checkpoint


class Training:
    """Of the parameters of a model, for options.steps steps; goes on from options.out / "state.pt", if it is there."""

    WARMUP = 50

    def __init__(self, model, options, decay=0.99, weight_decay=1e-4):
        options.out.mkdir(parents=True, exist_ok=True)
        self._options, self._file = options, options.out / "state.pt"
        self.model = model.to(options.device).to(memory_format=torch.channels_last).train()
        self._optimiser = torch.optim.AdamW(
            model.parameters(), options.lr, betas=(0.9, 0.98), weight_decay=weight_decay, fused=True
        )
        self._averages = Averages(model.parameters(), decay)
        self.step = 0
        if self._file.exists():
            state = torch.load(self._file, map_location=options.device)
            model.load_state_dict(state["model"])
            self._optimiser.load_state_dict(state["optimiser"])
            self._averages.values, self.step = state["averages"], state["step"]

    def advance(self, loss):
        """One step down the loss; gives the length of the gradient."""
        options = self._options
        rate = options.lr * min(1, (self.step + 1) / self.WARMUP)
        rate *= 0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * self.step / options.steps))
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        loss.backward()
        length = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self.step += 1
        self._averages.update(self.step)
        return length

    @contextlib.contextmanager
    def averaged(self):
        """The model with averaged weights, for a look without gradients."""
        with self._averages.in_use(), torch.no_grad():
            self.model.eval()
            yield self.model
            self.model.train()

    def save(self, name):
        """Writes the averaged weights to NAME.pt and a checkpoint to go on from."""
        with self._averages.in_use():
            save_checkpoint(self.model.state_dict(), self._options.out / f"{name}.pt")
        state = {
            "model": self.model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "averages": self._averages.values,
            "step": self.step,
        }
        save_checkpoint(state, self._file)
