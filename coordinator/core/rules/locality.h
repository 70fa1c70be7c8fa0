// Rule "locality": of the next few cells a worker gets the one that it rendered before, whose intermediate pictures are
// on its disk; those of others it leaves to them.
#pragma once

#include <cstddef>
#include <span>

namespace troupe::core::rules {

enum class Home { kNone, kHere, kElsewhere };

constexpr std::size_t kCellsCompared = 8;

// Which of the candidates, in their order; 0 for none better than the first. Needs at least one.
inline std::size_t nearest(std::span<const Home> homes) {
  std::size_t homeless = homes.size();
  for (std::size_t i = 0; i < homes.size(); ++i) {
    if (homes[i] == Home::kHere) return i;
    if (homes[i] == Home::kNone && homeless == homes.size()) homeless = i;
  }
  return homeless == homes.size() ? 0 : homeless;
}

}  // namespace troupe::core::rules
