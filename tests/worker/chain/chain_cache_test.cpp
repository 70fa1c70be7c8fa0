// What a chain runs, and what it takes from former runs.
#include <gtest/gtest.h>

#include <filesystem>

#include "common/picture/png.h"
#include "tests/support/environment.h"
#include "tests/support/jobs.h"
#include "tests/support/temp_folder.h"
#include "tests/worker/chain/counting_stages.h"
#include "worker/chain/chain_run.h"

namespace troupe::chain {
namespace {

using testing::CountingStages;
using troupe::testing::make_job;
using troupe::testing::ScopedEnvironment;
using troupe::testing::TempFolder;

// generate, segment, upscale.
ChainJob long_job(std::uint32_t seed = 7, int factor = 2) {
  ChainJob job = make_job(1, seed);
  job.job.stages.push_back({"segment", "segment", {{"find", "a cup"}, {"as", "cup"}}});
  job.job.stages.push_back({"upscale", "upscale", {{"factor", factor}}});
  return job;
}

struct Bench {
  TempFolder folder;
  CountingStages stages;
  Packs packs;
  std::unique_ptr<StageCache> cache = std::move(StageCache::open(folder.path() + "/stages", 64u << 20)).value();

  Rendered run(const ChainJob& job, const JobFiles& files = {}) {
    stages.runs.clear();
    auto result = run_job(job, files, {stages, packs, "fake/1", nullptr, cache.get()},
                          [](const std::string&, std::uint32_t, std::uint32_t) { return true; });
    if (const auto* failure = std::get_if<Failure>(&result)) {
      ADD_FAILURE() << failure->reason;
      return {};
    }
    return std::move(std::get<Rendered>(result));
  }
};

bool reused(const Rendered& rendered, const std::string& stage) {
  const auto& timings = rendered.result.timings;
  const auto found = std::ranges::find(timings, stage, &StageTiming::stage);
  if (found == timings.end()) ADD_FAILURE() << "no timing of " << stage;
  return found != timings.end() && found->reused;
}

TEST(StageReuse, ASecondRunOfTheSameJobRunsNothingAndGivesTheSameBytes) {
  Bench bench;
  const Rendered fresh = bench.run(long_job());
  EXPECT_EQ(bench.stages.runs, (std::map<std::string, int>{{"generate", 1}, {"segment", 1}, {"upscale", 1}}));
  EXPECT_FALSE(reused(fresh, "generate"));
  const Rendered again = bench.run(long_job());
  for (const auto& [stage, runs] : bench.stages.runs) EXPECT_EQ(runs, 0) << stage;
  EXPECT_TRUE(reused(again, "generate"));
  EXPECT_TRUE(reused(again, "upscale"));
  EXPECT_FALSE(reused(again, kEncodeTiming));
  EXPECT_EQ(again.files, fresh.files);
  EXPECT_EQ(again.result.pixel_digest, fresh.result.pixel_digest);
  EXPECT_EQ(again.result.metadata_json, fresh.result.metadata_json);
}

TEST(StageReuse, AnotherUpscaleFactorRunsNoGenerateStage) {
  Bench bench;
  bench.run(long_job(7, 2));
  const Rendered larger = bench.run(long_job(7, 3));
  EXPECT_EQ(bench.stages.runs, (std::map<std::string, int>{{"generate", 0}, {"segment", 0}, {"upscale", 1}}));
  EXPECT_TRUE(reused(larger, "generate"));
  EXPECT_TRUE(reused(larger, "segment"));
  EXPECT_FALSE(reused(larger, "upscale"));
  Bench other;
  EXPECT_EQ(larger.files, other.run(long_job(7, 3)).files);
}

TEST(StageReuse, WhateverDecidesAStageIsInItsKey) {
  Bench bench;
  bench.run(long_job());
  const auto generates = [&](const ChainJob& job) {
    bench.run(job);
    return bench.stages.runs["generate"];
  };
  EXPECT_EQ(generates(long_job()), 0);
  EXPECT_EQ(generates(long_job(8)), 1);
  ChainJob prompt = long_job();
  prompt.job.stages[0].parameters["prompt"] = "photo of leo";
  EXPECT_EQ(generates(prompt), 1);
  bench.stages.more_inputs.numerics_version = 2;
  EXPECT_EQ(generates(long_job()), 1);
  bench.stages.more_inputs.numerics_class = "n1 bf16";
  EXPECT_EQ(generates(long_job()), 1);
  bench.stages.more_inputs.files = {{"unet", sha256("other weights")}};
  EXPECT_EQ(generates(long_job()), 1);
  EXPECT_EQ(generates(long_job()), 0);
}

TEST(StageReuse, ANewPictureIsNewWhenItIsAskedFor) {
  Bench bench;
  bench.run(long_job());
  JobFiles fresh;
  fresh.reuse = false;
  EXPECT_FALSE(reused(bench.run(long_job(), fresh), "generate"));
  EXPECT_EQ(bench.stages.runs["generate"], 1);
}

TEST(StageReuse, ABrokenEntryIsRenderedAnew) {
  Bench bench;
  const Rendered fresh = bench.run(long_job());
  for (const auto& entry : std::filesystem::directory_iterator(bench.folder.path() + "/stages")) {
    std::filesystem::resize_file(entry.path(), entry.file_size() - 1);
  }
  EXPECT_EQ(bench.run(long_job()).files, fresh.files);
  EXPECT_EQ(bench.stages.runs["generate"], 1);
}

TEST(StageReuse, AFolderThatIsGoneFailsNoJob) {
  Bench bench;
  std::filesystem::remove_all(bench.folder.path() + "/stages");
  EXPECT_EQ(bench.run(long_job()).result.outcome, Outcome::kDone);
}

TEST(StageReuse, FurtherSeedsHaveOutputsOfTheirOwn) {
  Bench bench;
  const ScopedEnvironment blank("TROUPE_FAKE_BLANK", "*");
  ChainJob job = long_job();
  job.gates.blank = true;
  job.reseed = 2;
  EXPECT_EQ(bench.run(job).result.outcome, Outcome::kRejected);
  EXPECT_EQ(bench.stages.runs["generate"], 3);
  const Rendered again = bench.run(job);
  EXPECT_EQ(bench.stages.runs["generate"], 0);
  EXPECT_EQ(again.result.effective_seed, derive_seed(7, 2));
  EXPECT_TRUE(reused(again, "generate"));
}

TEST(StageReuse, WhatIsKeptOfAnEarlierStageMustBeThereToo) {
  Bench bench;
  ChainJob job = long_job();
  bench.run(job);
  job.keep = {"generate", "masks"};
  const Rendered kept = bench.run(job);
  EXPECT_EQ(bench.stages.runs["generate"], 0);
  ASSERT_EQ(kept.result.artifacts.size(), 3u);
  EXPECT_EQ(kept.result.artifacts[1].name, "generate");
  EXPECT_EQ(kept.result.artifacts[2].name, "mask-cup");

  // The output of generate alone is gone: the chain begins before it.
  Bench other;
  const Rendered fresh = other.run(job);
  EXPECT_EQ(kept.files, fresh.files);
  std::filesystem::path oldest;
  for (const auto& entry : std::filesystem::directory_iterator(other.folder.path() + "/stages")) {
    const auto frame = other.cache->get(*Digest::from_hex(entry.path().filename().string()));
    if (frame && frame->masks.empty()) oldest = entry.path();
  }
  ASSERT_FALSE(oldest.empty());
  std::filesystem::remove(oldest);
  EXPECT_EQ(other.run(job).files, fresh.files);
  EXPECT_EQ(other.stages.runs["generate"], 1);
}

TEST(Seeds, TheFirstStageThatDrawsTakesTheSeedLaterOnesTheirOwn) {
  Bench bench;
  ChainJob job = make_job(1, 7);
  job.job.stages.push_back({"segment", "segment", {{"find", "a cup"}}});
  job.job.stages.push_back({"generate", "generate2", {{"size", {32, 24}}}});
  const Rendered done = bench.run(job);
  const auto png = picture::decode_png(done.files.at(0));
  ASSERT_TRUE(png.ok());
  const auto troupe = nlohmann::json::parse(*picture::find_text(png->text, kTroupeKey));
  EXPECT_EQ(troupe.at("chain").at(0).at("seed"), 7);
  EXPECT_FALSE(troupe.at("chain").at(1).contains("seed"));
  EXPECT_EQ(troupe.at("chain").at(2).at("seed"), derive_seed(7, 2));
  EXPECT_EQ(done.result.effective_seed, 7u);
}

}  // namespace
}  // namespace troupe::chain
