// Changing a picture's size: for thumbnails and sheets, and wherever a plain good filter will do.
#pragma once

#include "common/base/status.h"
#include "common/picture/picture.h"

namespace troupe::picture {

// How an axis is enlarged; an axis that shrinks is always averaged over the area that falls on a pixel.
enum class Enlarge {
  kLanczos3,  // crisp
  kBicubic,   // Catmull-Rom: a little softer, less ringing
};

// The picture at a new extent. Works on the 8-bit sRGB values; pixels of little alpha bring little colour.
// Errors as check_picture and check_extent.
Result<Picture> resize(const Picture& picture, Extent to, Enlarge enlarge = Enlarge::kLanczos3);

// The largest extent of the same aspect inside `box`, at least 1x1; larger than `extent` where the box is.
Extent fit_within(Extent extent, Extent box);

// The picture at fit_within(its extent, box).
Result<Picture> thumbnail(const Picture& picture, Extent box);

}  // namespace troupe::picture
