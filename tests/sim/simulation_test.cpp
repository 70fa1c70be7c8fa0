#include "tests/sim/simulation.h"

#include <gtest/gtest.h>

namespace troupe::sim {
namespace {

TEST(Simulation, ManySeedsConverge) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Report report = simulate(draw_knobs(seed));
    EXPECT_TRUE(report.failures.empty()) << "simulate --seed " << seed << " --trace: " << report.failures.front();
  }
}

TEST(Simulation, TheSameSeedGivesTheSameTrace) {
  const Report first = simulate(draw_knobs(7));
  const Report second = simulate(draw_knobs(7));
  EXPECT_EQ(first.trace_digest, second.trace_digest);
  EXPECT_EQ(first.steps, second.steps);
  EXPECT_NE(first.trace_digest, simulate(draw_knobs(8)).trace_digest);
}

// The seeds that a planted bug needs to be found, or 0 when `most` were not enough.
std::uint64_t seeds_to_find(Bug bug, std::uint64_t most) {
  for (std::uint64_t seed = 1; seed <= most; ++seed) {
    Knobs knobs = draw_knobs(seed);
    knobs.bug = bug;
    if (!simulate(knobs).failures.empty()) return seed;
  }
  return 0;
}

TEST(Simulation, FindsAcksBeforeTheCommit) {
  EXPECT_NE(seeds_to_find(Bug::kAckBeforeCommit, 200), 0);
}
TEST(Simulation, FindsLeasesBeforeTheCommit) {
  EXPECT_NE(seeds_to_find(Bug::kLeaseBeforeCommit, 200), 0);
}
TEST(Simulation, FindsAMissingGenerationCheck) {
  EXPECT_NE(seeds_to_find(Bug::kNoGenerationCheck, 500), 0);
}
TEST(Simulation, FindsAnOutboxEmptiedEarly) {
  EXPECT_NE(seeds_to_find(Bug::kForgetEarly, 200), 0);
}
TEST(Simulation, FindsBlobsConfirmedBeforeTheirSync) {
  EXPECT_NE(seeds_to_find(Bug::kBlobBeforeSync, 1000), 0);
}

}  // namespace
}  // namespace troupe::sim
