"""Is it the same person in every picture? The judge compares the faces with the characters' references."""

import pathlib
import re

import numpy as np
import torch
from PIL import Image

from pocket_paths import FACE, JUDGE, REFERENCES

from .pictures import read_folder

SIDE = 256  # of the pictures that the detector sees
GOALS = {"same_minus_different": 0.6, "gain_of_the_swap": 0.15}


def add_arguments(parser):
    parser.add_argument("folder", type=pathlib.Path, help="pictures whose address names a character")
    parser.add_argument("--without", type=pathlib.Path, help="the same cells without the swap")
    parser.add_argument("--references", type=pathlib.Path, default=REFERENCES, help="NAME.png of each character")
    parser.add_argument("--face", type=pathlib.Path, default=FACE)
    parser.add_argument("--judge", type=pathlib.Path, default=JUDGE)


def run(options):
    judge = Judge(options.face / "detector.onnx", options.judge)
    report = {"goals": GOALS, **same_and_different(judge, options.folder, options.references)}
    if options.without:
        report["without_the_swap"] = same_and_different(judge, options.without, options.references)
        with_swap, without = report["same_minus_different"], report["without_the_swap"]["same_minus_different"]
        report["gain_of_the_swap"] = round(with_swap - without, 3)
    return report


class Judge:
    """Embeddings of the largest face of a picture, by a net that no other net learned from."""

    def __init__(self, detector, judge):
        from facenets.runtime import load

        from .faces import batched, finder

        self._find, self._embed = finder(load(detector)), batched(load(judge))

    def embedding(self, picture):
        """float [512] of length 1; None where there is no face."""
        from facenets.align import SWAP_TEMPLATE, similarity, warp

        from .faces import embeddings_of

        image = Image.fromarray(picture)
        picture = np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
        faces = self._find(picture)
        if not faces:
            return None
        _, _, points = max(faces, key=lambda face: (face[1][2] - face[1][0]) * (face[1][3] - face[1][1]))
        crop = np.array(warp(picture, similarity(points, SWAP_TEMPLATE)))
        pixels = torch.from_numpy(crop).permute(2, 0, 1)[None].float().div(255)
        return embeddings_of(self._embed, pixels)[0].numpy()


def same_and_different(judge, folder, references):
    """Means of the cosines to the own reference and to the others'; a missed face counts 0 in both."""
    known = {file.stem: judge.embedding(_rgb(file)) for file in sorted(references.glob("*.png"))}
    missing = [name for name, embedding in known.items() if embedding is None]
    if missing:
        raise SystemExit(f"no face in the references of {', '.join(missing)}")
    names, own, others, missed = list(known), {}, [], 0
    table = np.stack(list(known.values()))
    for picture in read_folder(folder):
        character = re.search(r"character=\"?(\w+)", picture.about.get("address", ""))
        if not character or character[1] not in known:
            continue
        embedding = judge.embedding(picture.pixels)
        missed += embedding is None
        cosines = np.zeros(len(names)) if embedding is None else table @ embedding
        place = names.index(character[1])
        own.setdefault(character[1], []).append(cosines[place])
        others.append(np.delete(cosines, place).mean())
    if not own:
        raise SystemExit(f"{folder}: no picture's address names a character of {references}")
    same = np.concatenate(list(own.values()))
    return {
        "pictures": len(same),
        "missed_faces": missed,
        "same": round(float(same.mean()), 3),
        "different": round(float(np.mean(others)), 3),
        "same_minus_different": round(float(same.mean() - np.mean(others)), 3),
        "by_character": {name: round(float(np.mean(cosines)), 3) for name, cosines in sorted(own.items())},
    }


def _rgb(file):
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))
