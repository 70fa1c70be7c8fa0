#!/usr/bin/env python3
"""Trains the face detector on what draw_faces.py drew.

    train_detector.py --data DATA --out DIR [--steps 1700] [--device cpu|cuda]

Scores by focal loss, boxes by GIoU, points by smooth L1 in shares of the face. Goes on from DIR/state.pt, and writes
DIR/detector.pt (averaged weights) at each --look.
"""

import argparse
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from facenets.detector import ANCHORS, STRIDES, Detector, cells
from facenets.scenes import SIDE, Scenes
from facenets.steps import Training
from training import Progress


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=1700)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--look", type=int, default=100)
    return parser.parse_args()


def targets(faces, stride):
    """For the anchors [2, h, w] of a picture: 1 face, 0 none, -1 in between, and the box and the points that each is to
    give, in pixels from the cell."""
    boxes, marks = faces
    places = cells(SIDE, SIDE, stride)
    kind = torch.zeros(2, *places.shape[:2])
    box_goal, point_goal = torch.zeros(2, *places.shape[:2], 4), torch.zeros(2, *places.shape[:2], 10)
    for box, points in zip(boxes, marks, strict=True):
        box, points = torch.from_numpy(box), torch.from_numpy(points)
        size = math.sqrt(max(1.0, float((box[2] - box[0]) * (box[3] - box[1]))))
        offset = (places - (box[:2] + box[2:]) / 2) / stride
        distance = offset.square().sum(-1).sqrt()
        for number, anchor in enumerate(ANCHORS[stride]):
            away = abs(math.log2(size / anchor))
            if away > 1:
                continue
            inside = distance < 1.3
            kind[number][(distance < 2.2) & (kind[number] == 0)] = -1
            kind[number][inside & (kind[number] < 1)] = 1 if away < 0.75 else -1
            box_goal[number][inside] = torch.cat([places - box[:2], box[2:] - places], -1)[inside]
            point_goal[number][inside] = (points.reshape(10) - places.repeat(1, 1, 5))[inside]
    return kind, box_goal, point_goal


def box_loss(made, goal):
    """GIoU of boxes given as distances [n, 4]."""
    made = made.clamp(min=0)
    shared = torch.minimum(made, goal)
    both = (shared[:, 0] + shared[:, 2]) * (shared[:, 1] + shared[:, 3])
    areas = [(box[:, 0] + box[:, 2]) * (box[:, 1] + box[:, 3]) for box in (made, goal)]
    union = areas[0] + areas[1] - both
    hull = torch.maximum(made, goal)
    around = (hull[:, 0] + hull[:, 2]) * (hull[:, 1] + hull[:, 3])
    return (1 - both / union + (around - union) / around).mean()


def losses(outputs, faces, device):
    scores, kinds, boxes, points = [], [], [], []
    for stride, (score, box, point) in zip(STRIDES, outputs, strict=True):
        goals = [torch.stack(goal).to(device) for goal in zip(*(targets(face, stride) for face in faces), strict=True)]
        kind, box_goal, point_goal = goals
        scores.append(score.flatten())
        kinds.append(kind.flatten())
        there = kind == 1
        if there.any():
            boxes.append((box.movedim(2, -1)[there] * stride, box_goal[there]))
            points.append((point.movedim(2, -1)[there] * stride, point_goal[there]))
    scores, kinds = torch.cat(scores), torch.cat(kinds)
    count = (kinds == 1).sum().clamp(min=1)
    chance = scores.sigmoid()
    wrong = torch.where(kinds == 1, 1 - chance, chance)
    focus = torch.where(kinds == 1, 0.35, 0.65) * wrong**2 * (kinds >= 0)
    score_loss = (focus * F.binary_cross_entropy_with_logits(scores, (kinds == 1).float(), reduction="none")).sum()
    if not boxes:
        zero = scores.sum() * 0
        return {"score": score_loss / count, "box": zero, "points": zero}
    made, goal = (torch.cat(values) for values in zip(*boxes, strict=True))
    made_points, point_goal = (torch.cat(values) for values in zip(*points, strict=True))
    size = ((goal[:, 0] + goal[:, 2]) * (goal[:, 1] + goal[:, 3])).clamp(min=1).sqrt()[:, None]
    off = F.smooth_l1_loss(made_points / size, point_goal / size, beta=0.02)
    return {"score": score_loss / count, "box": box_loss(made, goal), "points": off}


def main():
    options = parse_options()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    scenes = Scenes(options.data)
    model = Detector()
    training = Training(model, options)
    progress = Progress(training.step, options.batch, "pictures")
    while training.step < options.steps:
        rng = np.random.RandomState(training.step)
        pictures, faces = scenes.batch(options.batch, rng)
        parts = losses(model(pictures.to(options.device)), faces, options.device)
        training.advance(parts["score"] + parts["box"] + 20 * parts["points"])
        progress.note(training.step, **{name: loss.detach() for name, loss in parts.items()})
        if training.step % options.look == 0 or training.step == options.steps:
            training.save("detector")


if __name__ == "__main__":
    main()
