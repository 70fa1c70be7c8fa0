"""Are masks right, on held-out drawings and on painted pictures whose parts were outlined by hand?

`polygons/polygons.json` lists for each picture beside it what is to be found and where: {"01.png": [{"find": "hair",
"part": "hair", "polygons": [[x, y, x, y, ...], ...]}]}, in pixels of 128 x 128.
"""

import json
import pathlib

import numpy as np
from PIL import Image, ImageDraw
from transformers import CLIPSegForImageSegmentation

import nets
from pocket_paths import PACK
from segment_data import SIDE, Example, enlarged, held_out_drawings
from segment_eval import found_masks, over, overlap, scores

from .painted import through_vae

POLYGONS = pathlib.Path(__file__).with_name("polygons")
SMALL = 128
GOALS = {"drawings": 0.8, "painted": 0.7}


def add_arguments(parser):
    parser.add_argument("--pack", type=pathlib.Path, default=PACK)
    parser.add_argument("--count", type=int, default=200, help="held-out drawings (%(default)s)")
    parser.add_argument("--sheet", type=pathlib.Path, help="an image file for outlined and found masks")


def run(options):
    folder = options.pack / "segment"
    model = CLIPSegForImageSegmentation.from_pretrained(folder).float().eval()
    tok = nets.tokenizer(folder)
    drawings = held_out_drawings(options.count)
    small = [np.asarray(Image.fromarray(one.picture).resize((SMALL, SMALL), Image.Resampling.BOX)) for one in drawings]
    decoded = [
        Example(enlarged(picture), drawing.labels, drawing.avatar)
        for picture, drawing in zip(through_vae(options.pack, small), drawings, strict=True)
    ]
    return {
        "goals": GOALS,
        "drawings": _rounded(scores(model, tok, drawings)),
        "drawings_through_the_vae": _rounded(scores(model, tok, decoded)),
        "painted": _rounded(painted(model, tok, options.sheet)),
    }


def painted(model, tok, sheet=None):
    """As scores(), of the pictures with polygons."""
    outlined = json.loads((POLYGONS / "polygons.json").read_text())
    sums, tiles = {}, []
    for name, finds in outlined.items():
        with Image.open(POLYGONS / name) as image:
            picture = enlarged(np.asarray(image.convert("RGB")))
        masks = found_masks(model, tok, picture, [find["find"] for find in finds])
        for find, mask in zip(finds, masks, strict=True):
            truth = filled(find["polygons"])
            sums.setdefault(find["part"], np.zeros(2, np.int64))
            sums[find["part"]] += overlap(mask, truth)
            tiles.append(np.concatenate([over(picture, truth, (0, 220, 60)), over(picture, mask)], 1)[::2, ::2])
    if sheet:
        _save_sheet(tiles, sheet)
    by_part = {part: float(both / max(1, either)) for part, (both, either) in sums.items()}
    return {"pictures": len(outlined), "mean": float(np.mean(list(by_part.values()))), "iou": by_part}


def filled(polygons):
    """bool [SIDE, SIDE] of what lies in any of the polygons."""
    image = Image.new("1", (SIDE, SIDE))
    for polygon in polygons:
        ImageDraw.Draw(image).polygon([place * SIDE / SMALL for place in polygon], fill=1)
    return np.array(image)


def _save_sheet(tiles, file):
    tiles = tiles + [np.full_like(tiles[0], 255)] * (-len(tiles) % 5)
    rows = [np.concatenate(tiles[first : first + 5], 1) for first in range(0, len(tiles), 5)]
    Image.fromarray(np.concatenate(rows)).save(file)


def _rounded(report):
    if isinstance(report, dict):
        return {name: _rounded(value) for name, value in report.items()}
    return round(report, 3) if isinstance(report, float) else report
