// Masks: grey pictures that say where something is. 255 is found (or to be painted again), 0 is not; only feather makes
// what lies between.
//
// Functions that take a mask need a picture of one channel that passes check_picture, and give kInvalid for anything
// else; kNoSpace when memory ran out.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "common/base/status.h"
#include "common/picture/canvas.h"
#include "common/picture/picture.h"

namespace troupe::vision {

// Scores of a whole picture at a size of their own, row by row; sigmoid makes probabilities of them.
struct LogitMap {
  int width = 0;
  int height = 0;
  std::vector<float> values;
};

// 255 where the probability is above `threshold` (0 to 1): logits are resized bilinearly to the extent, then sigmoid.
// kInvalid for an empty map, one whose values are not width * height or not finite, or an extent that cannot be.
Result<picture::Picture> threshold_mask(const LogitMap& logits, picture::Extent to, double threshold);

// 255 inside the box {x, y, width, height} in shares of the picture (0 to 1, from the top left), whose edges are
// rounded to pixels; a box with an area covers at least one. What sticks out is cut off.
Result<picture::Picture> box_mask(const std::array<double, 4>& box, picture::Extent extent);

// The mask with all pixels at most `pixels` (Euclidean) from it, or, for a negative number, without those at most that
// far from its outside. The picture's edge is no outside. Values from 128 up count as the mask; the result is hard.
Result<picture::Picture> grow(const picture::Picture& mask, int pixels);

// The mask with a soft edge that begins `pixels` inside and ends `pixels` outside (a Gaussian of half that deviation).
// 0 leaves it as it is.
Result<picture::Picture> feather(const picture::Picture& mask, int pixels);

// The largest connected region (8 neighbours) alone; of equals the first from the top left. Values from 128 up count.
Result<picture::Picture> largest_region(const picture::Picture& mask);

// Of two masks of the same extent (kInvalid else): either; the first without the second.
Result<picture::Picture> unite(const picture::Picture& a, const picture::Picture& b);
Result<picture::Picture> subtract(const picture::Picture& a, const picture::Picture& b);
Result<picture::Picture> invert(const picture::Picture& mask);

// Nearest pixel, so that a hard mask stays hard.
Result<picture::Picture> resize_mask(const picture::Picture& mask, picture::Extent to);

// The smallest box that holds every pixel that is not 0; nothing for an empty mask.
Result<std::optional<picture::Box>> bounding_box(const picture::Picture& mask);
// How much of the picture the mask covers, 0 to 1; a pixel of 128 counts half.
Result<double> coverage(const picture::Picture& mask);

}  // namespace troupe::vision
