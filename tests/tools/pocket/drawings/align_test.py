import unittest

import numpy as np

from facenets import align


class AlignTest(unittest.TestCase):
    def test_a_similarity_is_found_again(self):
        angle, scale = 0.3, 1.7
        turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        target = align.TEMPLATE @ turn.T + (5, -9)
        matrix = align.similarity(align.TEMPLATE, target)
        np.testing.assert_allclose(matrix, np.column_stack([turn, (5, -9)]), atol=1e-9)

    def test_a_mirrored_face_is_not_mirrored_back(self):
        mirrored = align.TEMPLATE * (-1, 1)
        matrix = align.similarity(mirrored, align.TEMPLATE)
        self.assertGreater(np.linalg.det(matrix[:, :2]), 0)

    def test_a_pixel_arrives_where_its_point_is_moved_to(self):
        picture = np.zeros((200, 200, 3), np.uint8)
        picture[80, 120] = 255
        matrix = np.array([[1.0, 0, -40], [0, 1.0, -30]])
        crop = align.warp(picture, matrix)
        x, y = align.moved([(120, 80)], matrix)[0]
        self.assertEqual(np.unravel_index(crop[..., 0].argmax(), (align.SIDE, align.SIDE)), (y, x))

    def test_the_recognition_crop_lies_in_the_swapper_crop(self):
        self.assertEqual(align.recognition_crop(np.zeros((2, 3, 128, 128))).shape, (2, 3, 112, 112))
        offset = align.SWAP_TEMPLATE - align.TEMPLATE
        np.testing.assert_array_equal(offset, np.tile([8, 0], (5, 1)))


if __name__ == "__main__":
    unittest.main()
