#include "coordinator/core/revisions.h"

#include <algorithm>
#include <charconv>

namespace troupe::core {
namespace {

constexpr char kKind[] = "revision";

FactStored fact(const std::string& name, std::uint32_t revision) {
  return {kKind, name, std::to_string(revision)};
}

FactStored forgotten(const std::string& name) {
  return {kKind, name, ""};
}

}  // namespace

std::uint32_t Revisions::next(const std::string& name, std::uint32_t newest) const {
  const auto known = highest_.find(name);
  return std::max(newest, known == highest_.end() ? floor_ : known->second) + 1;
}

std::vector<FactStored> Revisions::given(const std::string& name) {
  if (highest_.erase(name) == 0) return {};
  return {forgotten(name)};
}

std::vector<FactStored> Revisions::gone(const std::string& name, std::uint32_t revision, std::size_t most) {
  std::uint32_t& highest = highest_[name];
  if (revision <= highest) return {};
  highest = revision;
  std::vector<FactStored> facts = {fact(name, revision)};
  if (highest_.size() <= most) return facts;
  const auto lowest = std::ranges::min_element(highest_, {}, [](const auto& entry) { return entry.second; });
  floor_ = std::max(floor_, lowest->second);
  facts.push_back(forgotten(lowest->first));
  facts.push_back(fact("", floor_));
  highest_.erase(lowest);
  return facts;
}

void Revisions::spare(const std::string& name, std::uint32_t revision) {
  std::uint32_t& highest = highest_[name];
  highest = std::max(highest, revision);
}

void Revisions::restore(const std::map<std::pair<std::string, std::string>, std::string>& facts) {
  for (auto at = facts.lower_bound({kKind, ""}); at != facts.end() && at->first.first == kKind; ++at) {
    const auto& [key, text] = *at;
    std::uint32_t number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) continue;
    if (key.second.empty()) {
      floor_ = std::max(floor_, number);
    } else {
      spare(key.second, number);
    }
  }
}

}  // namespace troupe::core
