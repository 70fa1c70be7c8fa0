// The stage `swap`, the face scorer and the face finder, on the golden face nets: marks in scene.png are their faces.
#include <gtest/gtest.h>

#include <filesystem>

#include "common/picture/jpeg.h"
#include "common/picture/png.h"
#include "tests/common/picture/jpeg_maker.h"
#include "tests/support/jobs.h"
#include "tests/worker/vision/faces/face_files.h"
#include "worker/chain/chain_run.h"
#include "worker/chain/stage_makers.h"
#include "worker/chain/vision/vision_stages.h"

namespace troupe::chain {
namespace {

using nlohmann::json;
using testing::golden_picture;
using testing::TempFolder;

// A pack with face models, and as much of a diffusion model as makes it a pack.
void write_pack(const TempFolder& folder) {
  folder.write("pack.yaml",
               "troupe_pack: 1\nname: tiny\nlicense: MIT\n"
               "models:\n  sd: {kind: diffusion, path: sd}\n  face: {kind: face, path: face}\n");
  folder.write("sd/model_index.json", "{}");
  folder.write("sd/vae/config.json", R"({"block_out_channels": [8]})");
  folder.write("sd/unet/config.json", "{}");
  testing::write_face_models(folder, "face/");
}

std::string png_of(const picture::Picture& picture) {
  return take(picture::encode_png(picture, {}));
}

// A stage `generate` that gives scene.png.
class SceneStages final : public StageMaker {
 public:
  int painted = 0;  // pictures so far

  std::vector<std::string> kinds() const override { return {"generate"}; }
  Result<std::unique_ptr<Stage>> make(const manifest::StageJob&) override {
    return std::unique_ptr<Stage>(std::make_unique<Scene>(painted));
  }

 private:
  struct Scene final : Stage {
    explicit Scene(int& count) : painted(count) {}
    int& painted;
    Result<StageInputs> inputs(const StageContext&) const override { return StageInputs{}; }
    Status run(StageContext&, Frame& frame) override {
      ++painted;
      frame.image = golden_picture("scene.png");
      return {};
    }
  };
};

class SwapTest : public ::testing::Test {
 protected:
  SwapTest() {
    write_pack(pack_);
    add_character("mia", png_of(golden_picture("scene.png")));
  }

  // A character whose reference is a file of these bytes.
  void add_character(const std::string& name, const std::string& bytes) {
    const Digest digest = sha256(bytes);
    references_[digest] = files_.write(name, bytes);
    std::erase_if(job_.job.entries, [&](const manifest::JobEntry& entry) { return entry.name == name; });
    job_.job.entries.push_back({"character", name, "", manifest::Reference{"refs/" + name + ".png", digest}});
  }

  StageContext context(const StepSink& step = [](const std::string&, std::uint32_t, std::uint32_t) { return true; }) {
    return {job_, pack_.path(), 7, step, "", 0, "swap", 0, references_};
  }

  Status run(Frame& frame, json parameters = json::object()) {
    parameters.emplace("face", "mia");
    auto stage = stages_->make({"swap", "swap", parameters});
    if (!stage.ok()) return stage.status();
    StageContext used = context();
    return (*stage)->run(used, frame);
  }

  static Frame scene() {
    Frame frame;
    frame.image = golden_picture("scene.png");
    return frame;
  }
  static Frame empty() {
    Frame frame;
    frame.image = picture::make_picture({96, 64}, 3, 100);
    return frame;
  }

  TempFolder pack_;
  TempFolder files_;
  ChainJob job_ = testing::make_job();
  std::map<Digest, std::string> references_;
  std::unique_ptr<VisionStages> stages_ = VisionStages::make({1}, std::make_shared<Packs>());
};

TEST_F(SwapTest, SwapsTheLargestFaceAndSaysSo) {
  Frame frame = scene();
  const picture::Picture before = frame.image;
  ASSERT_TRUE(run(frame).ok());
  EXPECT_NE(frame.image, before);
  EXPECT_TRUE(std::equal(frame.image.at(0, 5), frame.image.at(0, 5) + 3 * 160, before.at(0, 5)));  // far from it
  const auto& said = frame.metadata.at("stages").at("swap");
  EXPECT_EQ(said.at("result"), "swapped");
  EXPECT_EQ(said.at("faces"), 4);
  EXPECT_EQ(said.at("swapped"), 1);
  EXPECT_NEAR(said.at("identity_before").get<double>(), 1, 1e-5);  // mia's reference is this picture
  EXPECT_LT(said.at("identity").get<double>(), 1);
}

TEST_F(SwapTest, DependsOnItsModelsAndItsReference) {
  const auto stage = take(stages_->make({"swap", "swap", {{"face", "mia"}}}));
  const StageInputs inputs = take(stage->inputs(context()));
  ASSERT_EQ(inputs.files.size(), 3u);
  EXPECT_EQ(inputs.files[0], (ModelFile{"face/detector.onnx", sha256(testing::golden_bytes("detector.onnx"))}));
  EXPECT_EQ(inputs.references, std::vector<Digest>{job_.job.entries.back().reference->digest});
  EXPECT_FALSE(inputs.seeded);
  EXPECT_NE(inputs.numerics_class.find("opencv-"), std::string::npos);
}

// Each of them is in its own part of the picture: by what changes one sees which was meant.
TEST_F(SwapTest, TakesTheFaceThatIsAskedFor) {
  const picture::Picture before = scene().image;
  const auto changed = [&](const json& parameters) {
    Frame frame = scene();
    EXPECT_TRUE(run(frame, parameters).ok());
    std::pair<int, int> columns{160, -1};
    for (int y = 0; y < 160; ++y) {
      for (int x = 0; x < 160; ++x) {
        if (std::equal(frame.image.at(x, y), frame.image.at(x, y) + 3, before.at(x, y))) continue;
        columns = {std::min(columns.first, x), std::max(columns.second, x)};
      }
    }
    return columns;
  };
  EXPECT_LT(changed({{"which", "left"}}).second, 40);
  EXPECT_GT(changed({{"which", "right"}}).first, 80);
  EXPECT_EQ(changed({{"which", "right"}, {"nth", 1}}), changed({}));         // the largest is second from the right
  EXPECT_EQ(changed({{"which", "best"}}), changed({{"which", "largest"}}));  // the reference is of the largest
  const auto all = changed({{"all", true}});
  EXPECT_LT(all.first, 20);
  EXPECT_GT(all.second, 120);
}

TEST_F(SwapTest, ActsOnAPictureWithoutAFace) {
  Frame failing = empty();
  const Status status = run(failing);
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_NE(status.message().find("no face was found"), std::string::npos);

  Frame skipping = empty();
  ASSERT_TRUE(run(skipping, {{"when_no_face", "skip"}}).ok());
  EXPECT_EQ(skipping.image, empty().image);
  EXPECT_FALSE(skipping.refused);
  EXPECT_EQ(skipping.metadata.at("stages").at("swap").at("result"), "no_face");

  Frame reseeding = empty();
  ASSERT_TRUE(run(reseeding, {{"when_no_face", "reseed"}}).ok());
  EXPECT_TRUE(reseeding.refused);

  Frame few = scene();
  const Status beyond = run(few, {{"which", "left"}, {"nth", 4}});
  EXPECT_NE(beyond.message().find("shows 4 faces"), std::string::npos) << beyond.message();
}

TEST_F(SwapTest, RefusesParametersThatItCannotUse) {
  for (const json& bad :
       {json{{"face", 3}}, json{{"face", "mia"}, {"which", "oldest"}}, json{{"face", "mia"}, {"boost", 3}},
        json{{"face", "mia"}, {"weight", 1.5}}, json{{"face", "mia"}, {"when_no_face", "shrug"}}}) {
    EXPECT_EQ(stages_->make({"swap", "swap", bad}).status().code(), Code::kInvalid) << bad;
  }
  Frame frame = scene();
  EXPECT_EQ(run(frame, {{"face", "nobody"}}).code(), Code::kInvalid);
  EXPECT_EQ(run(frame, {{"model", "other"}}).code(), Code::kNotFound);
}

TEST_F(SwapTest, RefusesReferencesThatShowNoFace) {
  const auto refusal = [&](const std::string& bytes) {
    add_character("mia", bytes);
    Frame frame = scene();
    const Status status = run(frame);
    EXPECT_EQ(status.code(), Code::kInvalid) << status.to_string();
    EXPECT_TRUE(status.message().starts_with("refs/mia.png: ")) << status.to_string();
    return status.message();
  };
  const auto says = [&](const std::string& bytes, const char* what) {
    const std::string message = refusal(bytes);
    EXPECT_NE(message.find(what), std::string::npos) << message;
  };
  const picture::Picture picture = golden_picture("scene.png");
  says(png_of(picture::make_picture({64, 64}, 3, 100)), "no face was found in it (64x64 pixels)");
  says(png_of(picture::make_picture({1, 1}, 3, 100)), "no face was found");
  says(picture::make_odd_jpeg(picture::make_picture({8, 8}, 4, 100), {.cmyk = true}), "CMYK");
  const std::string jpeg = take(picture::encode_jpeg(picture, 95));
  says(jpeg.substr(0, jpeg.size() / 2), "JPEG");
  std::string wide = png_of(picture);  // a header of 20,000 x 20,000
  wide.replace(16, 8, std::string("\x00\x00\x4e\x20\x00\x00\x4e\x20", 8));
  refusal(wide);
  says("not a picture", "PNG or a JPEG");
}

TEST_F(SwapTest, PaintsNothingForAReferenceWithoutAFace) {
  add_character("mia", png_of(picture::make_picture({64, 64}, 3, 100)));
  const auto packs = std::make_shared<Packs>();
  const std::shared_ptr<VisionStages> vision = VisionStages::make({1}, packs);
  const auto scenes = std::make_shared<SceneStages>();
  StageMakers stages({scenes, vision});
  job_.job.stages = {{"generate", "generate", {{"size", {160, 160}}}}, {"swap", "swap", {{"face", "mia"}}}};
  const auto result = run_job(job_, {pack_.path(), references_}, {stages, *packs, "test", &vision->face_scorer()},
                              [](const std::string&, std::uint32_t, std::uint32_t) { return true; });
  const auto* failure = std::get_if<Failure>(&result);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->fault, Fault::kInput);
  EXPECT_NE(failure->reason.find("no face was found"), std::string::npos) << failure->reason;
  EXPECT_EQ(scenes->painted, 0);
}

TEST_F(SwapTest, TurnsReferencesUpright) {
  Frame upright = scene();
  ASSERT_TRUE(run(upright).ok());
  // Stored lying on its side, as a camera does: row by row what its columns are.
  const picture::Picture picture = golden_picture("scene.png");
  picture::Picture lying = picture::make_picture({160, 160}, 3, 0);
  for (int y = 0; y < 160; ++y) {
    for (int x = 0; x < 160; ++x) std::copy(picture.at(x, y), picture.at(x, y) + 3, lying.at(y, 159 - x));
  }
  add_character("mia", picture::make_odd_jpeg(lying, {.orientation = 6}));
  Frame turned = scene();
  ASSERT_TRUE(run(turned).ok());
  EXPECT_GT(turned.metadata["stages"]["swap"]["identity_before"].get<double>(), 0.95);
}

TEST_F(SwapTest, LooksAtAReferenceOnce) {
  Frame first = scene();
  ASSERT_TRUE(run(first).ok());
  std::filesystem::remove(references_.at(job_.job.entries.back().reference->digest));
  Frame second = scene();
  ASSERT_TRUE(run(second).ok());
  EXPECT_EQ(second.image, first.image);
}

TEST_F(SwapTest, SaysWhenAReferenceIsNotThere) {
  references_.clear();
  Frame frame = scene();
  EXPECT_EQ(run(frame).code(), Code::kInternal);
}

TEST_F(SwapTest, StopsWhenItIsToldTo) {
  const auto stage = take(stages_->make({"swap", "swap", {{"face", "mia"}}}));
  StageContext stopping = context([](const std::string&, std::uint32_t, std::uint32_t) { return false; });
  Frame frame = scene();
  EXPECT_EQ(stage->run(stopping, frame).code(), Code::kCancelled);
}

TEST_F(SwapTest, BlamesTheModelForItsFiles) {
  pack_.write("face/swapper.onnx", "broken");
  Frame frame = scene();
  const Status status = run(frame);
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find("swapper.onnx"), std::string::npos);
}

TEST_F(SwapTest, ScoresFacesForTheGates) {
  picture::Picture other = golden_picture("scene.png");
  for (int y = 0; y < 80; ++y) std::swap_ranges(other.at(0, y), other.at(0, y) + 3 * 160, other.at(0, 159 - y));
  add_character("ava", png_of(other));
  FaceScorer& scorer = stages_->face_scorer();
  StageContext used = context();
  EXPECT_TRUE(scorer.can_score(used));
  const std::vector<manifest::JobEntry> entries(job_.job.entries.end() - 2, job_.job.entries.end());
  const FaceScores scores = take(scorer.score(used, scene(), entries));
  EXPECT_EQ(scores.faces, 4);
  ASSERT_EQ(scores.likeness.size(), 2u);
  EXPECT_EQ(scores.likeness[0].first, "mia");
  EXPECT_NEAR(scores.likeness[0].second, 1, 1e-5);
  EXPECT_EQ(scores.likeness[1].first, "ava");
  EXPECT_LT(scores.likeness[1].second, scores.likeness[0].second);

  const FaceScores none = take(scorer.score(used, empty(), entries));
  EXPECT_EQ(none.faces, 0);
  EXPECT_EQ(none.likeness[0].second, -1);
}

TEST_F(SwapTest, FindsFacesForInpaint) {
  FaceFinder& finder = stages_->face_finder();
  StageContext used = context();
  EXPECT_EQ(take(finder.files(used)).size(), 1u);
  const auto boxes = take(finder.find(used, golden_picture("scene.png")));
  ASSERT_EQ(boxes.size(), 4u);
  for (const FaceBox& box : boxes) {
    EXPECT_TRUE(box.x >= 0 && box.y >= 0 && box.width > 0 && box.x + box.width <= 160 && box.y + box.height <= 160);
  }
  EXPECT_TRUE(take(finder.find(used, empty().image)).empty());
  EXPECT_GT(used.load_seconds, 0);
}

TEST_F(SwapTest, IsJudgedByTheGates) {
  const auto packs = std::make_shared<Packs>();
  const std::shared_ptr<VisionStages> vision = VisionStages::make({1}, packs);
  StageMakers stages({std::make_shared<SceneStages>(), vision});
  const auto outcome = [&](const manifest::Gates& gates) {
    ChainJob job = job_;
    job.gates = gates;
    job.job.stages = {{"generate", "generate", {{"size", {160, 160}}}}, {"swap", "swap", {{"face", "mia"}}}};
    const auto result = run_job(job, {pack_.path(), references_}, {stages, *packs, "test", &vision->face_scorer()},
                                [](const std::string&, std::uint32_t, std::uint32_t) { return true; });
    if (const auto* failed = std::get_if<Failure>(&result)) {
      ADD_FAILURE() << failed->reason;
      return JobResult();
    }
    return std::get<Rendered>(result).result;
  };
  manifest::Gates loose;
  loose.identity = 0.1;
  loose.faces = {1, 4};
  const JobResult done = outcome(loose);
  EXPECT_EQ(done.outcome, Outcome::kDone) << done.reason;
  const json metadata = json::parse(done.metadata_json);
  EXPECT_EQ(metadata.at("gates").at("identity"), metadata.at("gates").at("likeness").at("mia"));
  EXPECT_GE(metadata.at("gates").at("faces").get<int>(), 1);
  EXPECT_EQ(metadata.at("stages").at("swap").at("result"), "swapped");

  manifest::Gates strict;
  strict.faces = {9, 9};
  EXPECT_EQ(outcome(strict).outcome, Outcome::kRejected);
}

TEST_F(SwapTest, APackWithoutFaceModelsHasNone) {
  pack_.write("pack.yaml", "troupe_pack: 1\nname: tiny\nlicense: MIT\nmodels:\n  sd: {kind: diffusion, path: sd}\n");
  StageContext used = context();
  EXPECT_FALSE(stages_->face_scorer().can_score(used));
  EXPECT_TRUE(take(stages_->face_finder().files(used)).empty());
  EXPECT_TRUE(take(stages_->face_finder().find(used, golden_picture("scene.png"))).empty());
  Frame frame = scene();
  EXPECT_EQ(run(frame).code(), Code::kNotFound);
}

}  // namespace
}  // namespace troupe::chain
