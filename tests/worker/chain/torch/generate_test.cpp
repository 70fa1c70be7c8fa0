// The chain on real models: the tiny Stable Diffusion of the parity folder ($TROUPE_PARITY, else shared/parity beside
// the source tree). Skipped where there is none.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/picture/infotext.h"
#include "common/picture/png.h"
#include "tests/support/jobs.h"
#include "tests/support/temp_folder.h"
#include "worker/chain/chain_run.h"
#include "worker/chain/finish.h"
#include "worker/chain/torch/torch_stages.h"

namespace troupe::chain {
namespace {

namespace fs = std::filesystem;
using testing::TempFolder;

std::string model_folder() {
  const char* set = std::getenv("TROUPE_PARITY");
  return std::string(set ? set : TROUPE_SOURCE_DIR "/../shared/parity") + "/models/sd15";
}

class Generate : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(model_folder() + "/model_index.json")) GTEST_SKIP() << "no models in " << model_folder();
    fs::copy(model_folder(), pack_, fs::copy_options::recursive);
    stages_ = std::move(TorchStages::make({"cpu", "fp32", 1}, std::make_shared<Packs>())).value();
  }

  std::variant<Rendered, Failure> run(const ChainJob& job) {
    Packs packs;
    return run_job(job, {pack_, {}}, {*stages_, packs, stages_->numerics_class()},
                   [](const std::string&, std::uint32_t, std::uint32_t) { return true; });
  }
  Rendered rendered(const ChainJob& job) {
    auto result = run(job);
    if (const auto* failure = std::get_if<Failure>(&result)) {
      ADD_FAILURE() << failure->reason;
      return {};
    }
    return std::move(std::get<Rendered>(result));
  }
  Failure failure(const ChainJob& job) {
    const auto result = run(job);
    if (const auto* failed = std::get_if<Failure>(&result)) return *failed;
    ADD_FAILURE() << "the job succeeded";
    return {};
  }

  TempFolder folder_;
  std::string pack_ = folder_.path() + "/tiny";
  std::unique_ptr<TorchStages> stages_;
};

ChainJob job(std::uint32_t seed, const nlohmann::json& more = {}) {
  ChainJob job = testing::make_job(0, seed);
  nlohmann::json& parameters = job.job.stages[0].parameters;
  parameters["size"] = {64, 64};
  parameters["steps"] = 2;
  parameters["sampler"] = "euler_a";
  for (const auto& [key, value] : more.items()) parameters[key] = value;
  return job;
}

TEST_F(Generate, MakesAPictureAndSaysFromWhat) {
  const Rendered done = rendered(job(7));
  const auto png = picture::decode_png(done.files.at(0));
  ASSERT_TRUE(png.ok()) << png.status().to_string();
  EXPECT_EQ(png->picture.width, 64);
  const auto info = picture::parse_infotext(*picture::find_text(png->text, picture::kParametersKey));
  EXPECT_EQ(*info.find("Steps"), "2");
  EXPECT_EQ(*info.find("Model"), "tiny");
  const std::string unet = sha256_file(pack_ + "/unet/diffusion_pytorch_model.safetensors")->hex();
  EXPECT_EQ(*info.find("Model hash"), unet.substr(0, 10));
  const auto troupe = nlohmann::json::parse(*picture::find_text(png->text, kTroupeKey));
  EXPECT_EQ(troupe.at("models").at("unet/diffusion_pytorch_model.safetensors"), unet);
  EXPECT_NE(done.result.numerics_class.find("fp32"), std::string::npos);
  EXPECT_EQ(done.result.timings.front().stage, "load");
}

TEST_F(Generate, GivesTheSameBytesForTheSameSeedAndOthersForAnother) {
  const Rendered first = rendered(job(7));
  rendered(job(8));
  EXPECT_EQ(rendered(job(7)).files, first.files);
  EXPECT_NE(rendered(job(8)).files, first.files);
}

TEST_F(Generate, ASizeThatCannotBeIsTheInputsFault) {
  const Failure failed = failure(job(7, {{"size", {63, 64}}}));
  EXPECT_EQ(failed.fault, Fault::kInput);
  rendered(job(7));  // the engine lives
}

TEST_F(Generate, WhatThisBuildDoesNotComputeIsRefused) {
  EXPECT_EQ(failure(job(7, {{"compat", "webui"}})).fault, Fault::kInput);
  EXPECT_EQ(failure(job(7, {{"model", "other"}})).fault, Fault::kInput);
  EXPECT_EQ(failure(job(7, {{"steps", "many"}})).fault, Fault::kInput);
}

TEST_F(Generate, AMissingPackIsTheModelsFault) {
  fs::remove_all(pack_);
  EXPECT_EQ(failure(job(7)).fault, Fault::kModel);
}

TEST_F(Generate, ATruncatedFileIsTheModelsFaultAndNamed) {
  const std::string file = pack_ + "/unet/diffusion_pytorch_model.safetensors";
  fs::resize_file(file, fs::file_size(file) / 2);
  const Failure failed = failure(job(7));
  EXPECT_EQ(failed.fault, Fault::kModel);
  EXPECT_NE(failed.reason.find(file), std::string::npos) << failed.reason;
}

TEST_F(Generate, GarbageInPlaceOfWeightsIsTheModelsFault) {
  const std::string file = pack_ + "/vae/diffusion_pytorch_model.safetensors";
  std::ofstream(file) << "not a safetensors file, but long enough to hold a header";
  const Failure failed = failure(job(7));
  EXPECT_EQ(failed.fault, Fault::kModel);
  EXPECT_NE(failed.reason.find(file), std::string::npos) << failed.reason;
}

TEST_F(Generate, AConfigThatDoesNotFitTheWeightsIsTheModelsFault) {
  const std::string file = pack_ + "/unet/config.json";
  auto config = nlohmann::json::parse(std::ifstream(file));
  config["cross_attention_dim"] = config["cross_attention_dim"].get<int>() * 2;
  std::ofstream(file) << config.dump();
  const Failure failed = failure(job(7));
  EXPECT_EQ(failed.fault, Fault::kModel);
  EXPECT_NE(failed.reason.find("unet"), std::string::npos) << failed.reason;
}

}  // namespace
}  // namespace troupe::chain
