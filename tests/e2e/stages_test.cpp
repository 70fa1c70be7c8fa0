// Chains of several stages through the whole farm: what is rendered, and what is used again.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/farm.h"

namespace troupe::testing {
namespace {

using nlohmann::json;

std::string manifest(int factor) {
  return "troupe: 1\nname: spring\npack: pocket\nprompt: \"photo\"\n"
         "sweep: {axes: {seed: {from: 1, count: 3}}}\n"
         "chain:\n"
         "  - generate: {size: [64, 64], steps: 4}\n"
         "  - upscale: {factor: " +
         std::to_string(factor) +
         "}\n"
         "keep: [generate]\n"
         "output: {path: \"{seed}.png\"}\n";
}

TEST(Stages, AResubmitWithAnotherUpscaleFactorRunsNoGenerateStage) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  const Ran first = farm.troupe({"submit", farm.files().write("spring.yaml", manifest(2)), "--wait"});
  ASSERT_EQ(first.code, 0) << first.out << first.err;
  const json before = farm.ask({"server", "info"}).at("stages");
  EXPECT_EQ(before.at("generate").at("runs"), 3);
  EXPECT_EQ(before.at("generate").at("reused"), 0);

  const Ran second = farm.troupe({"submit", farm.files().write("spring.yaml", manifest(3)), "--wait"});
  ASSERT_EQ(second.code, 0) << second.out << second.err;
  const json after = farm.ask({"server", "info"}).at("stages");
  EXPECT_EQ(after.at("generate").at("runs"), 3);
  EXPECT_EQ(after.at("generate").at("reused"), 3);
  EXPECT_EQ(after.at("upscale").at("runs"), 6);

  const json job = farm.ask({"job", "info", "spring", "seed=2"});
  for (const json& timing : job.at("timings")) {
    EXPECT_EQ(timing.at("reused"), timing.at("stage") == "generate") << timing.dump();
  }
  ASSERT_EQ(job.at("artifacts").size(), 2u);
  EXPECT_EQ(job.at("artifacts").at(1).at("name"), "generate");
}

}  // namespace
}  // namespace troupe::testing
