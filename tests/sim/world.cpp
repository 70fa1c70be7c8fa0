#include "tests/sim/world.h"

#include <cstdio>

namespace troupe::sim {

void World::fail(const std::string& what) {
  if (failures.size() < 20)
    failures.push_back("at " + std::to_string(timeline.now().since_start.count()) + " ms: " + what);
}

void World::trace(std::string_view what, std::initializer_list<std::uint64_t> numbers) {
  std::uint64_t line = static_cast<std::uint64_t>(timeline.now().since_start.count());
  for (const char c : what) line = mix64(line ^ static_cast<unsigned char>(c));
  for (const std::uint64_t number : numbers) line = mix64(line ^ number);
  trace_digest = mix64(trace_digest ^ line);
  if (!verbose) return;
  std::printf("%10lld %.*s", static_cast<long long>(timeline.now().since_start.count()), static_cast<int>(what.size()),
              what.data());
  for (const std::uint64_t number : numbers) std::printf(" %llu", static_cast<unsigned long long>(number));
  std::printf("\n");
}

Millis Wire::delay() {
  return world_.between(world_.knobs.least_delay, world_.healing ? Millis(50) : world_.knobs.most_delay);
}

void Wire::carry(bool up, const std::function<void()>& deliver) {
  const int copies = world_.unlucky(world_.knobs.duplication) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    if ((up ? up_cut_ : down_cut_) || world_.unlucky(world_.knobs.loss)) continue;
    world_.timeline.after(delay(), deliver);
  }
}

}  // namespace troupe::sim
