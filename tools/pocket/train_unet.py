#!/usr/bin/env python3
"""Trains the UNet, and with it the text encoder, on latents that are encoded once.

    train_unet.py --data DATA --vae DIR --out DIR --text DIR --steps 20000 [--device cpu|cuda] [--resume]
    train_unet.py --data DATA --vae DIR --out DIR --init DIR ...       from the weights of a pack or another OUT

Noise prediction on Stable Diffusion's schedule, min-SNR-5 weights, loss weights from the label map, captions left out
for guidance, averaged weights. The learning rate is constant until it falls over the last --decay steps; a run can be
cut short or made longer by --resume with another number of --steps. What --freeze names stays as it was, bit for bit.
At each --look it writes DIR/unet and DIR/text_encoder (averaged weights), a sheet of prompts and DIR/state.pt, from
which --resume goes on.
"""

import argparse
import pathlib

import torch
from diffusers import AutoencoderKL, DDPMScheduler, UNet2DConditionModel
from transformers import CLIPTextModel

import nets
from latents import Examples
from pocket_paths import TOKENIZER
from sampling import generate
from sheet import save_sheet
from training import Averages, Progress, save_checkpoint

LEAST_RATE = 0.01  # of the learning rate, at the end
TEXT_RATE = 0.25  # of the learning rate, for the text encoder
MOST_SNR = 5.0
SEED = 3


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="what draw.py wrote")
    parser.add_argument("--vae", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--text", type=pathlib.Path, help="a text encoder to start from")
    parser.add_argument("--init", type=pathlib.Path, help="a folder with unet/ and text_encoder/ to start from")
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--decay", type=int, default=2000, help="steps over which the rate falls (%(default)s)")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--warm-up", type=int, default=200, help="steps over which the rate rises (%(default)s)")
    parser.add_argument("--ema", type=float, default=0.9995, help="decay of the averages (%(default)s)")
    parser.add_argument(
        "--freeze", nargs="+", default=[], help="parts of the UNet, such as mid_block.resnets, or `text` (none)"
    )
    parser.add_argument("--channels", type=int, nargs="+", default=[48, 96, 160], help="by level (%(default)s)")
    parser.add_argument("--look", type=int, default=1000, help="steps from look to look (%(default)s)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="compile the UNet, as is always done on a GPU")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/state.pt, if it is there")
    parser.add_argument("--tokenizer", type=pathlib.Path, default=TOKENIZER)
    return parser.parse_args()


class Noise:
    """Stable Diffusion's forward process."""

    def __init__(self, device):
        schedule = {name: value for name, value in nets.SCHEDULE.items() if name != "steps_offset"}
        self._alphas = DDPMScheduler(**schedule).alphas_cumprod.to(device)
        snr = self._alphas / (1 - self._alphas)
        self._loss_weights = torch.clamp(snr, max=MOST_SNR) / snr

    def add(self, latents, noise, timesteps):
        alphas = self._alphas[timesteps][:, None, None, None]
        return alphas.sqrt() * latents + (1 - alphas).sqrt() * noise

    def remove(self, noisy, noise, timesteps):
        """The latents to which this noise was added."""
        alphas = self._alphas[timesteps][:, None, None, None]
        return (noisy - (1 - alphas).sqrt() * noise) / alphas.sqrt()

    def loss_weights(self, timesteps):
        """[B, 1, 1, 1]"""
        return self._loss_weights[timesteps][:, None, None, None]


class Training:
    """UNet and text encoder with their optimiser and averages, and where it all is kept."""

    def __init__(self, options):
        self.options, self.device = options, options.device
        self.cuda = options.device.startswith("cuda")
        self.tok = nets.tokenizer(options.tokenizer)
        self.vae = AutoencoderKL.from_pretrained(options.vae).eval().to(self.device)
        self.examples = Examples(options.data, self.vae, self.tok, options.out / "latents.pt", self.device)
        self.noise = Noise(self.device)
        self._make_networks()
        self._freeze()
        unet, text = ([p for p in net.parameters() if p.requires_grad] for net in (self.unet, self.text))
        self.parameters = unet + text
        groups = [{"params": unet}, {"params": text}]  # a group may be empty
        self.optimiser = torch.optim.AdamW(groups, options.lr, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
        self.averages, self.step = Averages(self.parameters, options.ema), 0
        self._file = options.out / "state.pt"
        if options.resume and self._file.exists():
            self._load()
        self.rng = self.examples.generator(1000 + self.step)
        self._run_unet = torch.compile(self.unet, dynamic=False) if self.cuda or options.compile else self.unet

    def _make_networks(self):
        options = self.options
        channels, side, _ = self.examples.latents.shape[1:]
        self.side = side
        text = CLIPTextModel.from_pretrained(options.text).float() if options.text else nets.text_encoder(self.tok)
        self.text = text.to(self.device)
        unet = nets.unet(tuple(options.channels), channels, side)
        self.unet = unet.to(self.device).to(memory_format=torch.channels_last)
        if options.init:
            unet = UNet2DConditionModel.from_pretrained(options.init / "unet").float()
            text = CLIPTextModel.from_pretrained(options.init / "text_encoder").float()
            self.unet.load_state_dict(unet.state_dict())
            self.text.load_state_dict(text.state_dict())

    def _freeze(self):
        for part in self.options.freeze:
            net = self.text if part == "text" else self.unet.get_submodule(part)
            net.requires_grad_(False)

    def _load(self):
        state = torch.load(self._file, map_location=self.device)
        self.unet.load_state_dict(state["unet"])
        self.text.load_state_dict(state["text"])
        self.optimiser.load_state_dict(state["opt"])
        self.averages.values, self.step = state["ema"], state["step"]

    def save(self):
        state = {
            "unet": self.unet.state_dict(),
            "text": self.text.state_dict(),
            "opt": self.optimiser.state_dict(),
            "ema": self.averages.values,
            "step": self.step,
        }
        save_checkpoint(state, self._file)

    def run(self):
        options = self.options
        progress = Progress(self.step, options.batch, "pictures")
        self.unet.train()
        self.text.train()
        while self.step < options.steps:
            loss = self._advance()
            progress.note(self.step, loss=loss)
            if self.step % options.look == 0:
                self.look(f"{self.step:06d}")
                self.save()
        self.look("final")
        self.save()

    def _set_learning_rate(self):
        options = self.options
        fall = LEAST_RATE + (1 - LEAST_RATE) * min(1, (options.steps - self.step) / options.decay)
        rate = options.lr * min(1, (self.step + 1) / options.warm_up) * fall
        for group, share in zip(self.optimiser.param_groups, (1.0, TEXT_RATE), strict=True):
            group["lr"] = rate * share

    def _advance(self):
        """One step; gives its loss."""
        self._set_learning_rate()
        batch = self.options.batch
        ids, latents, weights = self.examples.random_batch(batch, self.rng)
        noise = torch.randn_like(latents)
        # one timestep from each of as many equal parts of the schedule
        spread = (torch.randperm(batch, device=self.device) + torch.rand(batch, device=self.device)) / batch
        timesteps = (spread * 1000).long().clamp(0, 999)
        with torch.autocast(self.device.split(":")[0], torch.bfloat16, enabled=self.cuda):
            context = self.text(ids).last_hidden_state
            noisy = self.noise.add(latents, noise, timesteps)
            guess = self._run_unet(noisy, timesteps, context, return_dict=False)[0]
        loss = ((guess.float() - noise) ** 2 * weights * self.noise.loss_weights(timesteps)).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.step += 1
        self.averages.update(self.step)
        return loss.detach()

    @torch.no_grad()
    def look(self, tag):
        """With averaged weights: writes the networks and a sheet of prompts, and prints the held-out error, as a whole
        and for low, middle and high noise."""
        with self.averages.in_use():
            self.unet.eval()
            self.text.eval()
            self.unet.save_pretrained(self.options.out / "unet")
            self.text.save_pretrained(self.options.out / "text_encoder")
            errors = self._held_out_errors()
            pictures = generate(self.unet, self.text, self.vae, self.tok, side=self.side, device=self.device)
        self.unet.train()
        self.text.train()
        save_sheet(pictures, 4, self.options.out / f"unet_{tag}.png", enlarge=2)
        low, middle, high = errors[:5].mean(), errors[5:10].mean(), errors[10:].mean()
        print(
            f"LOOK {tag} step {self.step} held-out eps mse {errors.mean():.4f} "
            f"low {low:.4f} mid {middle:.4f} high {high:.4f}",
            flush=True,
        )

    def _held_out_errors(self):
        """Mean squared error at 16 timesteps from low to high noise, always with the same noise."""
        rng, errors = torch.Generator().manual_seed(11), []
        timesteps = torch.arange(16, device=self.device) * 1000 // 16 + 31
        for ids, latents in self.examples.held_out_batches(16):
            noise = torch.randn(latents.shape, generator=rng).to(self.device)
            noisy = self.noise.add(latents, noise, timesteps)
            guess = self.unet(noisy, timesteps, self.text(ids).last_hidden_state).sample.float()
            errors.append(((guess - noise) ** 2).mean((1, 2, 3)))
        return torch.stack(errors).mean(0)


def main():
    options = parse_options()
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    training = Training(options)
    count = sum(parameter.numel() for parameter in training.parameters)
    print(f"{count / 1e6:.2f} million parameters, {training.examples.trained} pictures", flush=True)
    training.run()


if __name__ == "__main__":
    main()
