#include "worker/chain/torch/segment.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

#include "worker/chain/torch/pixels.h"
#include "worker/chain/torch/sampling.h"
#include "worker/chain/torch/small_model.h"
#include "worker/diffusion/clipseg/segmenter.h"
#include "worker/vision/masks/masks.h"

namespace troupe::chain {
namespace {

using Json = nlohmann::ordered_json;
using picture::Picture;

// Raised when this stage comes to compute other masks.
constexpr int kSegmentNumerics = 1;

enum class OnResult { kFail, kSkip, kReseed };

struct Parameters {
  std::string find;
  std::optional<std::array<double, 4>> box;
  std::string as = "mask";
  double threshold = 0.4;
  int grow = 0;
  int feather = 0;
  bool largest = false;
  std::string unite;
  std::string subtract;
  bool invert = false;
  OnResult when_empty = OnResult::kFail;
  OnResult when_whole = OnResult::kFail;
  std::string model;
};

Result<OnResult> on_result(const nlohmann::json& json, const char* key) {
  const auto word = value_or<std::string>(json, key, "fail");
  if (word == "fail") return OnResult::kFail;
  if (word == "skip") return OnResult::kSkip;
  if (word == "reseed") return OnResult::kReseed;
  return Status(Code::kInvalid, std::string(key) + " takes fail, skip or reseed, not \"" + word + "\"");
}

Result<Parameters> read(const nlohmann::json& json) {
  return reading_parameters([&]() -> Result<Parameters> {
    Parameters parameters;
    const auto read = [&](const char* key, auto& value) { value = value_or(json, key, value); };
    read("find", parameters.find);
    read("as", parameters.as);
    read("threshold", parameters.threshold);
    read("grow", parameters.grow);
    read("feather", parameters.feather);
    read("largest", parameters.largest);
    read("union", parameters.unite);
    read("subtract", parameters.subtract);
    read("invert", parameters.invert);
    read("model", parameters.model);
    if (json.contains("box") && !json["box"].is_null()) parameters.box = json["box"].get<std::array<double, 4>>();
    TROUPE_ASSIGN_OR_RETURN(parameters.when_empty, on_result(json, "when_empty"));
    TROUPE_ASSIGN_OR_RETURN(parameters.when_whole, on_result(json, "when_whole"));
    if (parameters.find.empty() == !parameters.box) {
      return Status(Code::kInvalid, "segment takes what to find or a box: one of the two");
    }
    if (!(parameters.threshold >= 0 && parameters.threshold <= 1)) {
      return Status(Code::kInvalid, "threshold takes a number from 0 to 1");
    }
    return parameters;
  });
}

std::string two_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

class Segment final : public Stage {
 public:
  Segment(Parameters parameters, TorchDevice& device) : parameters_(std::move(parameters)), device_(device) {}

  Result<StageInputs> inputs(const StageContext& context) const override {
    StageInputs inputs;
    inputs.numerics_version = kSegmentNumerics;
    if (parameters_.box) return inputs;
    TROUPE_ASSIGN_OR_RETURN(ChosenModel chosen, choose_model(context, device_, "segment", parameters_.model));
    inputs.files = std::move(chosen.files);
    inputs.numerics_class = device_.numerics_class(placement());
    return inputs;
  }

  Status run(StageContext& context, Frame& frame) override {
    if (frame.image.empty()) return Status(Code::kInvalid, "no stage before this one made a picture");
    TROUPE_RETURN_IF_ERROR(progress(context, 0, 1));
    Json& about = frame.metadata["stages"][context.stage] = Json::object();
    TROUPE_ASSIGN_OR_RETURN(Picture mask, start(context, frame, about));
    TROUPE_ASSIGN_OR_RETURN(mask, shaped(std::move(mask), frame));
    TROUPE_ASSIGN_OR_RETURN(const double coverage, vision::coverage(mask));
    about["coverage"] = coverage;
    const bool empty = coverage < kEmptyCoverage, whole = coverage >= kWholeCoverage;
    about["result"] = empty ? "empty" : whole ? "whole" : "found";
    if (empty || whole) {
      TROUPE_RETURN_IF_ERROR(decide(empty, coverage, about, frame));
      mask = picture::make_picture({mask.width, mask.height}, 1, 0);
    } else {
      TROUPE_ASSIGN_OR_RETURN(const auto box, vision::bounding_box(mask));
      about["box"] = {box->x, box->y, box->width, box->height};
      TROUPE_ASSIGN_OR_RETURN(mask, vision::feather(mask, parameters_.feather));
    }
    frame.masks.insert_or_assign(parameters_.as, std::move(mask));
    return progress(context, 1, 1);
  }

 private:
  diffusion::Placement placement() const {
    return {device_.placement.device, c10::kFloat};  // a small model whose scores are compared with a threshold
  }

  // The box, or what is found.
  Result<Picture> start(StageContext& context, Frame& frame, Json& about) {
    const picture::Extent extent{frame.image.width, frame.image.height};
    if (parameters_.box) return vision::box_mask(*parameters_.box, extent);
    TROUPE_ASSIGN_OR_RETURN(const ChosenModel chosen, choose_model(context, device_, "segment", parameters_.model));
    TROUPE_ASSIGN_OR_RETURN(const auto found, find(context, chosen, frame.image));
    add_models(frame, chosen.files);
    about["find"] = parameters_.find;
    about["peak"] = 1 / (1 + std::exp(-found.logits.max().item<double>()));
    if (found.dropped > 0) about["dropped_tokens"] = found.dropped;
    vision::LogitMap map{static_cast<int>(found.logits.size(1)), static_cast<int>(found.logits.size(0)), {}};
    const float* values = found.logits.const_data_ptr<float>();
    map.values.assign(values, values + found.logits.numel());
    return vision::threshold_mask(map, extent, parameters_.threshold);
  }

  Result<diffusion::Segmenter::Found> find(StageContext& context, const ChosenModel& chosen, const Picture& image) {
    context.step("load", 0, 0);
    const std::string key = chosen.path + "\n" + placement().device.str();
    const auto load = [&]() -> Result<std::shared_ptr<diffusion::Segmenter>> {
      TROUPE_ASSIGN_OR_RETURN(auto segmenter, diffusion::Segmenter::load(chosen.path, placement()));
      return std::shared_ptr<diffusion::Segmenter>(std::move(segmenter));
    };
    TROUPE_ASSIGN_OR_RETURN(const auto segmenter,
                            device_.models.get<diffusion::Segmenter>("segment", key, load, context.load_seconds));
    const at::Tensor rgb = tensor_of(image);
    auto found = segmenter->find(rgb, parameters_.find);
    if (found.status().code() == Code::kNoSpace) {
      device_.models.drop_others();
      found = segmenter->find(rgb, parameters_.find);
    }
    return found;
  }

  Result<Picture> shaped(Picture mask, const Frame& frame) const {
    if (parameters_.largest) {
      TROUPE_ASSIGN_OR_RETURN(mask, vision::largest_region(mask));
    }
    TROUPE_ASSIGN_OR_RETURN(mask, vision::grow(mask, parameters_.grow));
    if (!parameters_.unite.empty()) {
      TROUPE_ASSIGN_OR_RETURN(const Picture* other, earlier(frame, parameters_.unite));
      TROUPE_ASSIGN_OR_RETURN(mask, vision::unite(mask, *other));
    }
    if (!parameters_.subtract.empty()) {
      TROUPE_ASSIGN_OR_RETURN(const Picture* other, earlier(frame, parameters_.subtract));
      TROUPE_ASSIGN_OR_RETURN(mask, vision::subtract(mask, *other));
    }
    return parameters_.invert ? vision::invert(mask) : Result<Picture>(std::move(mask));
  }

  static Result<const Picture*> earlier(const Frame& frame, const std::string& name) {
    const auto found = frame.masks.find(name);
    if (found != frame.masks.end()) return &found->second;
    return Status(Code::kInvalid, "no stage before this one made a mask \"" + name + "\"");
  }

  // What an empty or whole mask means for the job.
  Status decide(bool empty, double coverage, const Json& about, Frame& frame) const {
    const OnResult what = empty ? parameters_.when_empty : parameters_.when_whole;
    if (what == OnResult::kSkip) return {};
    std::string why = "the mask \"" + parameters_.as + "\" covers " + two_digits(100 * coverage) + " % of the picture";
    if (!parameters_.find.empty()) {
      why += "; \"" + parameters_.find + "\" is likely to " + two_digits(about.at("peak").get<double>()) +
             " where it is likeliest, the threshold is " + two_digits(parameters_.threshold);
    }
    if (what == OnResult::kFail) {
      return {Code::kInvalid, why + (empty ? "; when_empty" : "; when_whole") + ": skip or reseed go on"};
    }
    frame.refused = why;
    return {};
  }

  Parameters parameters_;
  TorchDevice& device_;
};

}  // namespace

Result<std::unique_ptr<Stage>> make_segment(const nlohmann::json& json, TorchDevice& device) {
  TROUPE_ASSIGN_OR_RETURN(Parameters parameters, read(json));
  return std::unique_ptr<Stage>(std::make_unique<Segment>(std::move(parameters), device));
}

}  // namespace troupe::chain
