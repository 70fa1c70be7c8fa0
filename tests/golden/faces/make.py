#!/usr/bin/env python3
"""Makes this folder's goldens: tiny face nets of the InsightFace forms, and what onnxruntime and NumPy make of them.

    make.py      needs torch, onnx, onnxruntime, numpy, pillow; writes beside itself

detector.onnx finds marks of one colour: what it says of boxes and points has random weights, but stays near a face's.
embedder.onnx and swapper.onnx are random. swapper.onnx lacks its emap, which would be larger than all the rest: the test
appends it (see `emap`). FLOAT16 comes in both ways that exporters have: behind a Cast in embedder.onnx, which
onnxruntime runs too, and bare in swapper.onnx.
"""

import io
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from torch import nn

HERE = pathlib.Path(__file__).parent
TEMPLATE = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
STRIDES = (8, 16, 32)
LENGTH = 512


class Detector(nn.Module):
    """Score of a cell: how green (stride 8), red (16) or blue (32) it is. The second anchor is less sure and larger."""

    COLOURS = ((-1, 1, -1), (1, -1, -1), (-1, -1, 1))

    def __init__(self):
        super().__init__()
        self.scores = nn.ModuleList([nn.Conv2d(3, 2, 1) for _ in STRIDES])
        self.boxes = nn.ModuleList([nn.Conv2d(3, 8, 1) for _ in STRIDES])
        self.points = nn.ModuleList([nn.Conv2d(3, 20, 1) for _ in STRIDES])
        around = torch.tensor((TEMPLATE - TEMPLATE.mean(0)) / 56, dtype=torch.float32).reshape(10)
        with torch.no_grad():
            for colour, score, box, points in zip(self.COLOURS, self.scores, self.boxes, self.points, strict=True):
                score.weight.copy_(
                    torch.tensor(colour)[None, :, None, None] * torch.tensor([3.0, 2.9])[:, None, None, None]
                )
                score.bias.copy_(torch.tensor([-5.0, -5.1]) - torch.rand(1) * 0.1)
                for head, middle in ((box, torch.full((4,), 0.9)), (points, around)):
                    head.weight.copy_(torch.randn_like(head.weight) * 0.04)
                    head.bias.copy_(torch.cat([middle, 1.3 * middle]) + torch.randn_like(head.bias) * 0.02)

    def forward(self, x):
        maps = [nn.functional.avg_pool2d(x, stride) for stride in STRIDES]
        flat = [
            [head(x).permute(0, 2, 3, 1).reshape(-1, width) for head, x in zip(heads, maps, strict=True)]
            for heads, width in ((self.scores, 1), (self.boxes, 4), (self.points, 10))
        ]
        return (*[score.sigmoid() for score in flat[0]], *flat[1], *flat[2])


class Embedder(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 4, 1, bias=False), nn.BatchNorm2d(8), nn.PReLU(8))
        self.body = nn.Sequential(nn.Conv2d(8, 3, 7, 7), nn.PReLU(3), nn.Flatten())
        self.head = nn.Sequential(nn.Linear(48, LENGTH), nn.BatchNorm1d(LENGTH))
        for norm in (self.stem[1], self.head[1]):  # no two alike: equal ones would become one behind an Identity
            for values in (norm.running_mean, norm.bias):
                nn.init.uniform_(values, -0.2, 0.2)
            for values in (norm.running_var, norm.weight):
                nn.init.uniform_(values, 0.5, 1.5)
        nn.init.uniform_(self.body[1].weight, 0.1, 0.4)
        nn.init.uniform_(self.stem[2].weight, 0.1, 0.4)

    def forward(self, x):
        return self.head(self.body(self.stem(x)))


class Swapper(nn.Module):
    """A blur whose features take their statistics from the latent (AdaIN)."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 8, 3, 2, 1)
        self.style = nn.Linear(LENGTH, 16)
        self.up = nn.Conv2d(8, 3, 3, 1, 1)

    def forward(self, target, source):
        x = self.down(target)
        mean = x.mean((2, 3), keepdim=True)
        x = (x - mean) / ((x - mean).pow(2).mean((2, 3), keepdim=True) + 1e-5).sqrt()
        style = self.style(source)[:, :, None, None]
        x = torch.relu(x * (1 + style[:, :8]) + style[:, 8:])
        return torch.sigmoid(self.up(nn.functional.interpolate(x, scale_factor=2, mode="nearest")))


def export(model, inputs, **options):
    buffer = io.BytesIO()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float())
    torch.onnx.export(model.eval(), inputs, buffer, dynamo=False, opset_version=11, **options)
    return onnx.load_from_string(buffer.getvalue())


def halved(model, cast):
    """The FLOAT initializers as FLOAT16; with a Cast behind each, or bare."""
    graph, nodes = model.graph, []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), name))
        if cast:
            tensor.name = name + "_half"
            nodes.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    for place, node in enumerate(nodes):
        graph.node.insert(place, node)
    return model


def emap():
    """Orthogonal and not symmetric; the test builds the same: one entry of 1 or -1 a row."""
    matrix = np.zeros((LENGTH, LENGTH), np.float32)
    for row in range(LENGTH):
        matrix[row, (row * 5 + 37) % LENGTH] = -1 if row % 3 == 0 else 1
    return matrix


def run(model, **inputs):
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, inputs)


def planes(picture, mean, scale):
    return ((picture.astype(np.float32) - mean) / scale).transpose(2, 0, 1)[None]


def decode(outputs, side):
    found = []
    for at, stride in enumerate(STRIDES):
        scores, boxes, points = (outputs[at + 3 * kind] for kind in range(3))
        cells = side // stride
        places = np.stack(np.meshgrid(np.arange(cells), np.arange(cells)), -1).reshape(-1, 2).repeat(2, 0) * stride
        box = np.concatenate([places - boxes[:, :2] * stride, places + boxes[:, 2:] * stride], 1)
        marks = places[:, None] + points.reshape(-1, 5, 2) * stride
        found += [(scores[i, 0], box[i], marks[i]) for i in np.flatnonzero(scores[:, 0] >= 0.5)]
    found.sort(key=lambda face: -face[0])
    kept = []
    for face in found:
        if all(overlap(face[1], other[1]) <= 0.4 for other in kept):
            kept.append(face)
    return [{"score": float(s), "box": b.tolist(), "points": p.tolist()} for s, b, p in kept]


def overlap(a, b):
    size = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return size.prod() / (sum(areas) - size.prod())


def umeyama(source, target):
    source_mean, target_mean = source.mean(0), target.mean(0)
    u, scales, v = np.linalg.svd((target - target_mean).T @ (source - source_mean) / len(source))
    signs = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(v))])
    rotation = u * signs @ v
    scale = (scales * signs).sum() / ((source - source_mean) ** 2).sum(1).mean()
    return np.column_stack([scale * rotation, target_mean - scale * rotation @ source_mean])


def sampled(picture, x, y):
    """Bilinear; the outermost pixels go on."""
    height, width = picture.shape[:2]
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    u, v = (x - left)[..., None], (y - top)[..., None]
    above = picture[top, left] * (1 - u) + picture[top, right] * u
    return above * (1 - v) + (picture[bottom, left] * (1 - u) + picture[bottom, right] * u) * v


def warped(picture, matrix, height, width):
    """What lies at matrix (x, y) for each pixel (x, y)."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    places = np.stack([x, y, np.ones_like(x)], -1) @ matrix.T
    return sampled(picture.astype(np.float64), places[..., 0], places[..., 1])


def inverse(matrix):
    return np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))[:2]


def soft_mask(side):
    blur = int(side * 0.5 * 0.3)
    mask = np.zeros((side, side))
    mask[blur // 2 : side - blur // 2, blur // 2 : side - blur // 2] = 1
    sigma, reach = blur * 0.25, 40
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    kernel /= kernel.sum()
    for axis in (0, 1):
        mask = np.apply_along_axis(lambda row: np.convolve(np.pad(row, reach), kernel, "valid"), axis, mask)
    edge = mask[0, side // 2]
    return np.clip((mask - edge) / (1 - edge), 0, None)


def swapped(picture, points, swapper, identity, boost):
    side = 128 * boost
    matrix = umeyama(points, (TEMPLATE + (8, 0)) * boost + (boost - 1) / 2)
    crop = np.rint(warped(picture, inverse(matrix), side, side)).astype(np.uint8)
    latent = (identity @ emap())[None]
    latent /= np.linalg.norm(latent)
    made = np.empty_like(crop)
    for y in range(boost):
        for x in range(boost):
            target = planes(crop[y::boost, x::boost], 0, 255)
            output = run(swapper, target=target, source=latent.astype(np.float32))[0]
            made[y::boost, x::boost] = np.rint(output[0].transpose(1, 2, 0).clip(0, 1) * 255)
    height, width = picture.shape[:2]
    corner = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1)
    places = np.concatenate([corner, np.ones_like(corner[..., :1])], -1) @ matrix.T
    inside = ((places > -1) & (places < side)).all(-1)[..., None]
    share = sampled(soft_mask(side)[..., None], places[..., 0], places[..., 1]) * inside
    laid = sampled(made.astype(np.float64), places[..., 0], places[..., 1])
    return np.rint(picture + share * (laid - picture)).astype(np.uint8)


def scene(rng):
    """Grey noise with a mark for each stride, and two that lie side by side."""
    picture = rng.integers(90, 140, (5, 5, 3)).astype(np.uint8)
    picture = np.asarray(Image.fromarray(picture).resize((160, 160), Image.BICUBIC)).copy()
    green, red, blue = (20, 250, 30), (235, 20, 40), (30, 40, 240)
    for left, top, width, height, colour in ((16, 16, 16, 8, green), (112, 16, 16, 16, red), (64, 96, 32, 32, blue)):
        picture[top : top + height, left : left + width] = colour
    return picture


def main():
    torch.manual_seed(11)
    rng = np.random.default_rng(11)
    picture = scene(rng)
    Image.fromarray(picture).save(HERE / "scene.png")
    detector = export(
        Detector(),
        torch.zeros(1, 3, 64, 64),
        input_names=["input"],
        dynamic_axes={"input": {2: "height", 3: "width"}},
    )
    onnx.save(detector, HERE / "detector.onnx")
    faces = decode(run(detector, input=planes(picture, 127.5, 128)), 160)

    embedder = export(Embedder(), torch.zeros(1, 3, 112, 112), input_names=["input"], dynamic_axes={"input": {0: "n"}})
    embedder = halved(embedder, cast=True)
    embedder.graph.output[0].type.tensor_type.ClearField("shape")  # which a file may leave out
    onnx.save(embedder, HERE / "embedder.onnx")
    embedding = run(embedder, input=planes(picture[:112, :112], 127.5, 127.5))[0][0]
    embedding /= np.linalg.norm(embedding)

    swapper = export(Swapper(), (torch.zeros(1, 3, 128, 128), torch.zeros(1, LENGTH)), input_names=["target", "source"])
    largest = max(faces, key=lambda face: face["box"][2] - face["box"][0])
    points = np.array(largest["points"])
    for boost in (1, 2):
        made = swapped(picture, points, swapper, embedding, boost)
        Image.fromarray(made).save(HERE / f"swapped_{boost}.png")
    onnx.save(halved(swapper, cast=False), HERE / "swapper.onnx")

    fits = []
    for _ in range(8):
        source = rng.normal(size=(5, 2)) * 20 + rng.uniform(-50, 300, 2)
        target = TEMPLATE + rng.normal(size=(5, 2)) * 3
        fits.append({"from": source.tolist(), "to": target.tolist(), "matrix": umeyama(source, target).tolist()})
    goldens = {"largest": faces.index(largest), "faces": faces, "embedding": embedding.tolist(), "fits": fits}
    (HERE / "goldens.json").write_text(json.dumps(goldens))
    print(len(faces), "faces;", sum(path.stat().st_size for path in HERE.iterdir()), "bytes")


if __name__ == "__main__":
    main()
