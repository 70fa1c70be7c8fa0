// Numbers and texts, independent of the locale.
#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace troupe::manifest {

// The whole of `text` as a decimal number; nothing for infinities and for what is no number.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stopped != text.data() + text.size()) return std::nullopt;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(number)) return std::nullopt;
    return number == 0 ? Number{0} : number;  // -0 and 0 are one value
  }
  return number;
}

// A number as addresses spell it: the shortest text that reads back equal, whole numbers without a point.
std::string number_text(double number);

}  // namespace troupe::manifest
