#include "worker/chain/chain_run.h"

#include <gtest/gtest.h>

#include "common/picture/infotext.h"
#include "common/picture/png.h"
#include "tests/support/environment.h"
#include "tests/support/fake_engine/fake_stages.h"
#include "tests/support/jobs.h"
#include "worker/chain/finish.h"

namespace troupe::chain {
namespace {

using testing::make_job;
using testing::ScopedEnvironment;

bool go_on(const std::string&, std::uint32_t, std::uint32_t) {
  return true;
}

std::variant<Rendered, Failure> run(const ChainJob& job, const StepSink& step = go_on) {
  const auto stages = testing::make_fake_stages();
  Packs packs;
  return run_job(job, {}, {*stages, packs, "fake/1"}, step);
}

Rendered rendered(const ChainJob& job) {
  auto result = run(job);
  if (const auto* failure = std::get_if<Failure>(&result)) ADD_FAILURE() << failure->reason;
  return std::move(std::get<Rendered>(result));
}

Failure failure(const ChainJob& job) {
  return std::get<Failure>(run(job));
}

TEST(RunJob, MakesAPictureThatSaysWhatItIs) {
  const Rendered done = rendered(make_job(3, 7));
  EXPECT_EQ(done.result.outcome, Outcome::kDone);
  EXPECT_EQ(done.result.effective_seed, 7u);
  EXPECT_EQ(done.result.numerics_class, "fake/1");
  ASSERT_EQ(done.result.artifacts.size(), 1u);
  EXPECT_EQ(done.result.artifacts[0].name, "image");
  EXPECT_EQ(done.result.artifacts[0].digest, sha256(done.files.at(0)));
  EXPECT_EQ(done.result.artifacts[0].bytes, done.files[0].size());

  const auto png = picture::decode_png(done.files[0]);
  ASSERT_TRUE(png.ok()) << png.status().to_string();
  EXPECT_EQ(png->picture.width, 32);
  EXPECT_EQ(png->picture.height, 24);
  EXPECT_EQ(picture::pixel_digest(png->picture), done.result.pixel_digest);

  const auto info = picture::parse_infotext(*picture::find_text(png->text, picture::kParametersKey));
  EXPECT_EQ(info.prompt, "photo of mia");
  EXPECT_EQ(info.negative, "blurry");
  EXPECT_EQ(*info.find("Seed"), "7");
  EXPECT_EQ(*info.find("Size"), "32x24");
  EXPECT_EQ(*info.find("Version"), "Troupe");

  const auto troupe = nlohmann::json::parse(*picture::find_text(png->text, kTroupeKey));
  EXPECT_EQ(troupe.at("address"), "character=mia,seed=7");
  EXPECT_EQ(troupe.at("campaign"), "spring-drop");
  EXPECT_EQ(troupe.at("consents").at(0), "release-2026-114");
  const std::string xmp = *picture::find_text(png->text, picture::kXmpKey);
  EXPECT_NE(xmp.find("trainedAlgorithmicMedia"), std::string::npos);
  EXPECT_NE(xmp.find("release-2026-114"), std::string::npos);
}

TEST(RunJob, WritesTheWholeChainIntoThePicture) {
  ChainJob job = make_job(3, 7);
  job.job.stages.push_back({"segment", "segment", {{"find", "a cup"}, {"as", "cup"}}});
  job.job.stages.push_back({"upscale", "upscale", {{"factor", 2}}});
  job.job.entries[0].reference = manifest::Reference{"refs/mia.png", sha256("mia")};
  job.keep = {"generate", kKeepMasks};
  const Rendered done = rendered(job);
  ASSERT_EQ(done.files.size(), 3u);
  EXPECT_EQ(done.result.artifacts[0].name, "image");
  EXPECT_EQ(done.result.artifacts[1].name, "generate");
  EXPECT_EQ(done.result.artifacts[2].name, "mask-cup");
  const auto troupe = [&](std::size_t file) {
    return nlohmann::json::parse(*picture::find_text(*picture::read_png_text(done.files[file]), kTroupeKey));
  };
  const auto image = troupe(0);
  EXPECT_EQ(image.at("schema"), kTroupeSchema);
  ASSERT_EQ(image.at("chain").size(), 3u);
  EXPECT_EQ(image.at("chain")[0].at("kind"), "generate");
  EXPECT_EQ(image.at("chain")[0].at("parameters"), job.job.stages[0].parameters);
  EXPECT_EQ(image.at("chain")[0].at("seed"), 7);
  EXPECT_EQ(image.at("chain")[2].at("parameters").at("factor"), 2);
  const std::string model = image.at("chain")[0].at("models").at(0);
  EXPECT_EQ(image.at("models").at(model).get<std::string>().size(), 64u);
  EXPECT_EQ(image.at("references").at("mia"), sha256("mia").hex());
  EXPECT_TRUE(image.at("scores").contains("sharpness"));
  EXPECT_EQ(image.at("results").at("segment").at("result"), "found");
  EXPECT_EQ(troupe(1).at("chain").size(), 1u);  // what the kept picture shows
  EXPECT_EQ(picture::decode_png(done.files[0])->picture.width, 64);
  EXPECT_EQ(picture::decode_png(done.files[1])->picture.width, 32);
  EXPECT_EQ(picture::decode_png(done.files[2])->picture.channels, 1);
}

TEST(RunJob, AStageThatWantsAnotherSeedGetsIt) {
  // Asks for another seed until it gets the one that it likes.
  class Picky final : public Stage {
   public:
    Result<StageInputs> inputs(const StageContext&) const override {
      StageInputs inputs;
      inputs.seeded = true;
      return inputs;
    }
    Status run(StageContext& context, Frame& frame) override {
      frame.image = picture::make_picture({8, 8}, 3, 0);
      if (context.stage_seed != derive_seed(7, 1)) frame.refused = "nothing was found";
      return {};
    }
  };
  class PickyMaker final : public StageMaker {
   public:
    std::vector<std::string> kinds() const override { return {"generate"}; }
    Result<std::unique_ptr<Stage>> make(const manifest::StageJob&) override {
      return std::unique_ptr<Stage>(std::make_unique<Picky>());
    }
  } maker;
  Packs packs;
  ChainJob job = make_job(1, 7);
  const auto run_it = [&] { return std::get<Rendered>(run_job(job, {}, {maker, packs, "fake/1"}, go_on)).result; };
  const JobResult refused = run_it();
  EXPECT_EQ(refused.outcome, Outcome::kRejected);
  EXPECT_EQ(refused.reason, "nothing was found");
  job.reseed = 3;
  const JobResult done = run_it();
  EXPECT_EQ(done.outcome, Outcome::kDone);
  EXPECT_EQ(done.effective_seed, derive_seed(7, 1));
  const auto tries = nlohmann::json::parse(done.metadata_json).at("tries");
  ASSERT_EQ(tries.size(), 2u);
  EXPECT_EQ(tries[0].at("refused"), "nothing was found");
}

TEST(RunJob, RefusesAChainThatCannotBe) {
  ChainJob nobody = make_job();
  nobody.job.stages.push_back({"segment", "segment", {{"find", "a cup"}, {"as", "cup"}, {"subtract", "hand"}}});
  EXPECT_NE(failure(nobody).reason.find("no stage before makes the mask \"hand\""), std::string::npos);
  ChainJob empty = make_job();
  empty.job.stages.clear();
  EXPECT_EQ(failure(empty).fault, Fault::kInput);
  ChainJob late = make_job();
  late.job.stages = {{"upscale", "upscale", {{"factor", 2}}}};
  EXPECT_NE(failure(late).reason.find("generate"), std::string::npos);
}

TEST(RunJob, GivesTheSameBytesEachTime) {
  EXPECT_EQ(rendered(make_job()).files, rendered(make_job()).files);
}

TEST(RunJob, TimesTheStagesAndTheEncoding) {
  const Rendered done = rendered(make_job());
  ASSERT_EQ(done.result.timings.size(), 3u);
  EXPECT_EQ(done.result.timings[0].stage, "generate");
  EXPECT_TRUE(is_stage(done.result.timings[0]));
  EXPECT_EQ(done.result.timings[1].stage, kGatesTiming);
  EXPECT_EQ(done.result.timings[2].stage, kEncodeTiming);
  EXPECT_FALSE(is_stage(done.result.timings[2]));
}

TEST(RunJob, RefusesAStageThatIsNotThereBeforeAnythingRuns) {
  ChainJob job = make_job();
  job.job.stages.push_back({"swap", "swap", {{"face", "mia"}}});
  bool ran = false;
  const auto result = run(job, [&](const std::string&, std::uint32_t, std::uint32_t) { return ran = true; });
  const Failure& failed = std::get<Failure>(result);
  EXPECT_EQ(failed.fault, Fault::kInput);
  EXPECT_NE(failed.reason.find("\"swap\""), std::string::npos);
  EXPECT_NE(failed.reason.find("it has: generate"), std::string::npos);
  EXPECT_FALSE(ran);
}

TEST(RunJob, SaysWhoseFaultAFailureIs) {
  {
    const ScopedEnvironment bad("TROUPE_FAKE_INPUT", "*");
    EXPECT_EQ(failure(make_job()).fault, Fault::kInput);
  }
  {
    const ScopedEnvironment bad("TROUPE_FAKE_MODEL", "*");
    EXPECT_EQ(failure(make_job()).fault, Fault::kModel);
  }
  {
    const ScopedEnvironment bad("TROUPE_FAKE_WORKER", "*");
    EXPECT_EQ(failure(make_job()).fault, Fault::kWorker);
  }
  const ScopedEnvironment bad("TROUPE_FAKE_MEMORY", "*");
  const Failure memory = failure(make_job());
  EXPECT_EQ(memory.fault, Fault::kWorker);
  EXPECT_NE(memory.reason.find("smaller"), std::string::npos);
}

TEST(RunJob, StopsWhenItIsToldTo) {
  const auto result = run(make_job(), [](const std::string&, std::uint32_t step, std::uint32_t) { return step < 2; });
  EXPECT_NE(std::get<Failure>(result).reason.find("stopped"), std::string::npos);
}

TEST(RunJob, RejectsABlankPictureAfterItsFurtherSeeds) {
  const ScopedEnvironment blank("TROUPE_FAKE_BLANK", "*");
  ChainJob job = make_job(1, 7);
  job.gates.blank = true;
  job.reseed = 2;
  const Rendered done = rendered(job);
  EXPECT_EQ(done.result.outcome, Outcome::kRejected);
  EXPECT_EQ(done.result.effective_seed, derive_seed(7, 2));
  EXPECT_EQ(nlohmann::json::parse(done.result.metadata_json).at("tries").size(), 3u);
  EXPECT_EQ(done.files.size(), 1u);
}

TEST(RunJob, TakesTheFirstSeedThatPasses) {
  const std::string marker = std::string(::testing::TempDir()) + "/troupe_blank_once";
  std::remove(marker.c_str());
  const ScopedEnvironment once("TROUPE_FAKE_BLANK", "*@" + marker);
  ChainJob job = make_job(1, 7);
  job.gates.blank = true;
  job.reseed = 5;
  const Rendered done = rendered(job);
  EXPECT_EQ(done.result.outcome, Outcome::kDone);
  EXPECT_EQ(done.result.effective_seed, derive_seed(7, 1));
  std::remove(marker.c_str());
}

TEST(RunJob, RefusesAGateThatItCannotJudge) {
  ChainJob job = make_job();
  job.gates.identity = 0.45;
  EXPECT_EQ(failure(job).fault, Fault::kInput);
}

TEST(ChainJob, SurvivesTheTrip) {
  ChainJob job = make_job(5, 9);
  job.reseed = 3;
  job.gates.identity = 0.5;
  job.job.entries[0].reference = manifest::Reference{"refs/mia.png", sha256("mia")};
  const auto back = from_json(to_json(job));
  ASSERT_TRUE(back.ok()) << back.status().to_string();
  EXPECT_EQ(to_json(*back), to_json(job));
  EXPECT_EQ(back->job.entries[0].reference->digest, sha256("mia"));
}

TEST(ChainJob, TakesNothingThatIsNoJob) {
  for (const char* text : {"", "{", "[]", "{}", "{\"campaign\": 3}"}) {
    EXPECT_EQ(from_json(text).status().code(), Code::kInvalid) << text;
  }
}

}  // namespace
}  // namespace troupe::chain
