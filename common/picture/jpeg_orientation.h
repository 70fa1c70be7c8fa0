// Which way up a JPEG is: cameras store pixels as the sensor lies and note in EXIF how to turn them.
#pragma once

#include <string_view>

#include "common/picture/picture.h"

namespace troupe::picture {

// The orientation (1 to 8; EXIF 2.32, tag 0x0112) in the data of an APP1 marker; 1 where there is none or it is
// malformed.
int exif_orientation(std::string_view app1);

// The picture turned and mirrored to stand upright, given its orientation.
Picture upright(Picture picture, int orientation);

}  // namespace troupe::picture
