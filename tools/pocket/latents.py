"""The drawings as the UNet sees them: latents, weights and captions, encoded once."""

import random

import numpy as np
import torch
import torch.nn.functional as F

import nets
from training import held_out, open_data, to_range

LABEL_WEIGHTS = [0.7, 1.0, 1.0, 1.6, 0.9, 1.6, 3.0]  # by label: faces, products and eyes count more
NO_CAPTION = 0.05  # share of pictures trained without a caption, for guidance
NEGATIVE_CAPTION = 0.05  # share with what people write into negative prompts: it must be harmless too
NEGATIVES = [
    *("blurry", "low quality", "worst quality", "bad anatomy", "deformed", "ugly", "extra fingers", "extra arms"),
    *("watermark", "text", "logo", "jpeg artifacts", "cropped", "distorted", "mutated hands", "lowres", "noise"),
    *("signature", "disfigured"),
]


def _factor(vae):
    """Pixels of a side for one latent."""
    return 2 ** (len(vae.config.block_out_channels) - 1)


@torch.no_grad()
def encode_all(vae, folder, cache, device):
    """Latents [N, C, h, w] and weights [N, h, w] with a mean of 1 of all pictures of a folder, in half precision; from
    the file `cache` if it is there, else written to it."""
    if cache.exists():
        stored = torch.load(cache)
        return stored["z"], stored["w"]
    rgb, labels = open_data(folder)
    side = rgb.shape[1] // _factor(vae)
    latents = torch.empty(len(rgb), vae.config.latent_channels, side, side, dtype=torch.float16)
    weights = torch.empty(len(rgb), side, side, dtype=torch.float16)
    by_label = torch.tensor(LABEL_WEIGHTS)
    chunk = 512 if device.startswith("cuda") else 32
    for first in range(0, len(rgb), chunk):
        part = slice(first, min(len(rgb), first + chunk))
        pictures = to_range(torch.from_numpy(np.array(rgb[part])).to(device))
        latents[part] = vae.encode(pictures).latent_dist.mean.half().cpu()
        of_pixels = by_label[torch.from_numpy(np.array(labels[part])).long()][:, None]
        weights[part] = F.avg_pool2d(of_pixels, _factor(vae))[:, 0].half()
    weights /= weights.float().mean()
    torch.save({"z": latents, "w": weights}, cache)
    return latents, weights


def negative_captions(count=256):
    rng = random.Random(5)
    return [", ".join(rng.sample(NEGATIVES, rng.randint(1, 8))) for _ in range(count)]


class Examples:
    """Latents with weights and captions; on a GPU all of it is kept there."""

    def __init__(self, folder, vae, tok, cache, device):
        self.latents, self._weights = encode_all(vae, folder, cache, device)
        home = device if device.startswith("cuda") else "cpu"
        self.latents, self._weights = self.latents.to(home), self._weights.to(home)
        self._captions = torch.from_numpy(np.load(folder / "ids.npy").astype(np.int64)).to(home)
        self._empty = nets.token_ids(tok, [""])[0].to(home)
        self._negatives = nets.token_ids(tok, negative_captions()).to(home)
        self.held = held_out(len(self.latents))
        self.trained = len(self.latents) - self.held
        self._home, self._device = home, device

    def generator(self, seed):
        return torch.Generator(device=self._home).manual_seed(seed)

    def random_batch(self, count, rng):
        """(token ids [B, 77], latents [B, C, h, w], weights [B, 1, h, w])"""

        def choose(among, size):
            return torch.randint(0, among, (size,), generator=rng, device=self._home)

        numbers, wordings = choose(self.trained, count), choose(self._captions.shape[1], count)
        captions = self._captions[numbers, wordings].clone()
        dice = torch.rand(count, generator=rng, device=self._home)
        captions[dice < NO_CAPTION] = self._empty
        negative = (dice >= NO_CAPTION) & (dice < NO_CAPTION + NEGATIVE_CAPTION)
        captions[negative] = self._negatives[choose(len(self._negatives), int(negative.sum()))]
        latents = self.latents[numbers].float().contiguous(memory_format=torch.channels_last)
        return captions.to(self._device), latents, self._weights[numbers].float()[:, None]

    def held_out_batches(self, size):
        """(token ids of the first wording, latents) of the held-out pictures, in whole batches."""
        for first in range(self.trained, self.trained + self.held - self.held % size, size):
            part = slice(first, first + size)
            yield self._captions[part, 0].to(self._device), self.latents[part].float()
