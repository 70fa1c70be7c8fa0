import pathlib
import tempfile
import unittest

import numpy as np
import onnx
import torch

import export_faces
from facenets.detector import STRIDES, Detector, ForExport, faces_of_rows
from facenets.embedder import Directions, margin_loss
from facenets.runtime import load, narrowed, widened
from facenets.swapper import Swapper, latents, make_emap
from train_detector import targets


class DetectorTest(unittest.TestCase):
    def test_what_training_asks_for_is_what_decoding_gives(self):
        box, marks = np.array([60.0, 70, 170, 190], np.float32), np.arange(10, dtype=np.float32).reshape(5, 2) * 9 + 70
        rows = [[], [], []]
        for stride in STRIDES:
            kind, boxes, points = targets((box[None], marks[None]), stride)
            by_cell = [values.movedim(0, 2).reshape(-1, *values.shape[3:]) for values in (kind, boxes, points)]
            rows[0].append((by_cell[0] == 1).float()[:, None])
            rows[1].append(by_cell[1] / stride)
            rows[2].append(by_cell[2] / stride)
        found = faces_of_rows([*rows[0], *rows[1], *rows[2]], 256, 256)
        self.assertEqual(len(found), 1)
        np.testing.assert_allclose(found[0][1], box, atol=1e-3)
        np.testing.assert_allclose(found[0][2], marks, atol=1e-3)

    def test_the_graph_runs_at_other_sizes(self):
        torch.manual_seed(0)
        detector = ForExport(Detector()).eval()
        names = [f"{what}_{stride}" for what in export_faces.POINTS for stride in STRIDES]
        graph = export_faces.export(detector, torch.zeros(1, 3, 256, 256), ["input"], names)
        self.assertTrue(all(output.type.tensor_type.HasField("shape") for output in graph.graph.output))
        self.assertNotIn("Shape", {node.op_type for node in graph.graph.node})
        for place, side in ((2, 192), (3, 320)):
            graph.graph.input[0].type.tensor_type.shape.dim[place].dim_value = side
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "detector.onnx"
            onnx.save(narrowed(graph), file)
            rows = load(file).run(None, {"input": np.zeros((1, 3, 192, 320), np.float32)})
        cells = [2 * 192 * 320 // stride**2 for stride in STRIDES]
        shapes = [(count, numbers) for numbers in (1, 4, 10) for count in cells]
        self.assertEqual([values.shape for values in rows], shapes)


class EmbedderTest(unittest.TestCase):
    def test_who_looks_alike_is_near(self):
        numbers = torch.zeros(3, 15)
        numbers[1] += 0.05
        numbers[2] += 0.9
        cosines = Directions(1)(numbers) @ Directions(1)(numbers).T
        self.assertGreater(cosines[0, 1], 0.95)
        self.assertLess(cosines[0, 2], 0.2)

    def test_seeds_share_nothing(self):
        numbers = torch.zeros(1, 15)
        self.assertLess((Directions(1)(numbers) * Directions(9)(numbers)).sum().abs(), 0.25)

    def test_the_margin_makes_it_harder(self):
        made, centres = torch.eye(4, 512) + 0.02, torch.eye(4, 512)
        labels = torch.arange(4)
        with_margin, cosine = margin_loss(made, centres, labels)
        without, _ = margin_loss(made, centres, labels, margin=0.0)
        self.assertGreater(with_margin, without)
        self.assertGreater(cosine, 0.8)


class SwapperTest(unittest.TestCase):
    def test_emap_is_orthogonal_and_not_symmetric(self):
        emap = make_emap()
        torch.testing.assert_close(emap @ emap.T, torch.eye(512), atol=1e-4, rtol=0)
        self.assertGreater((emap - emap.T).abs().max(), 0.05)
        self.assertAlmostEqual(latents(torch.ones(1, 512), emap).norm().item(), 1, places=5)

    def test_emap_stays_the_last_initializer(self):
        torch.manual_seed(0)
        inputs = (torch.rand(1, 3, 128, 128), torch.randn(1, 512))
        graph = export_faces.export(Swapper(), inputs, ["target", "source"], ["output"])
        export_faces.append_emap(graph, make_emap())
        small = narrowed(graph)
        self.assertEqual(small.graph.initializer[-1].name, "emap")
        self.assertEqual({tensor.data_type for tensor in small.graph.initializer}, {onnx.TensorProto.FLOAT16})
        self.assertEqual(widened(small).graph.initializer[-1].data_type, onnx.TensorProto.FLOAT)
        self.assertNotIn("Identity", {node.op_type for node in graph.graph.node})


if __name__ == "__main__":
    unittest.main()
