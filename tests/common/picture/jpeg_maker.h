// JPEG files of the kinds that Troupe reads but does not write.
#pragma once

#include <string>

#include "common/picture/picture.h"

namespace troupe::picture {

struct OddJpeg {
  bool progressive = false;
  bool separate_scans = false;  // one scan a component
  bool cmyk = false;            // the source has four channels
  int orientation = 0;          // 1 to 8 adds EXIF
};
std::string make_odd_jpeg(const Picture& source, const OddJpeg& odd);

// A gradient, which JPEG keeps well.
Picture make_odd_jpeg_source(int channels);

// The data of an APP1 marker.
std::string exif_with_orientation(int orientation);

}  // namespace troupe::picture
