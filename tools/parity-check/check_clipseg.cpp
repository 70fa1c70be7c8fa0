#include <ATen/ATen.h>

#include "tools/parity-check/checks.h"
#include "worker/diffusion/clipseg/clipseg.h"
#include "worker/diffusion/clipseg/image_processor.h"

namespace troupe::parity {
namespace {

constexpr double kLevelOfBytes = 1.0 / 255 + 1e-5;  // a resized byte may differ by one

// pixel_values of a picture; the reference resizes bytes, so that one level, divided by the deviation, is allowed.
void compare_pixels(Comparison& comparison, const diffusion::ImageProcessor& processor, const at::Tensor& rgb,
                    const at::Tensor& expected) {
  const at::Tensor actual = processor(rgb);
  if (actual.sizes().slice(1) != expected.sizes().slice(1)) return comparison.fail("pixel_values: another size");
  const at::Tensor deviation = at::tensor(processor.deviation, at::kFloat).view({1, 3, 1, 1});
  const double levels = ((actual - expected).abs() * deviation).max().item<double>();
  if (!(levels <= kLevelOfBytes)) {
    comparison.fail("pixel_values differ by " + std::to_string(levels * 255) + " levels of 255");
  }
}

}  // namespace

std::vector<Outcome> check_clipseg(const Golden& golden, const diffusion::Placement& placement) {
  const Result<std::string> folder = golden.model_folder();
  if (!folder.ok()) return {failed(golden.name, folder.status())};
  const auto model = diffusion::ClipSeg::load(*folder, placement);
  if (!model.ok()) return {failed(golden.name, model.status())};
  Comparison comparison(golden.name);
  const at::Tensor ids = comparison.expect(golden.tensor("input_ids"));
  const at::Tensor pixels = comparison.expect(golden.tensor("pixel_values"));
  if (!ids.defined() || !pixels.defined()) return {comparison.outcome()};

  if (golden.has("image_u8")) {
    const auto processor = diffusion::ImageProcessor::read(*folder + "/preprocessor_config.json");
    if (!processor.ok()) return {failed(golden.name, processor.status())};
    compare_pixels(comparison, *processor, comparison.expect(golden.tensor("image_u8")), pixels);
  }
  const auto output = (*model)->forward(ids, pixels);
  comparison.close("conditional_embeddings", output.condition,
                   comparison.expect(golden.tensor("conditional_embeddings")), kClipSeg);
  comparison.close("logits", output.logits, comparison.expect(golden.tensor("logits")), kClipSeg);
  return {comparison.outcome()};
}

}  // namespace troupe::parity
