#!/usr/bin/env python3
"""Writes the trained face nets as ONNX, in the shapes of InsightFace's, for cv::dnn.

    export_faces.py --trained DIR [--out configs/packs/pocket/face] [--judge tools/pocket/score/judge.onnx]

    detector.onnx   [1, 3, H, W] -> scores [N, 1], boxes [N, 4], points [N, 10] of the strides 8, 16 and 32
    embedder.onnx   [1, 3, 112, 112] -> [1, 512]
    swapper.onnx    target [1, 3, 128, 128] and source [1, 512] -> [1, 3, 128, 128]; the last initializer is emap
    judge.onnx      like embedder.onnx

Initializers are FLOAT16; who loads the files widens them. Prints how far each is from what PyTorch computes.
"""

import argparse
import io
import pathlib
import warnings

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from facenets.detector import STRIDES, Detector, ForExport
from facenets.embedder import SIZE, Embedder
from facenets.runtime import load, narrowed
from facenets.swapper import Swapper, make_emap
from pocket_paths import FACE, JUDGE

POINTS = ["scores", "boxes", "points"]


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trained", type=pathlib.Path, required=True, help="holds detector/detector.pt and so on")
    parser.add_argument("--out", type=pathlib.Path, default=FACE)
    parser.add_argument("--judge", type=pathlib.Path, default=JUDGE)
    return parser.parse_args()


def export(model, inputs, input_names, output_names):
    """The model as an ONNX graph whose every parameter is an initializer that one node uses."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            inputs,
            file,
            dynamo=False,
            opset_version=11,
            input_names=input_names,
            output_names=output_names,
        )
    graph_file = onnx.load_from_string(file.getvalue())
    _own_copies(graph_file.graph)
    return graph_file


def _own_copies(graph):
    """Gives each Identity of an initializer, which the exporter makes of equal parameters, one of its own."""
    values = {tensor.name: tensor for tensor in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "Identity" and node.input[0] in values]:
        copy = onnx.TensorProto()
        copy.CopyFrom(values[node.input[0]])
        copy.name = node.output[0]
        graph.initializer.append(copy)
        graph.node.remove(node)


def append_emap(model, emap):
    model.graph.initializer.append(numpy_helper.from_array(emap.numpy(), "emap"))


def write(model, file, reference, inputs):
    """Writes the graph and prints its distance from the module it was made of."""
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(narrowed(model), file)
    session = load(file)
    pairs = zip(session.get_inputs(), inputs, strict=True)
    made = session.run(None, {given.name: tensor.numpy() for given, tensor in pairs})
    with torch.no_grad():
        wanted = reference(*inputs)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    off = max(float(np.abs(ours - theirs.numpy()).max()) for ours, theirs in zip(made, wanted, strict=True))
    print(f"{file.name}: {file.stat().st_size / 1024:.0f} KB, at most {off:.4f} from PyTorch")


def trained(model, file):
    model.load_state_dict(torch.load(file, map_location="cpu"))
    return model.eval()


def make_detector(weights, file):
    detector = ForExport(trained(Detector(), weights)).eval()
    names = [f"{what}_{stride}" for what in POINTS for stride in STRIDES]
    picture = torch.rand(1, 3, 256, 256) * 2 - 1
    graph = export(detector, picture, ["input"], names)
    for output in graph.graph.output:  # cv::dnn 4.6 wants a shape
        output.type.tensor_type.shape.dim[0].dim_param = "rows"
    write(graph, file, detector, [picture])


def make_embedder(weights, file):
    embedder, face = trained(Embedder(), weights), torch.rand(1, 3, 112, 112) * 2 - 1
    write(export(embedder, face, ["input"], ["embedding"]), file, embedder, [face])


def make_swapper(weights, file):
    swapper = trained(Swapper(), weights)
    inputs = (torch.rand(1, 3, 128, 128), torch.nn.functional.normalize(torch.randn(1, SIZE)))
    graph = export(swapper, inputs, ["target", "source"], ["output"])
    append_emap(graph, make_emap())
    write(graph, file, swapper, inputs)


MAKERS = {"detector": make_detector, "embedder": make_embedder, "judge": make_embedder, "swapper": make_swapper}


def main():
    options = parse_options()
    torch.manual_seed(0)
    for name, file in (
        ("detector", options.out / "detector.onnx"),
        ("embedder", options.out / "embedder.onnx"),
        ("judge", options.judge),
        ("swapper", options.out / "swapper.onnx"),
    ):
        weights = options.trained / name / f"{name}.pt"
        if weights.exists():
            MAKERS[name](weights, file)
        else:
            print(f"{file.name}: left as it is, there is no {weights}")


if __name__ == "__main__":
    main()
