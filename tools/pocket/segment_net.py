"""The segmenter: CLIPSeg in transformers' classes, small, with a start that learns fast.

Vision: 256 x 256 pixels in 16 x 16 patches, 5 layers of width 128. Text: as wide and deep as the pack's text encoder,
from whose weights it starts. Decoder: width 64 at two depths, the complex transposed convolution.
"""

import json
import math

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import CLIPSegConfig, CLIPSegForImageSegmentation, CLIPTextModel

SIDE, PATCH, WIDTH, LAYERS = 256, 16, 128, 5
PROJECTION = 64
PREPROCESSOR = {
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_processor_type": "ViTImageProcessor",
    "image_std": [0.5, 0.5, 0.5],
    "processor_class": "CLIPSegProcessor",
    "resample": 2,
    "rescale_factor": 1 / 255,
    "size": {"height": SIDE, "width": SIDE},
}


def segmenter(text_encoder):
    """A new one, with the text tower of this folder."""
    text = CLIPTextModel.from_pretrained(text_encoder).float()
    names = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
    names += ("max_position_embeddings", "hidden_act", "bos_token_id", "eos_token_id", "pad_token_id")
    config = CLIPSegConfig(
        text_config={name: getattr(text.config, name) for name in names},
        vision_config={
            "hidden_size": WIDTH,
            "intermediate_size": 3 * WIDTH,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": 4,
            "image_size": SIDE,
            "patch_size": PATCH,
        },
        projection_dim=PROJECTION,
        reduce_dim=64,
        extract_layers=[1, 4],
        decoder_num_attention_heads=2,
        decoder_intermediate_size=128,
        use_complex_transposed_convolution=True,
    )
    model = CLIPSegForImageSegmentation(config)
    state = {name.removeprefix("text_model."): value for name, value in text.state_dict().items()}
    model.clip.text_model.load_state_dict(state, strict=False)
    _start_from_waves(model.clip.vision_model.embeddings)
    _start_small(model.decoder)
    return model


@torch.no_grad()
def _start_small(decoder):
    """Transformers starts the decoder's own layers with a deviation of 1, which makes logits of hundreds."""
    for layer in decoder.reduces:
        nn.init.normal_(layer.weight, std=WIDTH**-0.5)
    for layer in (decoder.film_mul, decoder.film_add):
        nn.init.normal_(layer.weight, std=0.4 * PROJECTION**-0.5)
    nn.init.ones_(decoder.film_mul.bias)
    first, _, second, _, last = decoder.transposed_convolution
    nn.init.kaiming_normal_(first.weight, nonlinearity="relu")
    nn.init.normal_(second.weight, std=(2 / second.weight.shape[0]) ** 0.5)
    nn.init.normal_(last.weight, std=0.5 * last.weight.shape[0] ** -0.5)
    # Most pixels are not what is looked for, so the features that say no are learned first, and those that say yes would
    # be dead by then: yes is what remains where nothing says no.
    nn.init.constant_(last.bias, 2.0)


@torch.no_grad()
def _start_from_waves(embeddings):
    """Patches start as their lowest cosine waves, mostly of brightness, which a random projection would blur together;
    places as sines and cosines of row and column."""
    waves = _waves(PATCH, 64)
    colours = torch.tensor([[1, 1, 1], [1, 0, -1], [0.5, -1, 0.5]]) / math.sqrt(3)
    kernels = [waves[:, None] * colours[0][:, None, None]]
    kernels += [waves[:32, None] * colour[:, None, None] for colour in colours[1:]]
    kernels = torch.cat(kernels)
    order = torch.cat([torch.arange(64), torch.arange(32), torch.arange(32)]).float()
    embeddings.patch_embedding.weight.copy_(kernels * ((1 + order) ** 0.5)[:, None, None, None] / PATCH)
    side = SIDE // PATCH
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    frequencies = math.pi * 2 ** torch.linspace(0, 3, WIDTH // 4)
    angles = [place.flatten()[:, None] / side * frequencies for place in (rows, columns)]
    places = torch.cat([wave(angle) for angle in angles for wave in (torch.sin, torch.cos)], 1)
    embeddings.position_embedding.weight[1:] = 0.3 * places


def _waves(size, count):
    """The `count` lowest two-dimensional cosine waves, orthonormal, [count, size, size]"""
    places = (torch.arange(size) + 0.5) / size
    lines = torch.stack([torch.cos(math.pi * n * places) for n in range(size)])
    lines = lines / lines.norm(dim=1, keepdim=True)
    pairs = sorted(((y, x) for y in range(size) for x in range(size)), key=lambda pair: (sum(pair), pair))
    return torch.stack([lines[y][:, None] * lines[x] for y, x in pairs[:count]])


class Teacher(nn.Module):
    """Asks of the last layer of patches what each cell of them shows, all labels of a picture at once. It is left
    behind when the training ends."""

    CELLS = 4  # of a side of a patch

    def __init__(self, labels):
        super().__init__()
        self.norm, self.guess = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, labels * self.CELLS**2)

    def forward(self, states):
        """[B, 1 + N, WIDTH] -> logits [B, labels, side, side], CELLS cells to a side of a patch"""
        side = SIDE // PATCH
        guesses = self.guess(self.norm(states[:, 1:])).transpose(1, 2)
        return nn.functional.pixel_shuffle(guesses.reshape(len(states), -1, side, side), self.CELLS)


def find(model, pixels, ids, each):
    """Logits [B * each, SIDE, SIDE] of `each` texts for every picture (ids [B * each, T]), and the last layer's states
    [B, 1 + N, WIDTH]. As CLIPSegForImageSegmentation, but sees each picture once."""
    states = model.clip.vision_model(pixels, output_hidden_states=True).hidden_states
    depths = [states[layer + 1].repeat_interleave(each, 0) for layer in model.config.extract_layers]
    pooled = model.clip.text_model(ids).pooler_output
    logits = model.decoder(depths, model.clip.text_projection(pooled)).logits
    return logits.view(-1, SIDE, SIDE), states[-1]


def save(model, tokenizer, folder):
    """In half precision, as CLIPSegForImageSegmentation.from_pretrained and CLIPSegProcessor read it."""
    model.config.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    config.update(architectures=["CLIPSegForImageSegmentation"], dtype="float16")
    config.pop("_name_or_path", None)
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    weights = {
        name: value.half().contiguous() for name, value in model.state_dict().items() if "position_ids" not in name
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR, indent=2, sort_keys=True) + "\n")
    for file in tokenizer.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
