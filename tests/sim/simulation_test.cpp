#include "tests/sim/simulation.h"

#include <gtest/gtest.h>

#include "tests/sim/planted_bugs.h"

namespace troupe::sim {
namespace {

std::string trace_of(std::uint64_t seed) {
  std::string trace;
  simulate(draw_knobs(seed), [&](std::string_view line) { trace.append(line).append("\n"); });
  return trace;
}

TEST(Simulation, ManySeedsConverge) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Report report = simulate(draw_knobs(seed));
    EXPECT_TRUE(report.failures.empty()) << "simulate --seed " << seed << " --trace: " << report.failures.front();
  }
}

TEST(Simulation, TheSameSeedGivesTheSameTraceByteForByte) {
  const std::string first = trace_of(7);
  EXPECT_GT(first.size(), 10'000u);
  EXPECT_EQ(first, trace_of(7));
  EXPECT_NE(first, trace_of(8));
  EXPECT_EQ(simulate(draw_knobs(7)).trace_digest, simulate(draw_knobs(7), [](std::string_view) {}).trace_digest);
}

// The seeds that a planted bug needs to be found, or 0 when `most` were not enough.
std::uint64_t seeds_to_find(Bug bug, std::uint64_t most) {
  const PlantedBug plant(bug);
  for (std::uint64_t seed = 1; seed <= most; ++seed) {
    if (!simulate(draw_knobs(seed)).failures.empty()) return seed;
  }
  return 0;
}

void expect_found(Bug bug, std::uint64_t most) {
  const std::uint64_t seeds = seeds_to_find(bug, most);
  EXPECT_NE(seeds, 0u) << "not found within " << most << " seeds";
  ::testing::Test::RecordProperty("seeds", static_cast<int>(seeds));
  std::printf("found by seed %llu\n", static_cast<unsigned long long>(seeds));
}

TEST(PlantedBugs, AcksBeforeTheCommitAreFound) {
  expect_found(Bug::kAckBeforeCommit, 20);
}
TEST(PlantedBugs, LeasesBeforeTheCommitAreFound) {
  expect_found(Bug::kLeaseBeforeCommit, 20);
}
TEST(PlantedBugs, AMissingGenerationCheckIsFound) {
  expect_found(Bug::kNoGenerationCheck, 100);
}
TEST(PlantedBugs, AnOutboxEmptiedEarlyIsFound) {
  expect_found(Bug::kForgetEarly, 20);
}
TEST(PlantedBugs, BlobsConfirmedBeforeTheirSyncAreFound) {
  expect_found(Bug::kBlobBeforeSync, 100);
}

}  // namespace
}  // namespace troupe::sim
