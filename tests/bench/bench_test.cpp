// Every figure's code runs, scaled down: what it measures is there and makes sense. Nothing is said about times.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/process.h"

namespace troupe::bench {
namespace {

using nlohmann::json;

constexpr double kSeconds = 0.3;  // of each timed phase

// Sanitizers make everything slower: TROUPE_PATIENCE says by how much.
std::string phase_seconds() {
  const char* patience = std::getenv("TROUPE_PATIENCE");
  return std::to_string(kSeconds * (patience ? std::max(1, std::atoi(patience)) : 1));
}

json figures() {
  static const json report = [] {
    const testing::Ran ran =
        testing::run({{TROUPE_BIN_DIR "/troupe-bench", "--all", "--small", "--seconds", phase_seconds()}, {}});
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    return json::parse(ran.out, nullptr, false);
  }();
  EXPECT_FALSE(report.is_discarded());
  EXPECT_EQ(report.value("schema", 0), 1);
  EXPECT_GT(report["machine"].value("cores", 0), 0);
  return report.value("figures", json::object());
}

double number(const json& figure, const std::string& key) {
  EXPECT_TRUE(figure.contains(key) && figure[key].is_number()) << key << " of " << figure;
  return figure.value(key, -1.0);
}

TEST(Bench, EveryFigureSaysWhatWasWantedAndWhetherItWasMet) {
  const json all = figures();
  EXPECT_EQ(all.size(), 10u) << all;
  for (const auto& [name, figure] : all.items()) {
    EXPECT_FALSE(figure.contains("error")) << name << ": " << figure;
    for (const char* key : {"value", "unit", "goal", "met"}) EXPECT_TRUE(figure.contains(key)) << name << ": " << key;
  }
}

TEST(Bench, CompletionsStandBesideTheirFloors) {
  for (const char* name : {"completions_plain", "completions_curve"}) {
    const json figure = figures()[name];
    EXPECT_GT(number(figure, "value"), 0) << name;
    for (const char* floor : {"broker_floor", "fsync_floor", "sqlite_rows_floor"}) {
      EXPECT_GT(number(figure, floor), 0) << name << ": " << floor;
    }
    EXPECT_LT(number(figure, "of_floor"), 1) << name;
  }
}

TEST(Bench, OneJobTakesAtLeastItsSyncs) {
  const json figure = figures()["latency"];
  EXPECT_GT(number(figure, "jobs"), 10);
  EXPECT_GT(number(figure, "floor_p50_ms"), 0);
  EXPECT_GE(number(figure, "p99_ms"), number(figure, "value"));
}

TEST(Bench, TheCrowdWorksAndNobodyIsLost) {
  const json crowd = figures()["workers_10k"];
  EXPECT_GT(number(crowd, "value"), 0);
  EXPECT_GT(number(crowd, "coordinator_mb"), 1);
  EXPECT_EQ(number(crowd, "judged_late"), 0);
  EXPECT_EQ(number(crowd, "refused"), 0);
  const json back = figures()["reconnect_10k"];
  EXPECT_GT(number(back, "value"), 0);
  EXPECT_EQ(number(back, "declared_lost"), 0);
  EXPECT_GT(number(back, "handshake_floor_seconds"), 0);
}

TEST(Bench, WhatIsKeptIsCounted) {
  EXPECT_LT(number(figures()["submit_10m"], "growth_mb"), 10);
  EXPECT_GT(number(figures()["restart_1m"], "finished_jobs"), 0);
  EXPECT_GT(number(figures()["restart_1m"], "value"), 0);
  EXPECT_GT(number(figures()["pass_p99"], "steps"), 0);
  EXPECT_EQ(figures()["million_jobs"]["resident_mb"].size(), 5u);
  EXPECT_GT(number(figures()["cost_10m_over_10k"], "value"), 0);
}

}  // namespace
}  // namespace troupe::bench
