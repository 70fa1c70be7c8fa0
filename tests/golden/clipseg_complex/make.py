#!/usr/bin/env python3
"""Makes this folder's golden: a tiny CLIPSeg with random weights, and what transformers computes with it.

    make.py      needs torch, transformers, safetensors, numpy, pillow; writes goldens/ and models/ beside itself

It covers what the well-known refined checkpoints have: the decoder with several transposed convolutions, a position
embedding that is interpolated (the picture has 3 x 3 patches, the model was made for 2 x 2), and a tokenizer whose end
of text is neither 2 nor 49407.
"""
import json
import pathlib

import numpy
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPSegConfig, CLIPSegForImageSegmentation, CLIPTokenizer

HERE = pathlib.Path(__file__).parent
NAME = "clipseg_complex"
MEAN, DEVIATION, SIDE = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], 48
PHRASES = ["red cup", "the hat"]


def write_tokenizer(folder):
    """Printable ASCII as single symbols, a few merges; <end> has the highest id."""
    letters = [chr(byte) for byte in range(33, 127)]
    merges = ["r e", "re d</w>", "t h", "th e</w>", "c u"]
    symbols = letters + [letter + "</w>" for letter in letters] + [merge.replace(" ", "") for merge in merges]
    vocabulary = {symbol: number for number, symbol in enumerate(symbols + ["<start>", "<end>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]))
    special = {"bos_token": "<start>", "eos_token": "<end>", "unk_token": "<end>", "pad_token": "<end>"}
    (folder / "special_tokens_map.json").write_text(json.dumps(special))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 12}))
    return vocabulary, special


def make_model(vocabulary):
    text = {"hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
            "vocab_size": len(vocabulary), "max_position_embeddings": 12, "hidden_act": "gelu",
            "bos_token_id": vocabulary["<start>"], "eos_token_id": vocabulary["<end>"],
            "pad_token_id": vocabulary["<end>"]}
    vision = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2,
              "image_size": 32, "patch_size": 16}
    config = CLIPSegConfig(text_config=text, vision_config=vision, projection_dim=8, reduce_dim=8,
                           decoder_num_attention_heads=2, decoder_intermediate_size=16, extract_layers=[0, 1],
                           conditional_layer=1, use_complex_transposed_convolution=True)
    model = CLIPSegForImageSegmentation(config).eval()
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for name, tensor in model.named_parameters():  # large enough that every part shows in the output
            transposed = "transposed_convolution." in name and not name.endswith("convolution.0.weight")
            inputs = 30 if tensor.dim() < 2 else len(tensor) if transposed else tensor[0].numel()
            norm = 1 if "norm" in name and name.endswith("weight") else 0
            tensor.copy_((norm + 2 * torch.randn(tensor.shape, generator=generator) * inputs**-0.5).half())
    return model


def prepare(picture):
    resized = Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    pixels = torch.from_numpy(numpy.asarray(resized).copy()).permute(2, 0, 1).float() / 255
    return (pixels - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)


def main():
    folder = HERE / "models" / NAME
    for needed in (folder, HERE / "goldens"):
        needed.mkdir(parents=True, exist_ok=True)
    vocabulary, special = write_tokenizer(folder)
    tokenizer = CLIPTokenizer(vocab=str(folder / "vocab.json"), merges=str(folder / "merges.txt"), **special)
    model = make_model(vocabulary)
    config = model.config.to_dict()
    config["model_type"] = "clipseg"
    (folder / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True, default=str))
    save_file({name: tensor.half().contiguous() for name, tensor in model.state_dict().items()},
              folder / "model.safetensors")
    processor = {"do_resize": True, "do_rescale": True, "do_normalize": True, "resample": 2, "image_mean": MEAN,
                 "image_std": DEVIATION, "size": {"height": SIDE, "width": SIDE}}
    (folder / "preprocessor_config.json").write_text(json.dumps(processor, indent=1))

    rows, columns = numpy.mgrid[0:40, 0:56]
    picture = numpy.stack([rows * 6, columns * 4, (rows * columns) % 256], axis=-1).astype(numpy.uint8)
    picture[8:24, 10:30] = (200, 30, 40)
    ids = [[vocabulary["<start>"], *tokenizer(phrase, add_special_tokens=False)["input_ids"], vocabulary["<end>"]]
           for phrase in PHRASES]
    longest = max(map(len, ids))
    input_ids = torch.tensor([row + [vocabulary["<end>"]] * (longest - len(row)) for row in ids])
    pixels = prepare(picture).unsqueeze(0).repeat(len(PHRASES), 1, 1, 1)
    with torch.no_grad():
        output = model(input_ids=input_ids, pixel_values=pixels)
    tensors = {"image_u8": torch.from_numpy(picture), "pixel_values": pixels, "input_ids": input_ids,
               "conditional_embeddings": output.conditional_embeddings, "logits": output.logits}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, HERE / "goldens" / f"{NAME}.safetensors")
    golden = {"kind": "clipseg", "model": NAME, "prompts": PHRASES}
    (HERE / "goldens" / f"{NAME}.json").write_text(json.dumps(golden, indent=1) + "\n")
    apart = (output.logits[0] - output.logits[1]).std() / output.logits.std()
    print(f"logits {list(output.logits.shape)}; the phrases differ by {apart:.2f} of their deviation")


if __name__ == "__main__":
    main()
