// Rules "tags" and "pool": a campaign runs only on workers that have all its tags, and are of its pool where it names
// one.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace troupe::core::rules {

inline bool has_tags(const std::vector<std::string>& own, const std::vector<std::string>& required) {
  return std::ranges::all_of(required,
                             [&](const std::string& tag) { return std::ranges::find(own, tag) != own.end(); });
}

inline bool in_pool(const std::string& own, const std::string& required) {
  return required.empty() || own == required;
}

}  // namespace troupe::core::rules
