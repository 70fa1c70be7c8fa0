#include "worker/diffusion/upscale/upscaler.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "common/base/limits.h"
#include "worker/diffusion/torch_errors.h"
#include "worker/diffusion/upscale/named_tensors.h"
#include "worker/diffusion/upscale/rrdb.h"
#include "worker/diffusion/upscale/srvgg.h"

namespace troupe::diffusion {
namespace {

constexpr std::int64_t kLeastTile = 16;

Result<std::unique_ptr<EnlargingNetwork>> load_network(NamedTensors& tensors) {
  if (Srvgg::is_in(tensors)) return Srvgg::load(tensors);
  if (Rrdb::is_in(tensors)) return Rrdb::load(tensors);
  return Status(Code::kCorrupt, tensors.path() +
                                    ": neither SRVGGNetCompact (body.0.weight) nor RRDBNet (conv_first.weight): not an "
                                    "upscaler that can be used here");
}

Status check(const at::Tensor& rgb, const TileOptions& options, std::int64_t scale) {
  if (rgb.dim() != 3 || rgb.size(2) != 3 || rgb.numel() == 0 || rgb.scalar_type() != at::kByte) {
    return {Code::kInvalid, "upscale: needs an RGB picture of at least one pixel"};
  }
  if (options.tile < kLeastTile || options.overlap < 0) {
    return {Code::kInvalid, "upscale: a tile has at least " + std::to_string(kLeastTile) + " pixels, an overlap 0"};
  }
  const std::int64_t height = rgb.size(0) * scale, width = rgb.size(1) * scale;
  if (height > limits::kMaxPictureSide || width > limits::kMaxPictureSide ||
      height * width > limits::kMaxPicturePixels) {
    return {Code::kTooLarge, "upscale: " + std::to_string(rgb.size(1)) + "x" + std::to_string(rgb.size(0)) +
                                 " pixels become " + std::to_string(width) + "x" + std::to_string(height) +
                                 ", more than a picture may have"};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Upscaler>> Upscaler::load(const std::string& path, const Placement& placement) {
  return catch_torch(path, [&]() -> Result<std::unique_ptr<Upscaler>> {
    TROUPE_ASSIGN_OR_RETURN(NamedTensors tensors, NamedTensors::read(path, placement));
    TROUPE_ASSIGN_OR_RETURN(std::unique_ptr<EnlargingNetwork> network, load_network(tensors));
    TROUPE_RETURN_IF_ERROR(tensors.check_all_taken());
    return std::make_unique<Upscaler>(std::move(network), placement);
  });
}

Result<at::Tensor> Upscaler::enlarge(const at::Tensor& rgb, const TileOptions& options,
                                     const std::function<bool(int, int)>& on_tile) const {
  TROUPE_RETURN_IF_ERROR(check(rgb, options, scale()));
  return catch_torch("upscale", [&]() -> Result<at::Tensor> {
    c10::InferenceMode inference;
    const at::Tensor picture = rgb.permute({2, 0, 1}).unsqueeze(0).to(placement_.device, placement_.dtype).div(255);
    TROUPE_ASSIGN_OR_RETURN(at::Tensor enlarged, enlarge_in_tiles(*network_, picture, options, on_tile));
    if (!enlarged.isfinite().all().item<bool>()) {
      return Status(Code::kInternal, std::string("upscale: the network gave values that are no numbers in ") +
                                         dtype_name(placement_.dtype));
    }
    return enlarged.mul_(255).round_().clamp_(0, 255).to(at::kByte).permute({1, 2, 0}).contiguous();
  });
}

}  // namespace troupe::diffusion
