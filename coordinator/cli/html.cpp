#include "coordinator/cli/html.h"

#include <cstdint>

#include "common/picture/utf8.h"

namespace troupe::cli {

std::string escape_html(std::string_view text) {
  std::string out;
  std::string clean;
  while (!text.empty()) picture::append_utf8(clean, picture::take_code_point(text));
  for (const char c : clean) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\n': out += ' '; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
    }
  }
  return out;
}

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t three = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      three = three << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    }
    for (std::size_t digit = 0; digit < 4; ++digit) {
      out += at + digit > bytes.size() ? '=' : kDigits[three >> (18 - 6 * digit) & 63];
    }
  }
  return out;
}

}  // namespace troupe::cli
