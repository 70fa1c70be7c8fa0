// PNG with its text chunks, through libpng.
//
// Encoding is deterministic: the same picture, text and level give the same bytes (for one zlib), and no time is
// written. Decoding takes whatever a PNG may hold (palette, 1 to 16 bits, interlaced, grey, alpha) and gives 8 bits;
// gamma and colour profiles are ignored, as every tool that makes these pictures ignores them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "common/picture/picture.h"

namespace troupe::picture {

// One key and its text, both UTF-8. In the file it is a tEXt chunk where the text is Latin-1, else an iTXt chunk.
struct TextChunk {
  std::string key;
  std::string text;
  bool operator==(const TextChunk&) const = default;
};
using TextChunks = std::vector<TextChunk>;

// The keys that Troupe writes.
inline constexpr char kParametersKey[] = "parameters";  // infotext.h
inline constexpr char kXmpKey[] = "XML:com.adobe.xmp";  // xmp.h; always an iTXt chunk, as its readers expect

struct PngOptions {
  int compression = 6;  // zlib's level: 0 (none) to 9 (smallest)
};

// A whole PNG file with an sRGB chunk and, before the pixels, `text` in its order. A key is 1 to 79 printable Latin-1
// characters without a space at either end; text is UTF-8 without NUL. kInvalid names what does not hold.
Result<std::string> encode_png(const Picture& picture, const TextChunks& text = {}, const PngOptions& options = {});

struct DecodedPng {
  Picture picture;
  TextChunks text;
};

// The picture and text of a whole PNG file. kCorrupt: not a PNG, cut short, a wrong checksum, impossible contents.
// kTooLarge: over limits::kMaxPictureSide, kMaxPicturePixels, or what that many bytes can hold. Bytes after the end of
// the PNG are ignored.
Result<DecodedPng> decode_png(std::string_view bytes);

// The text alone, without decoding a pixel: tEXt, zTXt and iTXt in file order. kCorrupt as above; kTooLarge: more than
// limits::kMaxPictureTexts chunks or limits::kMaxPictureTextBytes of text.
Result<TextChunks> read_png_text(std::string_view bytes);

// The text of the first chunk with that key, or null. The pointer lives as long as `chunks`.
const std::string* find_text(const TextChunks& chunks, std::string_view key);

}  // namespace troupe::picture
