// parity-check's own checks over the whole folder of goldens, and what they say of damaged ones.
#include "tools/parity-check/checks.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "tests/worker/diffusion/golden.h"
#include "tests/worker/diffusion/safetensors_builder.h"

namespace troupe::parity {
namespace {

using Verdict = Outcome::Verdict;

std::vector<Outcome> outcomes_of(const std::string& root) {
  at::set_num_threads(1);
  std::vector<Outcome> outcomes;
  const auto tally = check_folder(root, diffusion::Placement(), [&](const Outcome& o) { outcomes.push_back(o); });
  EXPECT_TRUE(tally.ok()) << tally.status().to_string();
  return outcomes;
}

TEST(ParityCheck, NothingDiffersFromTheReference) {
  TROUPE_NEEDS_GOLDENS();
  std::map<std::string, int> passed;  // by kind
  const std::string root = diffusion::parity_folder();
  for (const Outcome& outcome : outcomes_of(root)) {
    EXPECT_NE(outcome.verdict, Verdict::kFail) << outcome.line();
    const std::string file = outcome.name.substr(0, outcome.name.find('/'));
    if (outcome.verdict == Verdict::kOk) ++passed[Golden::read(root, file)->kind()];
  }
  for (const char* kind : {"tokenizer_clip", "rng", "clip_text", "clipseg", "unet", "vae", "schedulers",
                           "scheduler_tables", "sd_txt2img", "sd_img2img", "sd_inpaint4", "sd_inpaint9", "image_ops"}) {
    EXPECT_GT(passed[kind], 0) << kind;
  }
}

TEST(ParityCheck, DamagedGoldensFailWithTheReason) {
  const diffusion::TempFolder folder;
  diffusion::write_text(folder.file("goldens/a.json"), "{");
  diffusion::write_text(folder.file("goldens/b.json"), R"({"kind": "unet", "model": "none/unet"})");
  diffusion::write_text(folder.file("goldens/c.json"), R"({"kind": "clip_text", "model": "../../etc"})");
  diffusion::write_text(folder.file("goldens/d.json"), R"({"kind": "schedulers"})");
  diffusion::write_text(folder.file("goldens/e.json"), R"({"kind": "sd_txt2img", "model": "none"})");
  diffusion::write_text(folder.file("goldens/f.json"), R"({"kind": "tokenizer_clip", "rows": []})");
  diffusion::write_text(folder.file("goldens/g.json"), R"({"kind": "rng"})");
  diffusion::write_text(folder.file("goldens/h.json"), R"({"kind": "vae", "model": "none"})");
  diffusion::write_text(folder.file("goldens/j.json"), R"({"kind": "sd_inpaint4", "model": "none"})");
  diffusion::write_text(folder.file("goldens/k.json"), R"({"kind": "image_ops"})");
  diffusion::write_text(folder.file("goldens/i.safetensors"), "no such json: not a golden");
  const std::vector<Outcome> outcomes = outcomes_of(folder.path());
  EXPECT_EQ(outcomes.size(), 10u);
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.verdict, Verdict::kFail) << outcome.line();
    EXPECT_FALSE(outcome.reason.empty()) << outcome.line();
  }
}

TEST(ParityCheck, UnknownKindsAreUnsupported) {
  const diffusion::TempFolder folder;
  diffusion::write_text(folder.file("goldens/a.json"), R"({"kind": "sculpture"})");
  const std::vector<Outcome> outcomes = outcomes_of(folder.path());
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(outcomes[0].verdict, Verdict::kUnsupported);
}

TEST(ParityCheck, AFolderWithoutGoldensIsAnError) {
  const diffusion::TempFolder folder;
  const auto tally = check_folder(folder.path(), diffusion::Placement(), [](const Outcome&) {});
  EXPECT_EQ(tally.status().code(), Code::kNotFound);
}

TEST(Comparison, TellsEqualFromDifferent) {
  const at::Tensor ones = at::ones({4}), nearly = ones + 1e-4, holes = ones * NAN;
  const auto verdict = [&](const at::Tensor& actual, double tolerance) {
    Comparison comparison("case");
    comparison.close("x", actual, ones, tolerance);
    return comparison.outcome().verdict;
  };
  EXPECT_EQ(verdict(ones, kExact), Verdict::kOk);
  EXPECT_EQ(verdict(nearly, 1e-3), Verdict::kOk);
  EXPECT_EQ(verdict(nearly, 1e-5), Verdict::kFail);
  EXPECT_EQ(verdict(holes, 1), Verdict::kFail);
  EXPECT_EQ(verdict(at::ones({5}), 1), Verdict::kFail);
}

}  // namespace
}  // namespace troupe::parity
