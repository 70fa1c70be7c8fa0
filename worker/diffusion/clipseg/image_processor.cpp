#include "worker/diffusion/clipseg/image_processor.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "worker/diffusion/weights/model_config.h"

namespace troupe::diffusion {
namespace {

constexpr std::int64_t kLeastSide = 4, kMostSide = 4096;
constexpr std::int64_t kBilinear = 2, kBicubic = 3;  // PIL's numbers

}  // namespace

Result<ImageProcessor> ImageProcessor::read(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(ModelConfig json, ModelConfig::read(path));
  ImageProcessor processor;
  if (auto size = json.object("size"); size.ok()) {
    processor.height = size->integer("height", kLeastSide, kMostSide);
    processor.width = size->integer("width", kLeastSide, kMostSide);
    TROUPE_RETURN_IF_ERROR(size->status());
  } else {
    processor.height = processor.width = json.integer("size", kLeastSide, kMostSide);
  }
  const std::int64_t resample = json.integer("resample", 0, 5, kBilinear);
  if (resample != kBilinear && resample != kBicubic) json.fail("resample", "must be 2 (bilinear) or 3 (bicubic)");
  processor.bicubic = resample == kBicubic;
  processor.rescale = json.number("rescale_factor", 1.0 / 255);
  processor.mean = json.numbers("image_mean", 3);
  processor.deviation = json.numbers("image_std", 3);
  if (std::any_of(processor.deviation.begin(), processor.deviation.end(), [](double d) { return d <= 0; })) {
    json.fail("image_std", "must be positive");
  }
  for (const char* step : {"do_resize", "do_rescale", "do_normalize"}) json.supports_only(step, "true");
  json.supports_only("do_center_crop", "false");
  TROUPE_RETURN_IF_ERROR(json.status());
  return processor;
}

at::Tensor ImageProcessor::operator()(const at::Tensor& rgb) const {
  const at::Tensor planes = rgb.permute({2, 0, 1}).unsqueeze(0).contiguous();
  const at::Tensor resized = bicubic ? at::_upsample_bicubic2d_aa(planes, {height, width}, /*align_corners=*/false)
                                     : at::_upsample_bilinear2d_aa(planes, {height, width}, /*align_corners=*/false);
  const auto row = [](const std::vector<double>& values) { return at::tensor(values, at::kFloat).view({1, 3, 1, 1}); };
  return (resized.to(at::kFloat) * rescale - row(mean)) / row(deviation);
}

}  // namespace troupe::diffusion
