// The protocol's versions. A new one is spoken only when both sides know it; Hello carries what the worker knows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace troupe::wire {

inline constexpr std::uint32_t kProtocolMin = 1;
// 2: the coordinator sets the interval of heartbeats as the farm grows, and says how long a step may take; workers say
// what they have loaded and what memory a job took.
inline constexpr std::uint32_t kProtocolMax = 2;
// What clients and the channel of artifacts write: theirs has not changed since.
inline constexpr std::uint32_t kProtocol = 1;

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
