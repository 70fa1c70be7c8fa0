// What a bad line or a bad peer makes of a message.
#pragma once

#include <string>

#include "common/base/random.h"

namespace troupe::testing {

// Some bytes changed, removed, inserted or repeated.
inline std::string mutate(std::string bytes, Random& random) {
  for (std::uint64_t changes = 1 + random.below(4); changes > 0 && !bytes.empty(); --changes) {
    const std::size_t at = random.below(bytes.size());
    switch (random.below(4)) {
      case 0: bytes[at] = static_cast<char>(random.next()); break;
      case 1: bytes.erase(at, 1 + random.below(8)); break;
      case 2: bytes.insert(at, 1 + random.below(8), static_cast<char>(random.next())); break;
      default: bytes += bytes.substr(at, 1 + random.below(64)); break;
    }
  }
  return bytes;
}

}  // namespace troupe::testing
