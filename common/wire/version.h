// The protocol's versions. A new one is spoken only when both sides know it; Hello carries what the worker knows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace troupe::wire {

inline constexpr std::uint32_t kProtocolMin = 1;
inline constexpr std::uint32_t kProtocolMax = 1;
inline constexpr std::uint32_t kProtocol = kProtocolMax;  // what this build writes

inline constexpr bool is_spoken(std::uint32_t version) {
  return version >= kProtocolMin && version <= kProtocolMax;
}

// The newest version that both this build and a peer that knows [min, max] speak; nullopt when there is none.
inline constexpr std::optional<std::uint32_t> negotiate(std::uint32_t min, std::uint32_t max) {
  const std::uint32_t low = std::max(min, kProtocolMin);
  const std::uint32_t high = std::min(max, kProtocolMax);
  if (low > high) return std::nullopt;
  return high;
}

}  // namespace troupe::wire
