#include "worker/chain/torch/generate.h"

#include <cstring>
#include <nlohmann/json.hpp>

namespace troupe::chain {
namespace {

struct Parameters {
  diffusion::DiffusionRequest request;
  std::string dtype = "auto";
};

Result<Parameters> read(const nlohmann::json& json) {
  Parameters parameters;
  diffusion::DiffusionRequest& request = parameters.request;
  try {
    request.width = json.at("size").at(0).get<int>();
    request.height = json.at("size").at(1).get<int>();
    request.prompt = json.value("prompt", "");
    request.negative = json.value("negative", "");
    request.steps = json.value("steps", request.steps);
    request.sampler = json.value("sampler", request.sampler);
    request.schedule = json.value("schedule", request.schedule);
    request.guidance = json.value("guidance", request.guidance);
    request.guidance_rescale = json.value("guidance_rescale", request.guidance_rescale);
    request.eta = json.value("eta", request.eta);
    request.clip_skip = json.value("clip_skip", request.clip_skip);
    parameters.dtype = json.value("dtype", parameters.dtype);
    if (const std::string compat = json.value("compat", "diffusers"); compat != "diffusers") {
      return Status(Code::kInvalid, "compat: this engine computes as diffusers does, not as \"" + compat + "\"");
    }
    if (const std::string model = json.value("model", ""); !model.empty()) {
      return Status(Code::kInvalid, "model: this engine takes the pack's own model, not \"" + model + "\"");
    }
  } catch (const nlohmann::json::exception& error) {
    return Status(Code::kInvalid, std::string("parameters: ") + error.what());
  }
  return parameters;
}

Result<picture::Picture> picture_of(const at::Tensor& image) {
  if (image.dim() != 3 || image.size(2) != 3 || image.scalar_type() != at::kByte || !image.is_contiguous()) {
    return Status(Code::kInternal, "the pipeline gave something that is not a picture");
  }
  picture::Picture picture =
      picture::make_picture({static_cast<int>(image.size(1)), static_cast<int>(image.size(0))}, 3, 0);
  std::memcpy(picture.pixels.data(), image.const_data_ptr<std::uint8_t>(), picture.pixels.size());
  return picture;
}

class Generate final : public Stage {
 public:
  Generate(Parameters parameters, TorchDevice& device) : parameters_(std::move(parameters)), device_(device) {}

  Result<StageInputs> inputs(const StageContext& context) const override {
    StageInputs inputs;
    TROUPE_ASSIGN_OR_RETURN(const auto pack, device_.packs->get(context.pack_folder));
    TROUPE_ASSIGN_OR_RETURN(const manifest::PackModel model, pack_model(*pack, "diffusion", ""));
    inputs.files = model_files(*pack, model);
    inputs.seeded = true;
    TROUPE_ASSIGN_OR_RETURN(const diffusion::Placement placement, placement_of());
    inputs.numerics_class = device_.numerics_class(placement);
    return inputs;
  }

  Status run(StageContext& context, Frame& frame) override {
    TROUPE_ASSIGN_OR_RETURN(const diffusion::Placement placement, placement_of());
    if (parameters_.dtype != "auto") context.numerics_class = device_.numerics_class(placement);
    context.step("load", 0, 0);
    TROUPE_ASSIGN_OR_RETURN(const LoadedPipeline* loaded,
                            device_.pipelines.get(context.pack_folder, placement, context.load_seconds));
    diffusion::DiffusionRequest request = parameters_.request;
    request.seeds = {context.stage_seed};
    const auto on_step = [&](int step, int steps) {
      return context.step("generate", static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(steps));
    };
    auto result = loaded->pipeline->generate(request, on_step);
    if (result.status().code() == Code::kNoSpace) {
      device_.pipelines.drop_others();
      result = loaded->pipeline->generate(request, on_step);
    }
    if (!result.ok()) return result.status();
    TROUPE_ASSIGN_OR_RETURN(frame.image, picture_of(result->images.front()));
    describe(*loaded, context, *result, frame);
    return {};
  }

 private:
  Result<diffusion::Placement> placement_of() const {
    if (parameters_.dtype == "auto") return device_.placement;
    return diffusion::resolve_placement(device_.device, parameters_.dtype);
  }

  void describe(const LoadedPipeline& loaded, const StageContext& context, const diffusion::DiffusionResult& result,
                Frame& frame) const {
    const diffusion::DiffusionRequest& request = parameters_.request;
    frame.info.prompt = request.prompt;
    frame.info.negative = request.negative;
    frame.info.steps = request.steps;
    frame.info.sampler = request.sampler;
    frame.info.schedule = request.schedule;
    frame.info.guidance = request.guidance;
    frame.info.seed = context.stage_seed;
    frame.info.width = request.width;
    frame.info.height = request.height;
    frame.info.model = loaded.pack;
    frame.info.model_hash = loaded.unet_hash;
    if (request.clip_skip > 0) frame.info.clip_skip = request.clip_skip;
    frame.models = loaded.models;
    if (result.dropped_tokens > 0) frame.metadata["dropped_tokens"] = result.dropped_tokens;
  }

  Parameters parameters_;
  TorchDevice& device_;
};

}  // namespace

Result<std::unique_ptr<Stage>> make_generate(const nlohmann::json& json, TorchDevice& device) {
  TROUPE_ASSIGN_OR_RETURN(Parameters parameters, read(json));
  return std::unique_ptr<Stage>(std::make_unique<Generate>(std::move(parameters), device));
}

}  // namespace troupe::chain
