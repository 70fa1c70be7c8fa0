#include "worker/chain/torch/upscale.h"

#include <ATen/ATen.h>

#include <optional>

#include "worker/chain/torch/pixels.h"
#include "worker/chain/torch/sampling.h"
#include "worker/chain/torch/small_model.h"
#include "worker/diffusion/upscale/upscaler.h"
#include "worker/vision/masks/masks.h"

namespace troupe::chain {
namespace {

using picture::Extent;

// Raised when this stage comes to compute other pixels.
constexpr int kUpscaleNumerics = 1;
constexpr int kLeastFactor = 1, kMostFactor = 8;
constexpr std::int64_t kLeastTile = 64;

struct Parameters {
  int factor = 0;  // 0: size says
  std::optional<Extent> size;
  diffusion::TileOptions tiles;
  std::string model;
};

Result<Parameters> read(const nlohmann::json& json) {
  return reading_parameters([&]() -> Result<Parameters> {
    Parameters parameters;
    parameters.factor = value_or(json, "factor", 0);
    if (json.contains("size") && !json["size"].is_null()) {
      parameters.size = Extent{json["size"].at(0).get<int>(), json["size"].at(1).get<int>()};
    }
    parameters.tiles.tile = value_or(json, "tile", parameters.tiles.tile);
    parameters.tiles.overlap = value_or(json, "overlap", parameters.tiles.overlap);
    parameters.model = value_or<std::string>(json, "model", "");
    const bool has_factor = parameters.factor >= kLeastFactor && parameters.factor <= kMostFactor;
    if (parameters.size ? parameters.factor != 0 : !has_factor) {
      return Status(Code::kInvalid, "upscale takes a factor from 1 to 8 or a size: one of the two");
    }
    if (parameters.tiles.tile < kLeastTile || parameters.tiles.overlap < 0) {
      return Status(Code::kInvalid, "tile takes 64 pixels or more, overlap 0 or more");
    }
    return parameters;
  });
}

class Upscale final : public Stage {
 public:
  Upscale(Parameters parameters, TorchDevice& device) : parameters_(std::move(parameters)), device_(device) {}

  Result<StageInputs> inputs(const StageContext& context) const override {
    TROUPE_ASSIGN_OR_RETURN(ChosenModel chosen, choose_model(context, device_, "upscale", parameters_.model));
    StageInputs inputs;
    inputs.files = std::move(chosen.files);
    inputs.numerics_version = kUpscaleNumerics;
    inputs.numerics_class = device_.numerics_class(exact_on_cpu(device_.placement));
    return inputs;
  }

  Status run(StageContext& context, Frame& frame) override {
    if (frame.image.empty()) return Status(Code::kInvalid, "no stage before this one made a picture");
    const Extent from{frame.image.width, frame.image.height};
    const Extent to =
        parameters_.size.value_or(Extent{from.width * parameters_.factor, from.height * parameters_.factor});
    TROUPE_RETURN_IF_ERROR(picture::check_extent(to.width, to.height));
    TROUPE_ASSIGN_OR_RETURN(const ChosenModel chosen, choose_model(context, device_, "upscale", parameters_.model));
    TROUPE_ASSIGN_OR_RETURN(const auto upscaler, load(context, chosen));
    diffusion::TileOptions tiles = parameters_.tiles;
    TROUPE_ASSIGN_OR_RETURN(const picture::Picture enlarged, enlarge(context, *upscaler, frame.image, tiles));
    TROUPE_ASSIGN_OR_RETURN(frame.image, resized(enlarged, to));
    for (auto& [name, mask] : frame.masks) {
      TROUPE_ASSIGN_OR_RETURN(mask, vision::resize_mask(mask, to));
    }
    add_models(frame, chosen.files);
    frame.metadata["stages"][context.stage] = {{"from", {from.width, from.height}},
                                               {"to", {to.width, to.height}},
                                               {"scale", upscaler->scale()},
                                               {"tile", tiles.tile}};
    return {};
  }

 private:
  Result<std::shared_ptr<diffusion::Upscaler>> load(StageContext& context, const ChosenModel& chosen) {
    context.step("load", 0, 0);
    const diffusion::Placement placement = exact_on_cpu(device_.placement);
    const std::string key = chosen.path + "\n" + placement.device.str() + "\n" + diffusion::dtype_name(placement.dtype);
    const auto load_file = [&]() -> Result<std::shared_ptr<diffusion::Upscaler>> {
      TROUPE_ASSIGN_OR_RETURN(auto upscaler, diffusion::Upscaler::load(chosen.path, placement));
      return std::shared_ptr<diffusion::Upscaler>(std::move(upscaler));
    };
    return device_.models.get<diffusion::Upscaler>("upscale", key, load_file, context.load_seconds);
  }

  // `tiles` becomes what memory allowed.
  Result<picture::Picture> enlarge(const StageContext& context, const diffusion::Upscaler& upscaler,
                                   const picture::Picture& image, diffusion::TileOptions& tiles) {
    const at::Tensor rgb = tensor_of(image);
    const auto on_tile = [&](int done, int all) { return progress(context, done, all).ok(); };
    auto enlarged = upscaler.enlarge(rgb, tiles, on_tile);
    if (enlarged.status().code() == Code::kNoSpace) device_.models.drop_others();
    for (; enlarged.status().code() == Code::kNoSpace; tiles.tile /= 2) {
      enlarged = upscaler.enlarge(rgb, tiles, on_tile);
      if (enlarged.ok() || tiles.tile < 2 * kLeastTile) break;
    }
    return enlarged.ok() ? picture_of(*enlarged) : enlarged.status();
  }

  Parameters parameters_;
  TorchDevice& device_;
};

}  // namespace

Result<std::unique_ptr<Stage>> make_upscale(const nlohmann::json& json, TorchDevice& device) {
  TROUPE_ASSIGN_OR_RETURN(Parameters parameters, read(json));
  return std::unique_ptr<Stage>(std::make_unique<Upscale>(std::move(parameters), device));
}

}  // namespace troupe::chain
