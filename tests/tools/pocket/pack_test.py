import json
import pathlib
import re
import struct
import unittest

import pack_lock
from pocket_paths import PACK

MOST_BYTES = 30_000_000


def header(file):
    """The tensors of a safetensors file: {name: {"dtype", "shape"}}."""
    with open(file, "rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        tensors = json.loads(stream.read(size))
    tensors.pop("__metadata__", None)
    return tensors


def shapes(file):
    return {name: tensor["shape"] for name, tensor in header(file).items()}


class PackTest(unittest.TestCase):
    def test_every_file_is_what_the_lock_says(self):
        self.assertEqual((PACK / "pack.lock").read_text(), pack_lock.lock_of(PACK))

    def test_it_is_small(self):
        self.assertLess(sum(file.stat().st_size for file in PACK.rglob("*") if file.is_file()), MOST_BYTES)

    def test_weights_are_in_half_precision(self):
        files = sorted(PACK.rglob("*.safetensors"))
        self.assertEqual(len(files), 5, files)
        for file in files:
            self.assertEqual({tensor["dtype"] for tensor in header(file).values()}, {"F16"}, file)

    def test_what_pack_yaml_names_is_there(self):
        paths = re.findall(r"path: ([\w./]+)", (PACK / "pack.yaml").read_text())
        self.assertEqual(paths, ["sd", "segment", "face", "upscale/x4.safetensors"])
        for path in paths:
            self.assertTrue((PACK / path).exists(), path)

    def test_the_upscaler_is_a_srvgg_of_32_features_and_8_convolutions(self):
        expected = {"body.0.weight": [32, 3, 3, 3], "body.0.bias": [32]}
        for place in range(1, 18, 2):
            expected[f"body.{place}.weight"] = [32]
        for place in range(2, 18, 2):
            expected |= {f"body.{place}.weight": [32, 32, 3, 3], f"body.{place}.bias": [32]}
        expected |= {"body.18.weight": [48, 32, 3, 3], "body.18.bias": [48]}
        self.assertEqual(shapes(PACK / "upscale" / "x4.safetensors"), expected)

    def test_the_segmenter_is_what_its_config_says(self):
        folder = PACK / "segment"
        config = json.loads((folder / "config.json").read_text())
        vision, text = config["vision_config"], config["text_config"]
        patches = (vision["image_size"] // vision["patch_size"]) ** 2
        self.assertTrue(config["use_complex_transposed_convolution"])
        self.assertEqual((vision["image_size"], vision["patch_size"]), (256, 16))
        found = shapes(folder / "model.safetensors")
        embeddings = "clip.vision_model.embeddings"
        self.assertEqual(found[f"{embeddings}.position_embedding.weight"], [patches + 1, vision["hidden_size"]])
        self.assertEqual(found[f"{embeddings}.patch_embedding.weight"], [vision["hidden_size"], 3, 16, 16])
        tokens = found["clip.text_model.embeddings.token_embedding.weight"]
        self.assertEqual(tokens, [text["vocab_size"], text["hidden_size"]])
        self.assertEqual(found["clip.text_projection.weight"], [config["projection_dim"], text["hidden_size"]])
        self.assertEqual(found["decoder.transposed_convolution.4.weight"][1:], [1, 4, 4])
        layers = {name.split(".")[4] for name in found if name.startswith("clip.vision_model.encoder.layers.")}
        self.assertEqual(len(layers), vision["num_hidden_layers"])

    def test_the_end_of_a_text_is_the_highest_id(self):
        for folder in (PACK / "sd" / "tokenizer", PACK / "segment"):
            ids = json.loads((folder / "vocab.json").read_text())
            self.assertEqual(max(ids, key=ids.get), "<|endoftext|>")
            self.assertEqual(sorted(ids.values()), list(range(len(ids))))

    def test_the_segmenter_reads_with_the_tokenizer_of_the_painter(self):
        for name in ("vocab.json", "merges.txt"):
            ours, painters = PACK / "segment" / name, PACK / "sd" / "tokenizer" / name
            self.assertEqual(ours.read_bytes(), painters.read_bytes(), name)


class ModelCardTest(unittest.TestCase):
    """The figures stand in a table of the card: | figure | value | goal | command |."""

    FIGURES = (
        "VAE: dB of faces",
        "Segment: mean IoU on drawings",
        "Segment: mean IoU on painted pictures",
        "Detector: recall",
        "Detector: points, share of the eye distance",
        "Identity by the judge: same minus different",
        "Identity by the judge: gain of the swap",
        "Upscale: dB above bicubic",
        "Obedience: hair colour",
        "Obedience: clothes colour",
        "Obedience: scene",
        "Obedience: product",
    )

    def setUp(self):
        card = (PACK / "README.md").read_text()
        rows = [line.strip("| ").split(" | ") for line in card.splitlines() if line.startswith("| ")]
        self.rows = {row[0]: row for row in rows if len(row) == 4}

    def test_every_figure_is_a_number_with_its_goal_and_its_command(self):
        for figure in self.FIGURES:
            with self.subTest(figure):
                _, value, goal, command = self.rows[figure]
                self.assertRegex(value, r"^\d+(\.\d+)?$")
                self.assertRegex(goal, r"^\d+(\.\d+)?$")
                self.assertRegex(command, r"^`score \w+.*`$")


class JudgesTest(unittest.TestCase):
    SCORE = pathlib.Path(pack_lock.__file__).parent / "score"

    def test_the_classifier_is_small_and_in_half_precision(self):
        file = self.SCORE / "classifier.safetensors"
        self.assertLess(file.stat().st_size, 1_100_000)
        self.assertEqual({tensor["dtype"] for tensor in header(file).values()}, {"F16"})

    def test_outlines_are_polygons_within_their_pictures(self):
        outlined = json.loads((self.SCORE / "polygons" / "polygons.json").read_text())
        self.assertEqual(sorted(outlined), sorted(file.name for file in (self.SCORE / "polygons").glob("*.png")))
        self.assertEqual(len(outlined), 20)
        for name, finds in outlined.items():
            for find in finds:
                with self.subTest(name, find=find["find"]):
                    self.assertIn(find["part"], ("hair", "face", "clothes", "product"))
                    for polygon in find["polygons"]:
                        self.assertEqual(len(polygon) % 2, 0)
                        self.assertGreaterEqual(len(polygon), 6)
                        self.assertTrue(all(0 <= place < 128 for place in polygon), polygon)


if __name__ == "__main__":
    unittest.main()
