"""A sampler to look at networks with while they train."""

import torch
from diffusers import DPMSolverMultistepScheduler

import nets

PROMPTS = [
    "photo of mia, a woman with long red hair, green eyes, wearing a blue dress, holding a yellow cup, at the beach",
    "portrait of leo, a man with a beard, wearing a black t-shirt, in the city",
    "close-up portrait of zoe, smiling, studio lighting",
    "a woman with a blonde bob, blue eyes, wearing a red sweater, in a cafe",
    "a man with short black hair and square glasses, wearing a navy blazer, holding a red book, in a library",
    "half body photo of luna wearing a pink dress, hand on hip, at sunset",
    "photo of nina, waving, wearing a yellow t-shirt, in the mountains",
    "a woman with curly brown hair, dark skin, earrings, wearing a white tank top, holding a red handbag, "
    "on a pink background",
    "a man with short blue hair, wearing a green hoodie, holding a phone, in the city at night",
    "photo of max, laughing, red striped t-shirt, in a garden",
    "close-up portrait of a woman with pink hair, freckles, surprised expression, on a teal background",
    "omar wearing an orange hoodie, holding a blue bottle, in the snow",
    "photo of lily, wearing a white dress, holding a purple perfume bottle, on a beige background",
    "a woman with black braids, sunglasses, wearing a green shirt, in a forest",
    "a yellow cup",
    "a red handbag, product shot",
]


def scheduler():
    """DPM++ 2M Karras on the pack's schedule."""
    return DPMSolverMultistepScheduler(**nets.SCHEDULE, algorithm_type="dpmsolver++", use_karras_sigmas=True)


@torch.no_grad()
def generate(unet, text, vae, tok, prompts=PROMPTS, steps=20, guidance=4.0, seed=0, side=32, device="cpu"):
    """Pictures of the prompts, uint8 [H, W, 3], from latents of `side`; the n-th one is of seed + n."""

    def encode(texts):
        return text(nets.token_ids(tok, texts).to(device)).last_hidden_state

    context = torch.cat([encode([""] * len(prompts)), encode(prompts)])
    solver = scheduler()
    solver.set_timesteps(steps)
    latents = _noise(len(prompts), (unet.config.in_channels, side, side), seed).to(device) * solver.init_noise_sigma
    for timestep in solver.timesteps:
        noise = unet(torch.cat([latents, latents]), timestep.to(device), context).sample.float()
        without, given = noise.chunk(2)
        latents = solver.step(without + guidance * (given - without), timestep, latents).prev_sample
    return to_pixels(vae.decode(latents / vae.config.scaling_factor).sample)


def _noise(count, shape, seed):
    generators = (torch.Generator().manual_seed(seed + place) for place in range(count))
    return torch.cat([torch.randn(1, *shape, generator=generator) for generator in generators])


def to_pixels(pictures):
    """From a tensor [N, 3, H, W] in -1 to 1 to a list of uint8 arrays [H, W, 3]."""
    pixels = ((pictures.float().clamp(-1, 1) + 1) * 127.5).round().byte()
    return list(pixels.permute(0, 2, 3, 1).cpu().numpy())
