// JPEG through libjpeg-turbo: references that people hand in, and small thumbnails.
#pragma once

#include <string>
#include <string_view>

#include "common/base/status.h"
#include "common/picture/picture.h"

namespace troupe::picture {

// A baseline or progressive JPEG as RGB or grey, turned upright by its EXIF orientation. kCorrupt: not a JPEG, cut
// short, or damaged in a way the library notices. kInvalid: CMYK, which has no agreed way to sRGB (the message says
// what to do). kTooLarge: over limits::kMaxPictureSide, kMaxPicturePixels, or an absurd number of scans.
Result<Picture> decode_jpeg(std::string_view bytes);

// A baseline JPEG of quality 1 to 100 (above 90 without chroma subsampling); alpha is laid over white.
Result<std::string> encode_jpeg(const Picture& picture, int quality = 85);

}  // namespace troupe::picture
