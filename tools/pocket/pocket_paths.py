"""Where the kit finds the rest of the repository."""

import pathlib

PACK = pathlib.Path(__file__).resolve().parents[2] / "configs" / "packs" / "pocket"
TOKENIZER = PACK / "sd" / "tokenizer"  # the pack's own: there is no second copy
REFERENCES = PACK.parents[1] / "campaigns" / "refs"  # a picture of each named character
FACE = PACK / "face"
JUDGE = pathlib.Path(__file__).resolve().parent / "score" / "judge.onnx"
