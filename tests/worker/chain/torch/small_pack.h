// A pack with a tiny segmenter and upscalers out of tests/golden, for tests of stages.
#pragma once

#include <filesystem>
#include <string>

#include "tests/support/jobs.h"
#include "tests/support/temp_folder.h"
#include "worker/chain/torch/torch_stages.h"

namespace troupe::chain {

class SmallPack {
 public:
  SmallPack() {
    namespace fs = std::filesystem;
    const std::string golden = TROUPE_SOURCE_DIR "/tests/golden/";
    folder_.write("pack.yaml",
                  "troupe_pack: 1\nname: small\nlicense: none\nmodels:\n"
                  "  sd: {kind: diffusion, path: sd}\n"
                  "  finder: {kind: segment, path: finder}\n"
                  "  x4: {kind: upscale, path: x4.safetensors}\n"
                  "  x2: {kind: upscale, path: x2.pth}\n");
    folder_.write("sd/model_index.json", "{}");
    folder_.write("sd/vae/config.json", R"({"block_out_channels": [4, 4]})");
    folder_.write("sd/unet/config.json", R"({"sample_size": 8})");
    fs::copy(golden + "clipseg_complex/models/clipseg_complex", path() + "/finder", fs::copy_options::recursive);
    fs::copy(golden + "upscale/compact_x4.safetensors", path() + "/x4.safetensors");
    fs::copy(golden + "upscale/residual_x2.pth", path() + "/x2.pth");
  }

  const std::string& path() const { return folder_.path(); }

  Result<std::unique_ptr<Stage>> stage(const std::string& kind, const nlohmann::json& parameters) {
    StageMaker& maker = *stages_;
    return maker.make({kind, kind, parameters});
  }

  StageContext context(const std::string& stage) const {
    return {job_, path(), 7, [](const auto&...) { return true; }, "", 0, stage, 7, {}};
  }

  // What the stage makes of the frame.
  Result<Frame> run(const std::string& kind, const nlohmann::json& parameters, Frame frame) {
    TROUPE_ASSIGN_OR_RETURN(const auto made, stage(kind, parameters));
    StageContext with = context(kind);
    TROUPE_RETURN_IF_ERROR(made->inputs(with).status());
    TROUPE_RETURN_IF_ERROR(made->run(with, frame));
    load_seconds = with.load_seconds;
    return frame;
  }

  double load_seconds = 0;  // of the last run

 private:
  testing::TempFolder folder_;
  ChainJob job_ = testing::make_job();
  std::unique_ptr<TorchStages> stages_ =
      std::move(TorchStages::make({"cpu", "fp32", 1}, std::make_shared<Packs>(), nullptr)).value();
};

}  // namespace troupe::chain
