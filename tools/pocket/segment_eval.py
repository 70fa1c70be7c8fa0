"""How good masks are: intersection over union by part, and how often something that is not there is not found."""

import random

import numpy as np
import torch
from PIL import Image

import finds
import nets
import segment_net
from segment_data import SIDE, mask_of, to_pixels

THRESHOLD = 0.4
EMPTY = 0.0005  # of the picture: what covers less counts as nothing found


@torch.no_grad()
def found_masks(model, tok, picture, texts):
    """bool [N, SIDE, SIDE] of N texts in one picture."""
    logits, _ = segment_net.find(model, to_pixels([picture]), nets.short_ids(tok, texts), len(texts))
    return (torch.sigmoid(logits) > THRESHOLD).numpy()


def overlap(mask, truth):
    """(intersection, union) in pixels"""
    return int((mask & truth).sum()), int((mask | truth).sum())


def scores(model, tok, examples):
    """IoU by part over all pixels of the pictures that show it, its mean over the parts, and the share of absent finds
    that come back empty."""
    rng = random.Random(3)
    sums, empty = {part: np.zeros(2, np.int64) for part in finds.PARTS}, []
    for example in examples:
        parts = finds.shown_parts(example.labels)
        asked = [finds.present_find(example.avatar, example.labels, rng, part) for part in parts]
        asked += [finds.absent_find(example.avatar, rng) for _ in range(2)]
        masks = found_masks(model, tok, example.picture, [find.text for find in asked])
        for find, mask in zip(asked, masks, strict=True):
            if find.labels:
                sums[find.part] += overlap(mask, mask_of(find, example.labels).numpy() > 0)
            else:
                empty.append(mask.mean() < EMPTY)
    by_part = {part: float(both / max(1, either)) for part, (both, either) in sums.items()}
    return {"mean": float(np.mean(list(by_part.values()))), "iou": by_part, "absent_empty": float(np.mean(empty))}


def print_scores(title, model, tok, examples):
    result = scores(model, tok, examples)
    parts = " ".join(f"{part} {value:.2f}" for part, value in result["iou"].items())
    print(f"{title}: mean IoU {result['mean']:.3f} {parts}; absent and empty {result['absent_empty']:.2f}", flush=True)


def over(picture, mask, colour=(255, 0, 200)):
    """The picture with the mask laid over it."""
    tinted = picture.astype(np.float32)
    tinted[mask] = tinted[mask] * 0.4 + np.array(colour, np.float32) * 0.6
    return tinted.astype(np.uint8)


def save_masks(model, tok, examples, file):
    """A row for each picture: itself, and the masks of one find by part of four and of an absent one."""
    rng, rows = random.Random(5), []
    for example in examples:
        shown = finds.shown_parts(example.labels)
        parts = [part for part in ("product", "hair", "clothes", "eyes", "face", "skin") if part in shown][:4]
        chosen = [finds.present_find(example.avatar, example.labels, rng, part) for part in parts]
        chosen.append(finds.absent_find(example.avatar, rng))
        masks = found_masks(model, tok, example.picture, [find.text for find in chosen])
        tiles = [example.picture, *(over(example.picture, mask) for mask in masks)]
        tiles += [np.full((SIDE, SIDE, 3), 255, np.uint8)] * (6 - len(tiles))
        rows.append(np.concatenate([tile[::2, ::2] for tile in tiles], 1))
    columns = [np.concatenate(rows[start::2]) for start in (0, 1)]
    Image.fromarray(np.concatenate(columns, 1)).save(file)
