"""Figures of the face nets on drawings that they never learned from.

A judge, an embedder of its own seed that no other net was trained with, says who is who. Identities are held out too.
"""

import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from facenets.crops import Crops, spoiled, to_embedder
from facenets.detector import faces_of_rows, intersection_over_union
from facenets.runtime import load
from facenets.scenes import Scenes, degraded, enlarged, to_input
from facenets.swapper import latents, make_emap
from pocket_paths import FACE, JUDGE

GENERATOR_SEED = 4


def embeddings_of(embed, pictures):
    """Unit vectors [N, 512] of swapper's crops in 0 to 1; `embed` takes what the embedder takes."""
    made = [embed(to_embedder(part)) for part in pictures.split(40)]
    return F.normalize(torch.cat(made))


def same_and_different(embed, crops, count, spoil=0.5):
    """Cosines of held-out pictures of the same and of different people, and the threshold between the two at which as
    many of the same are refused as of the different are taken."""
    rows = crops.held[:count]
    generator = torch.Generator().manual_seed(GENERATOR_SEED)
    made = embeddings_of(embed, spoiled(crops.pictures(rows), generator, spoil))
    cosines = (made @ made.T).cpu().numpy()
    who = crops.identity[rows]
    pairs = np.triu(np.ones((len(rows), len(rows)), bool), 1)
    alike = who[:, None] == who[None, :]
    return apart(cosines[pairs & alike], cosines[pairs & ~alike])


def apart(same, different):
    """The figures of two sets of cosines."""
    thresholds = np.linspace(-0.2, 1, 241)
    refused = (same[None, :] < thresholds[:, None]).mean(1)
    taken = (different[None, :] >= thresholds[:, None]).mean(1)
    best = int(np.argmin(np.abs(refused - taken)))
    return {
        "same": round(float(same.mean()), 3),
        "different": round(float(different.mean()), 3),
        "same_minus_different": round(float(same.mean() - different.mean()), 3),
        "threshold": round(float(thresholds[best]), 3),
        "errors_at_threshold": round(float((refused[best] + taken[best]) / 2), 4),
    }


def detection(find, scenes, count, spoil=False):
    """Recall at an IoU of 0.5 and the mean error of the points as a share of the eyes' distance, of held-out scenes;
    `find` takes a picture uint8 [H, W, 3] and gives facenets.detector.faces_of_rows's list."""
    found, errors, false = 0, [], 0
    for i in range(count):
        picture, box, marks = enlarged(*scenes.scene(scenes.trained + i))
        if spoil:
            picture = np.asarray(degraded(picture, np.random.RandomState(i)))
        faces = find(np.asarray(picture))
        right = [face for face in faces if intersection_over_union(face[1], box) >= 0.5]
        false += len(faces) - len(right[:1])
        if right:
            found += 1
            errors.append(np.linalg.norm(right[0][2] - marks, axis=1).mean() / np.linalg.norm(marks[1] - marks[0]))
    return {
        "pictures": count,
        "recall": round(found / count, 4),
        "false_faces": false,
        "point_error": round(float(np.mean(errors)), 4) if errors else None,
        "point_error_95th": round(float(np.quantile(errors, 0.95)), 4) if errors else None,
    }


def swaps(swap, embed, judge, crops, count, spoil=0.5):
    """How near the judge finds held-out scenes to the person wanted, before, after the swap and redrawn. `swap` takes
    pictures [N, 3, 128, 128] and embeddings of the sources."""
    scenes = crops.trained_scenes + np.arange(count)
    generator = torch.Generator().manual_seed(GENERATOR_SEED)
    target = spoiled(crops.pictures(2 * scenes), generator, spoil)
    wanted = crops.pictures(2 * scenes + 1)
    who = crops.identity[2 * scenes + 1]
    rows_of = {person: [row for row in crops.held if crops.identity[row] == person] for person in set(who.tolist())}
    rng = np.random.RandomState(GENERATOR_SEED)
    sources = crops.pictures(
        [
            rng.choice([row for row in rows_of[person] if row // 2 != scene] or rows_of[person])
            for person, scene in zip(who, scenes, strict=True)
        ]
    )
    made = torch.cat(
        [swap(*part) for part in zip(target.split(20), embeddings_of(embed, sources).split(20), strict=True)]
    )
    reference = embeddings_of(judge, sources)
    figures = {}
    for name, pictures in (("before", target), ("after", made), ("redrawn", wanted)):
        cosines = (embeddings_of(judge, pictures) @ reference.T).numpy()
        alike = who[:, None] == who[None, :]
        own = np.diag(cosines)
        figures[name] = {
            "same": round(float(own.mean()), 3),
            "same_minus_different": round(float(own.mean() - cosines[~alike].mean()), 3),
        }
    figures["psnr_to_redrawn"] = round(float(-10 * torch.log10((made - wanted).square().mean((1, 2, 3))).mean()), 2)
    return figures


def add_arguments(parser):
    parser.add_argument("--drawings", type=pathlib.Path, required=True, help="what draw_faces.py drew")
    parser.add_argument("--face", type=pathlib.Path, default=FACE, help="the nets (%(default)s)")
    parser.add_argument("--judge", type=pathlib.Path, default=JUDGE)
    parser.add_argument("--count", type=int, default=400, help="scenes of each kind (%(default)s)")


def run(options):
    crops, scenes = Crops(options.drawings), Scenes(options.drawings)
    embed, judge = (batched(load(file)) for file in (options.face / "embedder.onnx", options.judge))
    swapper, emap = load(options.face / "swapper.onnx"), make_emap()

    def swap(targets, embeddings):
        pairs = zip(targets, latents(embeddings, emap), strict=True)
        made = [swapper.run(None, {"target": t[None].numpy(), "source": s[None].numpy()})[0] for t, s in pairs]
        return torch.from_numpy(np.concatenate(made))

    find = finder(load(options.face / "detector.onnx"))
    return {
        "detector": {
            "drawn": detection(find, scenes, options.count),
            "degraded": detection(find, scenes, options.count, spoil=True),
        },
        "embedder": same_and_different(embed, crops, options.count),
        "judge": same_and_different(judge, crops, options.count),
        "swapper": swaps(swap, embed, judge, crops, options.count),
    }


def batched(session):
    """A session for one face as a function of a batch."""
    name = session.get_inputs()[0].name
    return lambda faces: torch.from_numpy(
        np.concatenate([session.run(None, {name: face[None].contiguous().numpy()})[0] for face in faces])
    )


def finder(session):
    """The detector's session as a function of a picture of 256 pixels a side."""

    def find(picture):
        rows = session.run(None, {"input": to_input(torch.from_numpy(picture[None].copy())).contiguous().numpy()})
        return faces_of_rows([torch.from_numpy(values) for values in rows], *picture.shape[:2])

    return find
