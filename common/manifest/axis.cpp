#include "common/manifest/axis.h"

#include <algorithm>
#include <numeric>

#include "common/manifest/number.h"

namespace troupe::manifest {
Axis Axis::entries(std::string name, std::string group, std::vector<std::string> names) {
  std::vector<AxisValue> values;
  values.reserve(names.size());
  for (std::string& entry : names) values.push_back({entry, entry});
  Axis axis = parameter(std::move(name), std::move(values));
  axis.kind_ = AxisKind::kEntry;
  axis.group_ = std::move(group);
  return axis;
}

Axis Axis::seeds(Seeds seeds) {
  Axis axis;
  axis.kind_ = AxisKind::kSeed;
  axis.name_ = "seed";
  axis.seeds_ = std::move(seeds);
  return axis;
}

Axis Axis::parameter(std::string name, std::vector<AxisValue> values) {
  Axis axis;
  axis.kind_ = AxisKind::kParameter;
  axis.name_ = std::move(name);
  axis.values_ = std::move(values);
  axis.by_text_.resize(axis.values_.size());
  std::iota(axis.by_text_.begin(), axis.by_text_.end(), 0u);
  std::ranges::stable_sort(axis.by_text_, {},
                           [&](std::uint32_t digit) -> const std::string& { return axis.values_[digit].text; });
  return axis;
}

std::string Axis::text(Digit digit) const {
  return kind_ == AxisKind::kSeed ? std::to_string(seeds_.at(digit)) : values_[digit].text;
}

DigitSet Axis::find(std::string_view text) const {
  if (kind_ == AxisKind::kSeed) {
    const auto seed = parse_number<std::uint32_t>(text);
    return seed ? seeds_.find(*seed) : DigitSet{};
  }
  std::string wanted(text);
  if (kind_ == AxisKind::kParameter && !values_.empty() && values_.front().value.is_number()) {
    if (const auto number = parse_number<double>(text)) wanted = number_text(*number);
  }
  const auto found = std::ranges::equal_range(
      by_text_, wanted, {}, [&](std::uint32_t digit) -> const std::string& { return values_[digit].text; });
  return to_digit_set({found.begin(), found.end()});
}

Result<DigitSet> Axis::find_range(std::string_view low, std::string_view high) const {
  const std::string shown = "\"" + std::string(low) + ".." + std::string(high) + "\"";
  if (kind_ == AxisKind::kSeed) {
    const auto first = parse_number<std::uint32_t>(low);
    const auto last = parse_number<std::uint32_t>(high);
    if (!first || !last) {
      return Status(Code::kInvalid, shown + " is no range of seeds; write two whole numbers from 0 to 4294967295");
    }
    return seeds_.find_range(*first, *last);
  }
  if (values_.empty() || !values_.front().value.is_number()) {
    return Status(Code::kInvalid, shown + ": ranges are for numbers; join values of " + name_ + " with |");
  }
  const auto first = parse_number<double>(low);
  const auto last = parse_number<double>(high);
  if (!first || !last) return Status(Code::kInvalid, shown + " is no range of numbers");
  std::vector<Digit> digits;
  for (Digit digit = 0; digit < values_.size(); ++digit) {
    const double value = values_[digit].value.get<double>();
    if (value >= *first && value <= *last) digits.push_back(digit);
  }
  return to_digit_set(std::move(digits));
}

std::string Axis::describe() const {
  constexpr Digit kMost = 12;
  std::string described;
  for (Digit digit = 0; digit < std::min<Digit>(size(), kMost); ++digit) described += (digit ? ", " : "") + text(digit);
  if (size() > kMost) described += ", ... (" + std::to_string(size()) + " values)";
  return described;
}

}  // namespace troupe::manifest
