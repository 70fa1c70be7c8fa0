"""Contact sheets: pictures side by side on white."""

import numpy as np
from PIL import Image


def save_sheet(pictures, columns, file, gap=2, enlarge=1):
    """Writes pictures, uint8 [height, width, 3] of one size, row by row into one image file."""
    height, width = (side * enlarge for side in pictures[0].shape[:2])
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 255, np.uint8)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        top, left = gap + row * (height + gap), gap + column * (width + gap)
        enlarged = Image.fromarray(picture).resize((width, height), Image.BICUBIC)
        sheet[top : top + height, left : left + width] = np.asarray(enlarged)
    Image.fromarray(sheet).save(file)
