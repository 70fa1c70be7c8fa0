#include "tests/sim/world.h"

#include <cstring>
#include <utility>

namespace troupe::sim {
namespace {

constexpr std::size_t kMostFailures = 20;
constexpr Millis kHealedDelay{50};

// Mixes a number into a digest of the trace.
std::uint64_t mixed(std::uint64_t digest, std::uint64_t number) {
  digest = (digest ^ number) * 0x9e3779b97f4a7c15;
  return digest ^ (digest >> 29);
}

std::uint64_t mixed(std::uint64_t digest, std::string_view text) {
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    digest = mixed(digest, word);
  }
  std::uint64_t rest = text.size() + 1;
  std::memcpy(reinterpret_cast<char*>(&rest) + 1, text.data(), std::min<std::size_t>(text.size(), 7));
  return mixed(digest, rest);
}

}  // namespace

void World::fail(const std::string& what) {
  if (failures.size() < kMostFailures) {
    failures.push_back("at " + std::to_string(timeline.now().since_start.count()) + " ms: " + what);
  }
}

void World::trace(std::string_view what, std::initializer_list<std::uint64_t> numbers) {
  const auto now = static_cast<std::uint64_t>(timeline.now().since_start.count());
  trace_digest = mixed(mixed(trace_digest, now), what);
  for (const std::uint64_t number : numbers) trace_digest = mixed(trace_digest, number);
  if (!listener) return;
  std::string line = std::to_string(now) + " " + std::string(what);
  for (const std::uint64_t number : numbers) line += " " + std::to_string(number);
  listener(line);
}

Millis Wire::delay() {
  return world_.between(Millis(1), world_.healing ? kHealedDelay : world_.knobs.delay);
}

void Wire::carry(bool up, Timeline::Task deliver) {
  const bool cut = up ? up_cut_ : down_cut_;
  const bool twice = world_.unlucky(world_.knobs.duplication);
  const bool first = !cut && !world_.unlucky(world_.knobs.loss);
  const bool second = twice && !cut && !world_.unlucky(world_.knobs.loss);
  if (second) world_.timeline.after(delay(), deliver);
  if (first) world_.timeline.after(delay(), std::move(deliver));
}

}  // namespace troupe::sim
