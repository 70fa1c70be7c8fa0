// The stages inpaint and generate (from: previous) on the tiny Stable Diffusions of the parity folder ($TROUPE_PARITY,
// else shared/parity beside the source tree). Skipped where there is none.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "common/picture/png.h"
#include "tests/support/jobs.h"
#include "tests/support/temp_folder.h"
#include "worker/chain/fault.h"
#include "worker/chain/inpaint/area.h"
#include "worker/chain/torch/torch_stages.h"

namespace troupe::chain {
namespace {

namespace fs = std::filesystem;

std::string models_folder() {
  const char* set = std::getenv("TROUPE_PARITY");
  return std::string(set ? set : TROUPE_SOURCE_DIR "/../shared/parity") + "/models";
}

picture::Picture noise(picture::Extent extent, unsigned seed) {
  std::mt19937 random(seed);
  picture::Picture image = picture::make_picture(extent, 3, 0);
  for (std::uint8_t& value : image.pixels) value = static_cast<std::uint8_t>(random());
  return image;
}

picture::Picture box_mask(picture::Extent extent, const Area& box) {
  picture::Picture mask = picture::make_picture(extent, 1, 0);
  for (int y = box.y; y < box.y + box.height; ++y) std::fill_n(mask.at(box.x, y), box.width, std::uint8_t{255});
  return mask;
}

// Finds what it is told to.
class KnownFaces final : public FaceFinder {
 public:
  explicit KnownFaces(std::vector<FaceBox> faces) : faces_(std::move(faces)) {}
  Result<std::vector<ModelFile>> files(const StageContext&) const override {
    if (faces_.empty()) return std::vector<ModelFile>();
    return std::vector<ModelFile>{{"face/detector.onnx", sha256("detector")}};
  }
  Result<std::vector<FaceBox>> find(StageContext&, const picture::Picture&) override { return faces_; }

 private:
  std::vector<FaceBox> faces_;
};

class InpaintTest : public ::testing::Test {
 protected:
  static constexpr picture::Extent kExtent{64, 48};
  static constexpr Area kBox{21, 13, 18, 15};

  void SetUp() override {
    if (!fs::exists(models_folder() + "/sd15/model_index.json")) GTEST_SKIP() << "no models in " << models_folder();
    fs::create_directories(pack_);
    fs::copy(models_folder() + "/sd15", pack_ + "/sd", fs::copy_options::recursive);
    fs::copy(models_folder() + "/sd15-inpaint", pack_ + "/nine", fs::copy_options::recursive);
    fs::copy(models_folder() + "/sd15-inpaint/vae", pack_ + "/other-vae", fs::copy_options::recursive);
    std::ofstream(pack_ + "/pack.yaml") << "troupe_pack: 1\nname: tiny\nlicense: none\nmodels:\n"
                                           "  sd: {kind: diffusion, path: sd}\n"
                                           "  nine: {kind: diffusion, path: nine}\n"
                                           "  other: {kind: vae, path: other-vae}\n";
    make_stages(nullptr);
    frame_.image = noise(kExtent, 1);
    frame_.masks["mask"] = box_mask(kExtent, kBox);
  }

  void make_stages(std::shared_ptr<FaceFinder> faces) {
    stages_ = std::move(TorchStages::make({"cpu", "fp32", 1}, packs_, std::move(faces))).value();
  }

  static nlohmann::json parameters(const nlohmann::json& more = {}) {
    nlohmann::json json{{"mask", "mask"}, {"prompt", "a cup"}, {"steps", 2},   {"sampler", "euler_a"},
                        {"strict", true}, {"feather", 0},      {"strength", 1}};
    for (const auto& [key, value] : more.items()) json[key] = value;
    return json;
  }

  StageContext context(std::uint32_t seed = 7) const {
    StageContext context{job_, pack_, seed, [](const auto&...) { return true; }, "", 0, "inpaint", seed, {}};
    context.references = references_;
    return context;
  }

  Result<std::unique_ptr<Stage>> stage(const std::string& kind, const nlohmann::json& json) {
    StageMaker& maker = *stages_;
    return maker.make({kind, "inpaint", json});
  }
  std::unique_ptr<Stage> inpaint(const nlohmann::json& more = {}) {
    return std::move(stage("inpaint", parameters(more))).value();
  }

  Result<Frame> ran(const std::string& kind, const nlohmann::json& json, std::uint32_t seed = 7) {
    TROUPE_ASSIGN_OR_RETURN(const auto made, stage(kind, json));
    StageContext with = context(seed);
    TROUPE_RETURN_IF_ERROR(made->inputs(with).status());
    Frame frame = frame_;
    TROUPE_RETURN_IF_ERROR(made->run(with, frame));
    return frame;
  }
  Frame inpainted(const nlohmann::json& more = {}, std::uint32_t seed = 7) {
    auto frame = ran("inpaint", parameters(more), seed);
    EXPECT_TRUE(frame.ok()) << frame.status().to_string();
    return frame.ok() ? std::move(frame).value() : Frame();
  }

  static const nlohmann::ordered_json& about(const Frame& frame) { return frame.metadata.at("stages").at("inpaint"); }

  // Pixels that differ from the picture before: outside and inside of a mask.
  struct Changes {
    int outside = 0, inside = 0;
  };
  Changes changes(const Frame& frame, const picture::Picture& mask) const {
    Changes changes;
    EXPECT_EQ(frame.image.pixels.size(), frame_.image.pixels.size());
    for (int y = 0; y < mask.height; ++y) {
      for (int x = 0; x < mask.width; ++x) {
        const bool differs = !std::equal(frame.image.at(x, y), frame.image.at(x, y) + 3, frame_.image.at(x, y));
        (*mask.at(x, y) >= 128 ? changes.inside : changes.outside) += differs;
      }
    }
    return changes;
  }
  Changes changes(const Frame& frame) const { return changes(frame, frame_.masks.at("mask")); }

  testing::TempFolder folder_;
  std::string pack_ = folder_.path() + "/tiny";
  ChainJob job_ = testing::make_job();
  std::map<Digest, std::string> references_;
  std::shared_ptr<Packs> packs_ = std::make_shared<Packs>();
  std::unique_ptr<TorchStages> stages_;
  Frame frame_;
};

TEST_F(InpaintTest, StrictChangesNoPixelOutsideOfTheMask) {
  for (const char* model : {"sd", "nine"}) {
    for (const bool only_masked : {false, true}) {
      for (const int feather : {0, 4}) {
        for (const char* fill : {"original", "noise", "blank"}) {
          const Frame done = inpainted({{"model", model},
                                        {"only_masked", only_masked},
                                        {"feather", feather},
                                        {"fill", fill},
                                        {"strength", 0.5}});
          const Changes found = changes(done);
          EXPECT_EQ(found.outside, 0) << model << only_masked << feather << fill;
          EXPECT_GT(found.inside, kBox.width * kBox.height * 9 / 10) << model << only_masked << feather << fill;
        }
      }
    }
  }
}

TEST_F(InpaintTest, ALooseEdgeLiesOnBothSides) {
  const Frame done = inpainted({{"strict", false}, {"feather", 6}});
  EXPECT_GT(changes(done).outside, 0);
  const Area around{kBox.x - 3, kBox.y - 3, kBox.width + 6, kBox.height + 6};
  EXPECT_EQ(changes(done, box_mask(kExtent, around)).outside, 0);
}

TEST_F(InpaintTest, IsDeterministicAndFollowsItsSeed) {
  const Frame first = inpainted();
  EXPECT_EQ(inpainted().image, first.image);
  EXPECT_NE(inpainted({}, 8).image, first.image);
  EXPECT_NE(inpainted({{"prompt", "a bowl of rice"}}).image, first.image);
}

TEST_F(InpaintTest, OnlyMaskedWorksAtTheBordersOfThePicture) {
  for (const Area& box : {Area{0, 0, 5, 5}, {60, 44, 4, 4}, {0, 20, 3, 9}, {30, 47, 20, 1}, {0, 0, 64, 48}}) {
    frame_.masks["mask"] = box_mask(kExtent, box);
    const Frame done = inpainted({{"only_masked", true}, {"context_px", 8}});
    EXPECT_EQ(changes(done).outside, 0);
    EXPECT_GT(changes(done).inside, 0);
  }
}

TEST_F(InpaintTest, OnlyMaskedSaysWhereAndAtWhatSizeItWorked) {
  const Frame done = inpainted({{"only_masked", true}, {"context_px", 4}});
  EXPECT_EQ(about(done).at("result"), "painted");
  EXPECT_EQ(about(done).at("area"), (nlohmann::ordered_json{17, 8, 26, 26}));
  const auto facts = manifest::read_pack_facts(pack_);
  ASSERT_GT(facts->native_side, 0);
  EXPECT_EQ(about(done).at("size"), (nlohmann::ordered_json{facts->native_side, facts->native_side}));
  EXPECT_EQ(about(inpainted()).at("size"), (nlohmann::ordered_json{64, 48}));
}

TEST_F(InpaintTest, AMaskOfZerosLeavesThePictureAndLoadsNothing) {
  frame_.masks["mask"] = picture::make_picture(kExtent, 1, 127);
  fs::remove_all(pack_ + "/sd/unet");
  StageContext with = context();
  Frame done = frame_;
  ASSERT_TRUE(inpaint()->run(with, done).ok());
  EXPECT_EQ(done.image, frame_.image);
  EXPECT_EQ(about(done).at("result"), "skipped");
}

TEST_F(InpaintTest, AMaskOfAnotherSizeIsBroughtToThePictures) {
  frame_.image = noise({128, 96}, 2);  // enlarged twice after the mask was made
  const Frame done = inpainted();
  const picture::Picture twice = box_mask({128, 96}, {kBox.x * 2, kBox.y * 2, kBox.width * 2, kBox.height * 2});
  EXPECT_EQ(changes(done, twice).outside, 0);
  EXPECT_GT(changes(done, twice).inside, 0);
}

TEST_F(InpaintTest, APictureThatTheModelCannotWorkAtKeepsItsSize) {
  frame_.image = noise({61, 45}, 2);
  frame_.masks["mask"] = box_mask({61, 45}, kBox);
  const Frame done = inpainted();
  EXPECT_EQ(done.image.width, 61);
  EXPECT_EQ(changes(done).outside, 0);
  EXPECT_GT(changes(done).inside, 0);
}

TEST_F(InpaintTest, FacesAreTakenOutOfTheMask) {
  make_stages(std::make_shared<KnownFaces>(std::vector<FaceBox>{{18, 10, 12, 9}}));
  const Frame done = inpainted();
  picture::Picture left = frame_.masks.at("mask");
  take_out(left, {18, 10, 12, 9});
  EXPECT_EQ(changes(done, left).outside, 0);
  EXPECT_EQ(about(done).at("faces"), 1);
  const Frame bare = inpainted({{"protect_face", false}});
  EXPECT_GT(changes(bare, left).outside, 0);
  EXPECT_FALSE(about(bare).contains("faces"));
}

TEST_F(InpaintTest, AFaceOverTheWholeMaskSkips) {
  make_stages(std::make_shared<KnownFaces>(std::vector<FaceBox>{{10, 5, 40, 40}}));
  const Frame done = inpainted();
  EXPECT_EQ(done.image, frame_.image);
  EXPECT_EQ(about(done).at("result"), "skipped");
}

TEST_F(InpaintTest, WithoutAModelOfFacesItSaysThatNoneWereLookedFor) {
  EXPECT_TRUE(about(inpainted()).at("faces").is_null());
  make_stages(std::make_shared<KnownFaces>(std::vector<FaceBox>()));
  EXPECT_TRUE(about(inpainted()).at("faces").is_null());
}

TEST_F(InpaintTest, EveryFillBeginsWithSomethingElse) {
  const std::string file = folder_.path() + "/cup.png", png = picture::encode_png(noise({20, 30}, 9), {}).value();
  std::ofstream(file, std::ios::binary) << png;
  references_[sha256(png)] = file;
  job_.job.entries.push_back({"product", "cup", "", manifest::Reference{"cup.png", sha256(png)}});
  std::vector<picture::Picture> images;
  for (const char* fill : {"original", "noise", "blank", "reference"}) {
    const Frame done = inpainted({{"fill", fill}, {"reference", "cup"}, {"strength", 0.5}});
    EXPECT_EQ(changes(done).outside, 0) << fill;
    for (const picture::Picture& other : images) EXPECT_NE(done.image, other) << fill;
    images.push_back(done.image);
  }
  EXPECT_EQ(inpaint({{"fill", "reference"}, {"reference", "cup"}})->inputs(context())->references,
            std::vector<Digest>{sha256(png)});
}

TEST_F(InpaintTest, SaysWhichFilesDecideItsPixels) {
  make_stages(std::make_shared<KnownFaces>(std::vector<FaceBox>{{18, 10, 12, 9}}));
  const auto paths = [&](const nlohmann::json& more) {
    std::vector<std::string> found;
    const StageInputs inputs = inpaint(more)->inputs(context()).value();
    for (const ModelFile& file : inputs.files) found.push_back(file.path);
    return found;
  };
  const auto has = [](const std::vector<std::string>& all, const std::string& path) {
    return std::ranges::find(all, path) != all.end();
  };
  EXPECT_TRUE(has(paths({}), "sd/unet/diffusion_pytorch_model.safetensors"));
  EXPECT_TRUE(has(paths({}), "face/detector.onnx"));
  EXPECT_FALSE(has(paths({{"protect_face", false}}), "face/detector.onnx"));
  EXPECT_TRUE(has(paths({{"model", "nine"}, {"vae", "other"}}), "nine/unet/diffusion_pytorch_model.safetensors"));
  EXPECT_TRUE(has(paths({{"model", "nine"}, {"vae", "other"}}), "other-vae/diffusion_pytorch_model.safetensors"));
}

TEST_F(InpaintTest, RefusesWhatCannotBe) {
  const auto code = [&](const nlohmann::json& more) { return ran("inpaint", parameters(more)).status().code(); };
  EXPECT_EQ(code({{"mask", "hand"}}), Code::kInvalid);
  EXPECT_EQ(code({{"fill", "gold"}}), Code::kInvalid);
  EXPECT_EQ(code({{"fill", "reference"}}), Code::kInvalid);
  EXPECT_EQ(code({{"fill", "reference"}, {"reference", "cup"}}), Code::kInvalid);
  EXPECT_EQ(code({{"feather", -1}}), Code::kInvalid);
  EXPECT_EQ(code({{"strength", 0.1}}), Code::kInvalid);
  EXPECT_EQ(code({{"model", "ten"}}), Code::kInvalid);
  EXPECT_EQ(code({{"vae", "ten"}}), Code::kInvalid);
  EXPECT_EQ(code({{"compat", "webui"}}), Code::kInvalid);
  frame_.image = {};
  EXPECT_EQ(code({}), Code::kInvalid);
}

TEST_F(InpaintTest, GenerateGoesOnFromThePreviousPicture) {
  const nlohmann::json json{{"from", "previous"}, {"prompt", "anime"}, {"steps", 4}, {"strength", 0.5}};
  const auto same_size = ran("generate", json);
  ASSERT_TRUE(same_size.ok()) << same_size.status().to_string();
  EXPECT_EQ(same_size->image.width, kExtent.width);
  EXPECT_NE(same_size->image, frame_.image);
  frame_.image = noise(kExtent, 3);
  EXPECT_NE(ran("generate", json)->image, same_size->image);
  nlohmann::json larger = json;
  larger["size"] = {96, 72};
  larger["vae"] = "other";
  EXPECT_EQ(ran("generate", larger)->image.height, 72);
  frame_.image = {};
  EXPECT_EQ(ran("generate", json).status().code(), Code::kInvalid);
  EXPECT_EQ(ran("generate", {{"prompt", "no size"}}).status().code(), Code::kInvalid);
}

TEST_F(InpaintTest, AVariationIsLikeItsSeed) {
  nlohmann::json json{{"size", {64, 48}}, {"prompt", "mia"}, {"steps", 2}, {"subseed", 99}};
  const picture::Picture plain = ran("generate", json)->image;
  json["variation"] = 0.1;
  const picture::Picture varied = ran("generate", json)->image;
  EXPECT_NE(varied, plain);
  EXPECT_EQ(ran("generate", json)->image, varied);
  json["subseed"] = 100;
  EXPECT_NE(ran("generate", json)->image, varied);
}

}  // namespace
}  // namespace troupe::chain
