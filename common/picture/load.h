// Pictures of either format, told apart by their first bytes and never by their names.
#pragma once

#include <string>
#include <string_view>

#include "common/base/status.h"
#include "common/picture/picture.h"

namespace troupe::picture {

// A PNG or JPEG file's bytes; kInvalid says what else they seem to be. Errors else as decode_png and decode_jpeg.
Result<Picture> decode_picture(std::string_view bytes);

// A PNG or JPEG file of at most limits::kMaxPictureFileBytes. Every message names the file.
Result<Picture> load_picture(const std::string& path);

}  // namespace troupe::picture
