// Texts with names in braces: "photo of {character}". "{{" and "}}" are the braces themselves. Inside this library
// only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"

namespace troupe::manifest {

struct TemplatePiece {
  bool is_name = false;
  std::string text;  // literal text, or the name without its braces
};

// kInvalid for a brace that is not closed or not opened, or a name that is not letters, digits, "_", "-" and ".".
Result<std::vector<TemplatePiece>> parse_template(std::string_view text);

// The text with each name replaced by what `value_of(name)` (a string or string_view) gives.
template <typename ValueOf>
std::string fill_template(const std::vector<TemplatePiece>& pieces, ValueOf value_of) {
  std::string filled;
  for (const TemplatePiece& piece : pieces) {
    if (piece.is_name) {
      filled += value_of(piece.text);
    } else {
      filled += piece.text;
    }
  }
  return filled;
}

}  // namespace troupe::manifest
