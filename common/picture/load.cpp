#include "common/picture/load.h"

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/picture/jpeg.h"
#include "common/picture/png.h"

namespace troupe::picture {
namespace {

bool starts_with(std::string_view bytes, std::string_view head, std::size_t at = 0) {
  return bytes.size() >= at && bytes.substr(at, head.size()) == head;
}

std::string seems_to_be(std::string_view bytes) {
  if (bytes.empty()) return "it is empty";
  if (starts_with(bytes, "RIFF") && starts_with(bytes, "WEBP", 8)) return "it is a WebP";
  if (starts_with(bytes, "GIF8")) return "it is a GIF";
  if (starts_with(bytes, "BM")) return "it is a BMP";
  if (starts_with(bytes, "ftyp", 4)) return "it is a HEIC, AVIF or video file";
  if (starts_with(bytes, "version https://git-lfs")) return "it is a Git LFS pointer; fetch the file itself";
  return "its first bytes are those of neither";
}

}  // namespace

Result<Picture> decode_picture(std::string_view bytes) {
  if (starts_with(bytes, "\xFF\xD8")) return decode_jpeg(bytes);
  if (starts_with(bytes, "\x89PNG")) {
    TROUPE_ASSIGN_OR_RETURN(DecodedPng decoded, decode_png(bytes));
    return std::move(decoded.picture);
  }
  return Status(Code::kInvalid, "a picture must be a PNG or a JPEG: " + seems_to_be(bytes));
}

Result<Picture> load_picture(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const std::string bytes, read_file(path, limits::kMaxPictureFileBytes));
  Result<Picture> picture = decode_picture(bytes);
  if (!picture.ok()) return picture.status().with_context(path);
  return picture;
}

}  // namespace troupe::picture
