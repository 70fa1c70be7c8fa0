// libpng reports an error by longjmp. Each function that calls setjmp holds nothing with a destructor; what has one
// lives in the caller, so that a jump skips none.
#include <png.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "common/base/limits.h"
#include "common/picture/png.h"

namespace troupe::picture {
namespace {

// Deflate packs at most 1032 to 1: a file that promises more pixels than that cannot hold them.
constexpr std::size_t kMostExpansion = 1032;
constexpr std::size_t kHeaderBytes = 33;  // signature and IHDR

struct Source {
  std::string_view rest;
  char problem[160] = "";
};

struct Reader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  Source& source = *static_cast<Source*>(png_get_error_ptr(png));
  std::snprintf(source.problem, sizeof source.problem, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep out, std::size_t count) {
  Source& source = *static_cast<Source*>(png_get_io_ptr(png));
  if (count > source.rest.size()) png_error(png, "it is cut short");
  std::memcpy(out, source.rest.data(), count);
  source.rest.remove_prefix(count);
}

// Reads up to the pixels and asks for 8 bits of grey, RGB or RGBA.
bool read_info(Reader& reader, Source& source) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_set_read_fn(reader.png, &source, on_read);
  png_set_user_limits(reader.png, limits::kMaxPictureSide, limits::kMaxPictureSide);
  png_set_chunk_malloc_max(reader.png, limits::kMaxPictureTextBytes);
  // Profiles are not applied and text is read elsewhere, so neither is unpacked here.
  static constexpr png_byte kSkipped[] = "tEXt\0zTXt\0iTXt\0iCCP\0sPLT\0eXIf";
  png_set_keep_unknown_chunks(reader.png, PNG_HANDLE_CHUNK_NEVER, kSkipped, 6);
  png_read_info(reader.png, reader.info);
  return true;
}

bool ask_for_8_bits(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_set_expand(reader.png);
  png_set_scale_16(reader.png);
  const bool alpha = (png_get_color_type(reader.png, reader.info) & PNG_COLOR_MASK_ALPHA) != 0;
  if (alpha || png_get_valid(reader.png, reader.info, PNG_INFO_tRNS) != 0) png_set_gray_to_rgb(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  return true;
}

bool read_rows(Reader& reader, png_bytepp rows) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_read_image(reader.png, rows);
  png_read_end(reader.png, nullptr);
  return true;
}

Status corrupt(const Source& source) {
  return {Code::kCorrupt, std::string("the PNG cannot be decoded: ") + source.problem};
}

std::int64_t big_endian(std::string_view bytes, std::size_t at) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

Result<Picture> decode_pixels(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return Status(Code::kCorrupt, "the PNG is cut short");
  TROUPE_RETURN_IF_ERROR(check_extent(big_endian(bytes, 16), big_endian(bytes, 20)));
  Source source{bytes};
  Reader reader;
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, on_error, on_warning);
  if (reader.png != nullptr) reader.info = png_create_info_struct(reader.png);
  if (reader.info == nullptr) return Status(Code::kInternal, "libpng could not be started");
  if (!read_info(reader, source)) return corrupt(source);

  const std::size_t height = png_get_image_height(reader.png, reader.info);
  const std::size_t raw_row = png_get_rowbytes(reader.png, reader.info);
  if (raw_row * height / kMostExpansion > bytes.size()) {
    return Status(Code::kCorrupt, "the PNG is too short for the picture that it promises");
  }
  if (!ask_for_8_bits(reader)) return corrupt(source);
  const Extent extent{static_cast<int>(png_get_image_width(reader.png, reader.info)), static_cast<int>(height)};
  Picture picture = make_picture(extent, png_get_channels(reader.png, reader.info), 0);
  TROUPE_RETURN_IF_ERROR(check_picture(picture));
  if (png_get_rowbytes(reader.png, reader.info) * height != picture.pixels.size()) {
    return Status(Code::kInternal, "libpng gives rows of an unexpected length");
  }
  std::vector<png_bytep> rows(height);
  for (int y = 0; y < extent.height; ++y) rows[static_cast<std::size_t>(y)] = picture.at(0, y);
  if (!read_rows(reader, rows.data())) return corrupt(source);
  return picture;
}

}  // namespace

Result<DecodedPng> decode_png(std::string_view bytes) {
  DecodedPng decoded;
  TROUPE_ASSIGN_OR_RETURN(decoded.text, read_png_text(bytes));
  TROUPE_ASSIGN_OR_RETURN(decoded.picture, decode_pixels(bytes));
  return decoded;
}

}  // namespace troupe::picture
