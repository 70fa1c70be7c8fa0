#include "tests/sim/scenario.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/sim/simulation.h"

namespace troupe::sim {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(TROUPE_SOURCE_DIR) / "tests/sim/scenarios";

// A few seeds of each, or as many as TROUPE_SIM_SEEDS says: the long run of CI.
std::uint64_t seeds_of_each() {
  const char* said = std::getenv("TROUPE_SIM_SEEDS");
  return said ? std::strtoull(said, nullptr, 10) : 3;
}

std::set<std::filesystem::path> files() {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) files.insert(entry.path());
  return files;
}

class EachScenario : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(EachScenario, Converges) {
  const auto scenario = read_scenario(GetParam().string());
  ASSERT_TRUE(scenario.ok()) << scenario.status().to_string();
  for (std::uint64_t seed = 1; seed <= seeds_of_each(); ++seed) {
    const Report report = simulate(draw_knobs(seed, scenario->ranges));
    EXPECT_TRUE(report.failures.empty()) << "simulate --scenario " << GetParam().string() << " --seed " << seed
                                         << " --trace: " << report.failures.front();
    EXPECT_GT(report.commits, 0u) << "seed " << seed << " had nothing to do";
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EachScenario, ::testing::ValuesIn(files()),
                         [](const auto& tested) { return tested.param.stem().string(); });

TEST(Scenarios, AreTenAtLeastAndSayWhatTheyAreAbout) {
  EXPECT_GE(files().size(), 10u);
  for (const auto& path : files()) {
    std::ifstream file(path);
    EXPECT_EQ(file.get(), '#') << path;
  }
}

TEST(Scenarios, AFullDiskOfTheCoordinatorIsInTheEventLog) {
  const auto scenario = read_scenario((kFolder / "full_disks.yaml").string());
  ASSERT_TRUE(scenario.ok()) << scenario.status().to_string();
  std::uint64_t told = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) told += simulate(draw_knobs(seed, scenario->ranges)).full_disks;
  EXPECT_GT(told, 0u);
  ::testing::Test::RecordProperty("told", static_cast<int>(told));
}

TEST(Scenarios, NarrowKnobsAndLeaveOthersAlone) {
  const auto scenario =
      parse_scenario("workload: {workers: [7, 9], job: 2}\nweights: {cut: 4}\nother_weights: 0\n", "x");
  ASSERT_TRUE(scenario.ok()) << scenario.status().to_string();
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Knobs knobs = draw_knobs(seed, scenario->ranges);
    EXPECT_GE(knobs.workers, 7u);
    EXPECT_LE(knobs.workers, 9u);
    EXPECT_EQ(knobs.job, Millis(2000));
    EXPECT_EQ(knobs.weights[static_cast<std::size_t>(Trouble::kCut)], 4u);
    EXPECT_EQ(knobs.weights[static_cast<std::size_t>(Trouble::kVerb)], 0u);
    EXPECT_EQ(knobs.loss, draw_knobs(seed).loss);
    EXPECT_EQ(knobs.farm.heartbeat, draw_knobs(seed).farm.heartbeat);
  }
}

void expect_error(const std::string& text, const std::string& place, const std::string& what) {
  const auto scenario = parse_scenario(text, "bad.yaml");
  ASSERT_FALSE(scenario.ok()) << text;
  const std::string message = scenario.status().to_string();
  EXPECT_NE(message.find("bad.yaml:" + place), std::string::npos) << message;
  EXPECT_NE(message.find(what), std::string::npos) << message;
}

TEST(Scenarios, SayWhereTheyAreWrong) {
  expect_error("workload: {wrokers: 3}", "1:12", "workers");
  expect_error("faults: {loss: 0.1}\nfarms: {heartbeat: 1}", "2:1", "farm");
  expect_error("faults: {loss: 1.5}", "1:16", "loss");
  expect_error("faults: {delay: [2, 1]}", "1:17", "ends before it begins");
  expect_error("workload: {workers: many}", "1:21", "workers");
  expect_error("workload: 3", "1:11", "map");
}

}  // namespace
}  // namespace troupe::sim
