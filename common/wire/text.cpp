#include "common/wire/text.h"

#include <cstdint>

namespace troupe::wire {
namespace {

// The length of the character at the start of `text` (not empty), 0 when its bytes are no UTF-8 (RFC 3629: overlong
// forms, surrogates and what lies above U+10FFFF are none).
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const std::uint8_t second = byte(1);
  if (lead == 0xe0 && second < 0xa0) return 0;
  if (lead == 0xed && second > 0x9f) return 0;
  if (lead == 0xf0 && second < 0x90) return 0;
  if (lead == 0xf4 && second > 0x8f) return 0;
  return length;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string fit_text(std::string_view text, std::size_t most) {
  if (text.size() <= most && is_utf8(text)) return std::string(text);
  std::string fit;
  while (!text.empty()) {
    const std::size_t length = character(text);
    const std::string_view piece = length == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, length);
    if (fit.size() + piece.size() > most) break;
    fit += piece;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return fit;
}

}  // namespace troupe::wire
