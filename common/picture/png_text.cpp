// The text chunks of a PNG (PNG specification 11.3.3, https://www.w3.org/TR/png-3/#11textinfo), read without libpng so
// that no pixel is touched.
#include <zlib.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/limits.h"
#include "common/picture/png.h"
#include "common/picture/utf8.h"

namespace troupe::picture {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
constexpr std::size_t kChunkFrame = 12;  // length, type, checksum

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

Status corrupt(const std::string& what) {
  return {Code::kCorrupt, "the PNG " + what};
}

std::string from_latin1(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) append_utf8(text, static_cast<unsigned char>(byte));
  return text;
}

std::string mend_utf8(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) append_utf8(text, take_code_point(bytes));
  return text;
}

// What comes before the next NUL, which is taken too; nullopt when there is none.
std::optional<std::string_view> take_string(std::string_view& bytes) {
  const std::size_t end = bytes.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return text;
}

Result<std::string> inflate_text(std::string_view packed, std::size_t most) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return Status(Code::kInternal, "zlib could not be started");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  int state = Z_OK;
  while (state == Z_OK && text.size() <= most) {
    char piece[4096];
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(piece, sizeof piece - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state == Z_OK) return Status(Code::kTooLarge, "the PNG's packed text is too long");
  if (state != Z_STREAM_END) return corrupt("holds packed text that cannot be unpacked");
  return text;
}

Result<TextChunk> read_chunk(std::string_view type, std::string_view data, std::size_t most) {
  const Status malformed = corrupt("holds a malformed " + std::string(type) + " chunk");
  const std::optional<std::string_view> key = take_string(data);
  if (!key) return malformed;
  TextChunk chunk{from_latin1(*key), ""};
  bool packed = type == "zTXt";
  if (packed) {
    if (data.empty()) return malformed;
    data.remove_prefix(1);  // the method: there is but one
  } else if (type == "iTXt") {
    if (data.size() < 2) return malformed;
    packed = data[0] != 0;
    data.remove_prefix(2);
    if (!take_string(data) || !take_string(data)) return malformed;  // the language and the translated key
  }
  std::string unpacked;
  if (packed) {
    TROUPE_ASSIGN_OR_RETURN(unpacked, inflate_text(data, most));
    data = unpacked;
  }
  chunk.text = type == "iTXt" ? mend_utf8(data) : from_latin1(data);
  return chunk;
}

}  // namespace

Result<TextChunks> read_png_text(std::string_view bytes) {
  if (bytes.substr(0, kSignature.size()) != kSignature) return Status(Code::kCorrupt, "this is not a PNG");
  TextChunks chunks;
  std::size_t room = limits::kMaxPictureTextBytes;
  std::size_t at = kSignature.size();
  while (bytes.size() - at >= kChunkFrame) {
    const std::size_t length = big_endian(bytes, at);
    if (length > bytes.size() - at - kChunkFrame) break;
    const std::string_view type = bytes.substr(at + 4, 4);
    if (type == "IEND") return chunks;
    if (type == "tEXt" || type == "zTXt" || type == "iTXt") {
      const std::string_view checked = bytes.substr(at + 4, 4 + length);
      const auto sum = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
      if (sum != big_endian(bytes, at + 8 + length)) return corrupt("holds text with a wrong checksum");
      if (chunks.size() == limits::kMaxPictureTexts || length > room) {
        return Status(Code::kTooLarge, "the PNG holds more text than Troupe reads");
      }
      TROUPE_ASSIGN_OR_RETURN(TextChunk chunk, read_chunk(type, checked.substr(4), room));
      const std::size_t size = chunk.key.size() + chunk.text.size();
      if (size > room) return Status(Code::kTooLarge, "the PNG holds more text than Troupe reads");
      room -= size;
      chunks.push_back(std::move(chunk));
    }
    at += kChunkFrame + length;
  }
  return corrupt("is cut short: it has no end");
}

const std::string* find_text(const TextChunks& chunks, std::string_view key) {
  const auto found = std::ranges::find(chunks, key, &TextChunk::key);
  return found == chunks.end() ? nullptr : &found->text;
}

}  // namespace troupe::picture
