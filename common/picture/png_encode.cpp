// libpng reports an error by longjmp: see png_decode.cpp.
#include <png.h>

#include <algorithm>
#include <cstdio>
#include <new>
#include <optional>

#include "common/picture/png.h"
#include "common/picture/utf8.h"

namespace troupe::picture {
namespace {

struct Target {
  std::string bytes;
  char problem[160] = "";
};

struct Writer {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  Target& target = *static_cast<Target*>(png_get_error_ptr(png));
  std::snprintf(target.problem, sizeof target.problem, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_write(png_structp png, png_bytep bytes, std::size_t count) {
  Target& target = *static_cast<Target*>(png_get_io_ptr(png));
  bool full = false;
  try {
    target.bytes.append(reinterpret_cast<const char*>(bytes), count);
  } catch (const std::bad_alloc&) {
    full = true;  // the jump must not leave a handler
  }
  if (full) png_error(png, "out of memory");
}

// The text in Latin-1; nullopt when a character is not in it or is a control character other than the newline.
std::optional<std::string> to_latin1(std::string_view utf8) {
  std::string text;
  while (!utf8.empty()) {
    const char32_t c = take_code_point(utf8);
    const bool printable = (c >= 0x20 && c < 0x7F) || (c >= 0xA0 && c <= 0xFF);
    if (!printable && c != '\n') return std::nullopt;
    text += static_cast<char>(c);
  }
  return text;
}

// A chunk in the encodings of the file.
struct EncodedText {
  std::string key;
  std::string text;
  bool international = false;
};

Result<EncodedText> encode_text(const TextChunk& chunk) {
  const std::optional<std::string> key = to_latin1(chunk.key);
  if (!key || key->empty() || key->size() > 79 || key->front() == ' ' || key->back() == ' ' ||
      key->find('\n') != std::string::npos) {
    return Status(Code::kInvalid, "\"" + chunk.key + "\" is no key for a PNG's text: it takes 1 to 79 Latin-1 letters");
  }
  if (!is_utf8(chunk.text) || chunk.text.find('\0') != std::string::npos) {
    return Status(Code::kInvalid, "the PNG text \"" + chunk.key + "\" is not UTF-8 without NUL");
  }
  const std::optional<std::string> latin1 = to_latin1(chunk.text);
  if (latin1 && chunk.key != kXmpKey) return EncodedText{*key, *latin1, false};
  return EncodedText{*key, chunk.text, true};
}

int colour_type(int channels) {
  return channels == 1 ? PNG_COLOR_TYPE_GRAY : channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA;
}

bool write_all(Writer& writer, Target& target, const Picture& picture, int compression, png_textp text, int text_count,
               png_bytepp rows) {
  if (setjmp(png_jmpbuf(writer.png))) return false;
  png_set_write_fn(writer.png, &target, on_write, nullptr);
  png_set_user_limits(writer.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(writer.png, compression);
  png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(picture.width),
               static_cast<png_uint_32>(picture.height), 8, colour_type(picture.channels), PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(writer.png, writer.info, PNG_sRGB_INTENT_PERCEPTUAL);
  if (text_count > 0) png_set_text(writer.png, writer.info, text, text_count);
  png_write_info(writer.png, writer.info);
  png_write_image(writer.png, rows);
  png_write_end(writer.png, nullptr);
  return true;
}

}  // namespace

Result<std::string> encode_png(const Picture& picture, const TextChunks& text, const PngOptions& options) {
  TROUPE_RETURN_IF_ERROR(check_picture(picture));
  std::vector<EncodedText> encoded;
  for (const TextChunk& chunk : text) {
    TROUPE_ASSIGN_OR_RETURN(EncodedText one, encode_text(chunk));
    encoded.push_back(std::move(one));
  }
  std::vector<png_text> entries;
  for (EncodedText& one : encoded) {
    png_text entry{};
    entry.compression = one.international ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
    entry.key = one.key.data();
    entry.text = one.text.data();
    (one.international ? entry.itxt_length : entry.text_length) = one.text.size();
    entries.push_back(entry);
  }
  std::vector<png_bytep> rows;
  for (int y = 0; y < picture.height; ++y) rows.push_back(const_cast<png_bytep>(picture.at(0, y)));

  Target target;
  Writer writer;
  writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &target, on_error, on_warning);
  if (writer.png != nullptr) writer.info = png_create_info_struct(writer.png);
  if (writer.info == nullptr) return Status(Code::kInternal, "libpng could not be started");
  if (!write_all(writer, target, picture, std::clamp(options.compression, 0, 9), entries.data(),
                 static_cast<int>(entries.size()), rows.data())) {
    return Status(Code::kInternal, std::string("the PNG cannot be written: ") + target.problem);
  }
  return std::move(target.bytes);
}

}  // namespace troupe::picture
