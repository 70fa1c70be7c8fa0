"""The drawings as the VAE sees them: crops that often show what matters, each pixel with its weight."""

import numpy as np
import torch

from avatars import LABELS
from training import held_out, open_data, to_range

LABEL_WEIGHTS = [1, 1.2, 1.1, 2.0, 1.0, 1.6, 4.0]  # by label: faces, products and eyes count more
FOCUS = {"eyes": 0.45, "face": 0.25, "product": 0.3}  # what crops are centred on, and how often


class Pictures:
    """The data set, cut into crops; on a GPU all of it is kept there."""

    def __init__(self, folder, device, focus, label_weights=LABEL_WEIGHTS):
        self.rgb, self.labels = open_data(folder)
        self.held = held_out(len(self.rgb))
        self.trained = len(self.rgb) - self.held
        self.side = self.rgb.shape[1]
        self._device, self._focus = device, focus
        self._weights = torch.tensor(label_weights, device=device)
        self._on_gpu = None
        if device.startswith("cuda"):
            self._on_gpu = [torch.from_numpy(np.array(data)).to(device) for data in (self.rgb, self.labels)]

    def random_batch(self, count, size, rng):
        return self.batch(rng.randint(0, self.trained, count), size, rng)

    def whole(self, numbers, rng):
        return self.batch(numbers, self.side, rng)

    def batch(self, numbers, size, rng):
        """A crop of each picture, [N, 3, size, size] in -1 to 1, and the weights of its pixels, [N, 1, size, size]."""
        return self.at([(i, *self.corner(i, size, rng)) for i in numbers], size)

    def at(self, corners, size):
        """As batch(): the crops of these (picture, top, left)."""
        if self._on_gpu:
            rgb, labels = (torch.stack([d[i, y : y + size, x : x + size] for i, y, x in corners]) for d in self._on_gpu)
        else:
            rgb, labels = (
                torch.from_numpy(np.stack([d[i, y : y + size, x : x + size] for i, y, x in corners]))
                for d in (self.rgb, self.labels)
            )
        return to_range(rgb).contiguous(memory_format=torch.channels_last), self._weights[labels.long()][:, None]

    def corner(self, number, size, rng):
        """Where the crop of a picture starts: anywhere, or around a pixel of a label that matters."""
        room = self.side - size
        if room and rng.rand() < self._focus:
            label = rng.choice([LABELS[name] for name in FOCUS], p=list(FOCUS.values()))
            pixels = np.flatnonzero(np.asarray(self.labels[number]) == label)
            if len(pixels):
                y, x = divmod(int(rng.choice(pixels)), self.side)
                return int(np.clip(y - rng.randint(0, size), 0, room)), int(np.clip(x - rng.randint(0, size), 0, room))
        return rng.randint(0, room + 1), rng.randint(0, room + 1)
