import importlib.util
import math
import pathlib
import random
import struct
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def load_faces():
    """The module by itself: its package needs Skia."""
    file = ROOT / "tools" / "pocket" / "avatars" / "faces.py"
    spec = importlib.util.spec_from_file_location("faces", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


faces = load_faces()
NAMES = "mia zoe ava luna ivy ruby nina lily leo noah max omar kai".split()


class FacesTest(unittest.TestCase):
    def test_random_faces_are_in_range_and_repeatable(self):
        first, again, other = (faces.random_face(random.Random(seed)) for seed in (1, 1, 2))
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
        self.assertTrue(all(-1 <= number <= 1 for number in faces.as_numbers(first)))

    def test_named_people_differ_from_each_other_much(self):
        cast = [faces.as_numbers(faces.face_of(name)) for name in NAMES]
        for numbers in cast:
            self.assertEqual(len(numbers), len(faces.NUMBERS))
            self.assertTrue(all(-1 <= number <= 1 for number in numbers))
        nearest = min(math.dist(cast[i], cast[j]) for i in range(len(cast)) for j in range(i))
        self.assertGreater(nearest, 2.5)


class ReferencesTest(unittest.TestCase):
    def test_each_named_person_has_a_small_square_picture(self):
        folder = ROOT / "configs" / "campaigns" / "refs"
        self.assertEqual(sorted(file.stem for file in folder.glob("*.png")), sorted(NAMES))
        for name in NAMES:
            content = (folder / f"{name}.png").read_bytes()
            self.assertEqual(content[:8], b"\x89PNG\r\n\x1a\n")
            self.assertEqual(struct.unpack(">II", content[16:24]), (512, 512))
            self.assertLess(len(content), 40 * 1024)


if __name__ == "__main__":
    unittest.main()
