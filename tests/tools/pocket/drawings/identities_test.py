import dataclasses
import hashlib
import random
import unittest

import numpy as np

import avatars


def somebody(**changes):
    avatar = avatars.Avatar(**vars(avatars.CHARACTERS["mia"]), seed=3)
    return dataclasses.replace(avatar, **changes)


class IdentitiesTest(unittest.TestCase):
    def test_whoever_has_no_numbers_is_drawn_as_ever(self):
        rng, digest = random.Random(5), hashlib.sha256()
        for i in range(24):
            avatar = (avatars.cast_attrs if i % 2 else avatars.random_attrs)(rng)
            drawing = avatars.render(avatar, 128)
            digest.update(drawing.labels.tobytes())
            digest.update(repr((drawing.keypoints, drawing.face_box)).encode())
        self.assertEqual(digest.hexdigest(), EVER)

    def test_numbers_change_the_face_and_nothing_around_it(self):
        ordinary, other = somebody(), somebody(face=avatars.Face(eye_size=1, iris=1, brow_thickness=1, lip_fullness=1))
        plain, changed = avatars.render(ordinary, 128), avatars.render(other, 128)
        left, top, right, bottom = (int(value) for value in changed.face_box)
        differs = np.abs(plain.rgb.astype(int) - changed.rgb).max(2) > 0
        self.assertGreater(differs[top:bottom, left:right].mean(), 0.03)
        differs[top - 2 : bottom + 3, left - 2 : right + 3] = False
        self.assertEqual(differs.sum(), 0)

    def test_each_number_shows(self):
        ordinary = avatars.render(somebody(face=avatars.Face()), 256).rgb.astype(int)
        for name in avatars.faces.NUMBERS:
            changed = avatars.render(somebody(face=avatars.Face(**{name: 1.0})), 256).rgb
            self.assertGreater(np.abs(ordinary - changed).mean(), 0.03, name)


EVER = "2e3052fbd5daa5f241d5f2049cafd4737f72e0a9659f17768a109484b8383aa9"

if __name__ == "__main__":
    unittest.main()
