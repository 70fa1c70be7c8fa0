"""The PNG files that Troupe wrote, with what they say of themselves."""

import dataclasses
import json
import pathlib

import numpy as np
from PIL import Image


@dataclasses.dataclass(frozen=True)
class Picture:
    file: pathlib.Path
    pixels: np.ndarray  # uint8 [H, W, 3]
    prompt: str
    about: dict  # the text chunk `troupe`


def read_folder(folder):
    """All PNG files below the folder that carry `parameters` (contact sheets do not), ordered by path."""
    pictures = []
    for file in sorted(folder.rglob("*.png")):
        with Image.open(file) as image:
            text = getattr(image, "text", {})
            if "parameters" in text:
                pixels = np.asarray(image.convert("RGB"))
                about = json.loads(text.get("troupe", "{}"))
                pictures.append(Picture(file, pixels, _prompt(text["parameters"]), about))
    if not pictures:
        raise SystemExit(f"{folder}: no pictures that Troupe wrote")
    return pictures


def _prompt(parameters):
    """The lines before the negative prompt and the settings."""
    lines = []
    for line in parameters.splitlines():
        if line.startswith(("Negative prompt:", "Steps:")):
            break
        lines.append(line)
    return " ".join(lines)
