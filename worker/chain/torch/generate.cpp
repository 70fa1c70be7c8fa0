#include "worker/chain/torch/generate.h"

#include <optional>

#include "worker/chain/inpaint/area.h"
#include "worker/chain/torch/painter.h"
#include "worker/chain/torch/pixels.h"

namespace troupe::chain {
namespace {

struct Parameters {
  Sampling sampling;
  std::optional<picture::Extent> size;  // nothing: as the picture that it begins with
  bool from_previous = false;
  double strength = 0.75;
  double variation = 0;
  std::uint64_t subseed = 0;
};

Result<Parameters> read(const nlohmann::json& json) {
  Parameters parameters;
  TROUPE_ASSIGN_OR_RETURN(parameters.sampling, read_sampling(json));
  return reading_parameters([&]() -> Result<Parameters> {
    if (json.contains("size") && !json["size"].is_null()) {
      parameters.size = picture::Extent{json["size"].at(0).get<int>(), json["size"].at(1).get<int>()};
    }
    const auto from = value_or<std::string>(json, "from", "");
    if (!from.empty() && from != "previous") {
      return Status(Code::kInvalid, "from takes previous or nothing, not \"" + from + "\"");
    }
    parameters.from_previous = from == "previous";
    parameters.strength = value_or(json, "strength", parameters.strength);
    parameters.variation = value_or(json, "variation", parameters.variation);
    parameters.subseed = value_or(json, "subseed", parameters.subseed);
    if (!parameters.size && !parameters.from_previous) {
      return Status(Code::kInvalid, "size is missing: [width, height] in pixels");
    }
    return parameters;
  });
}

class Generate final : public Stage {
 public:
  Generate(Parameters parameters, TorchDevice& device) : parameters_(std::move(parameters)), device_(device) {}

  Result<StageInputs> inputs(const StageContext& context) const override {
    return Painter::inputs(context, parameters_.sampling, device_);
  }

  Status run(StageContext& context, Frame& frame) override {
    TROUPE_ASSIGN_OR_RETURN(Painter painter, Painter::make(context, parameters_.sampling, device_));
    TROUPE_ASSIGN_OR_RETURN(const diffusion::DiffusionRequest request, request_of(context, frame, painter));
    TROUPE_ASSIGN_OR_RETURN(frame.image, painter.paint(request));
    describe(context, painter, request, frame);
    return {};
  }

 private:
  Result<diffusion::DiffusionRequest> request_of(const StageContext& context, const Frame& frame,
                                                 const Painter& painter) const {
    diffusion::DiffusionRequest request = parameters_.sampling.request;
    request.seeds = {context.stage_seed};
    request.variation = parameters_.variation;
    request.subseeds = {parameters_.subseed};
    if (parameters_.from_previous && frame.image.empty()) {
      return Status(Code::kInvalid, "from: previous, but no stage before this one made a picture");
    }
    const picture::Extent size =
        parameters_.size.value_or(whole_picture({frame.image.width, frame.image.height}, painter.size_multiple()).size);
    request.width = size.width;
    request.height = size.height;
    if (!parameters_.from_previous) return request;
    TROUPE_ASSIGN_OR_RETURN(const picture::Picture start, resized(frame.image, size));
    request.start = diffusion::StartPicture{tensor_of(start), {}, parameters_.strength, false, false};
    return request;
  }

  // The first picture's parameters are those that other programs read; a later one says how it changed the picture.
  void describe(const StageContext& context, const Painter& painter, const diffusion::DiffusionRequest& request,
                Frame& frame) const {
    nlohmann::ordered_json& about = frame.metadata["stages"][context.stage] = nlohmann::ordered_json::object();
    painter.describe(frame, about);
    if (parameters_.variation > 0) about["subseed"] = parameters_.subseed;
    if (parameters_.from_previous) {
      about["strength"] = parameters_.strength;
      frame.info.extra.push_back({context.stage + " prompt", request.prompt});
      return;
    }
    frame.info.prompt = request.prompt;
    frame.info.negative = request.negative;
    frame.info.steps = request.steps;
    frame.info.sampler = request.sampler;
    frame.info.schedule = request.schedule;
    frame.info.guidance = request.guidance;
    frame.info.seed = context.stage_seed;
    frame.info.width = request.width;
    frame.info.height = request.height;
    frame.info.model = painter.loaded().pack;
    frame.info.model_hash = painter.loaded().unet_hash;
    if (request.clip_skip > 0) frame.info.clip_skip = request.clip_skip;
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
