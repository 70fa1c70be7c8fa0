"""The exported nets at work on whole pictures: find, align, tell apart, swap, paste."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageFilter

from .align import SIDE, SWAP_TEMPLATE, similarity, warp
from .crops import to_embedder
from .detector import faces_of_rows
from .runtime import load
from .scenes import to_input
from .swapper import latents, make_emap

_LONG_SIDE = 256  # at which faces are looked for


class FaceNets:
    def __init__(self, folder, judge):
        self._detector, self._embedder, self._swapper, self._judge = (
            load(file) if file.exists() else None
            for file in (folder / "detector.onnx", folder / "embedder.onnx", folder / "swapper.onnx", judge)
        )
        self._emap = make_emap()

    def find(self, picture):
        """The faces in a picture uint8 [H, W, 3], best first: (score, box, points) in its pixels."""
        height, width = picture.shape[:2]
        scale = _LONG_SIDE / max(height, width)
        size = (round(width * scale), round(height * scale))
        canvas = np.full((_LONG_SIDE, _LONG_SIDE, 3), 127, np.uint8)
        canvas[: size[1], : size[0]] = np.asarray(Image.fromarray(picture).resize(size, Image.BILINEAR))
        given = to_input(torch.from_numpy(canvas[None])).contiguous().numpy()
        rows = [torch.from_numpy(values) for values in self._detector.run(None, {"input": given})]
        return [(score, box / scale, marks / scale) for score, box, marks in faces_of_rows(rows, *canvas.shape[:2])]

    def largest(self, picture):
        """The points of the largest face, or None."""
        faces = self.find(picture)
        return max(faces, key=lambda face: np.prod(face[1][2:] - face[1][:2]))[2] if faces else None

    def aligned(self, picture, points):
        """The swapper's crop uint8 [128, 128, 3], and the matrix that leads to it."""
        matrix = similarity(points, SWAP_TEMPLATE)
        return warp(picture, matrix), matrix

    def embedded(self, picture):
        return self._told(self._embedder, picture)

    def judged(self, picture):
        return self._told(self._judge, picture)

    def _told(self, session, picture):
        """The unit vector [512] of the largest face, or None."""
        points = self.largest(picture)
        if points is None:
            return None
        face = to_embedder(_batch(self.aligned(picture, points)[0])).contiguous().numpy()
        return F.normalize(torch.from_numpy(session.run(None, {"input": face})[0]))[0]

    def swapped(self, crop, embedding):
        """The crop with the face of whom the embedding is of, uint8 [128, 128, 3]."""
        source = latents(embedding[None], self._emap).numpy()
        made = self._swapper.run(None, {"target": _batch(crop).contiguous().numpy(), "source": source})[0][0]
        return np.round(made.transpose(1, 2, 0).clip(0, 1) * 255).astype(np.uint8)


def _batch(crop):
    return torch.from_numpy(crop[None].copy()).permute(0, 3, 1, 2).float() / 255


def pasted(picture, crop, matrix):
    """The picture with the crop put back where the matrix took it from, faded at its edges."""
    whole = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    matrix_back = whole[:2]
    inner = Image.new("L", (SIDE, SIDE), 0)
    inner.paste(255, (14, 22, SIDE - 14, SIDE - 8))
    fade = np.asarray(inner.filter(ImageFilter.GaussianBlur(6)))
    side = max(picture.shape[:2])
    put = warp(np.dstack([crop, fade]), matrix_back, side)[: picture.shape[0], : picture.shape[1]]
    share = put[..., 3:].astype(np.float32) / 255
    return np.round(picture * (1 - share) + put[..., :3] * share).astype(np.uint8)
