#include "worker/diffusion/upscale/rrdb.h"

#include <ATen/ATen.h>

#include <string>
#include <utility>

namespace troupe::diffusion {
namespace {

constexpr double kSlope = 0.2;     // of the leaky ReLU
constexpr double kResidual = 0.2;  // weight of what a block adds

at::Tensor active(const at::Tensor& map) {
  return at::leaky_relu(map, kSlope);
}

}  // namespace

Result<DenseBlock> DenseBlock::load(NamedTensors& tensors, const std::string& name, std::int64_t features,
                                    std::int64_t growth) {
  DenseBlock block;
  for (std::int64_t i = 0; i < 5; ++i) {
    TROUPE_ASSIGN_OR_RETURN(
        block.convolutions[static_cast<std::size_t>(i)],
        tensors.take_conv(name + ".conv" + std::to_string(i + 1), features + i * growth, i == 4 ? features : growth));
  }
  return block;
}

at::Tensor DenseBlock::forward(const at::Tensor& map) const {
  std::vector<at::Tensor> seen = {map};
  for (std::size_t i = 0; i < 4; ++i) seen.push_back(active(convolutions[i](at::cat(seen, 1))));
  return convolutions[4](at::cat(seen, 1)).mul_(kResidual).add_(map);
}

bool Rrdb::is_in(const NamedTensors& tensors) {
  return tensors.contains("conv_first.weight");
}

Result<std::unique_ptr<EnlargingNetwork>> Rrdb::load(NamedTensors& tensors) {
  const auto first = tensors.shape_of("conv_first.weight");
  const auto dense = tensors.shape_of("body.0.rdb1.conv1.weight");
  const std::int64_t blocks = tensors.count("body.", ".rdb1.conv1.weight");
  std::int64_t doublings = 0;
  while (tensors.contains("conv_up" + std::to_string(doublings + 1) + ".weight")) ++doublings;
  auto network = std::make_unique<Rrdb>();
  network->fold_ = 0;
  for (const std::int64_t fold : {1, 2, 4}) {
    if (first.size() == 4 && first[1] == 3 * fold * fold) network->fold_ = fold;
  }
  if (network->fold_ == 0 || dense.size() != 4 || doublings > 3 || (1 << doublings) < network->fold_) {
    return Status(Code::kCorrupt, tensors.path() +
                                      ": it begins as RRDBNet does, but its shapes are not of one (3, 12 or 48 inputs, "
                                      "blocks body.0.rdb1.conv1 and on, up to 3 doublings)");
  }
  const std::int64_t features = first[0], growth = dense[0];
  TROUPE_ASSIGN_OR_RETURN(network->first_, tensors.take_conv("conv_first", first[1], features));
  for (std::int64_t i = 0; i < blocks; ++i) {
    auto& block = network->blocks_.emplace_back();
    for (std::size_t k = 0; k < block.size(); ++k) {
      const std::string name = "body." + std::to_string(i) + ".rdb" + std::to_string(k + 1);
      TROUPE_ASSIGN_OR_RETURN(block[k], DenseBlock::load(tensors, name, features, growth));
    }
  }
  TROUPE_ASSIGN_OR_RETURN(network->after_blocks_, tensors.take_conv("conv_body", features, features));
  for (std::int64_t i = 1; i <= doublings; ++i) {
    TROUPE_ASSIGN_OR_RETURN(Conv2d up, tensors.take_conv("conv_up" + std::to_string(i), features, features));
    network->doublings_.push_back(std::move(up));
  }
  TROUPE_ASSIGN_OR_RETURN(network->high_, tensors.take_conv("conv_hr", features, features));
  TROUPE_ASSIGN_OR_RETURN(network->last_, tensors.take_conv("conv_last", features, 3));
  return std::unique_ptr<EnlargingNetwork>(std::move(network));
}

std::int64_t Rrdb::reach() const {
  // Convolutions at the folded size: one, fifteen a block, one; those after doublings count as one pixel each.
  const auto blocks = static_cast<std::int64_t>(blocks_.size());
  return fold_ * (2 + 15 * blocks + static_cast<std::int64_t>(doublings_.size()) + 2);
}

at::Tensor Rrdb::forward(const at::Tensor& picture) const {
  const at::Tensor start = first_(fold_ == 1 ? picture : at::pixel_unshuffle(picture, fold_));
  at::Tensor map = start;
  for (const auto& block : blocks_) {
    at::Tensor inner = map;
    for (const DenseBlock& dense : block) inner = dense.forward(inner);
    map = inner.mul_(kResidual).add_(map);
  }
  map = after_blocks_(map).add_(start);
  for (const Conv2d& doubling : doublings_) {
    map = active(doubling(at::upsample_nearest2d(map, {2 * map.size(2), 2 * map.size(3)})));
  }
  return last_(active(high_(map)));
}

}  // namespace troupe::diffusion
