// RRDBNet (ESRGAN and Real-ESRGAN; basicsr/archs/rrdbnet_arch.py): residual-in-residual dense blocks, then doublings.
// A scale below that of its doublings is had by folding the picture's pixels into channels first.
#pragma once

#include <array>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/upscale/named_tensors.h"
#include "worker/diffusion/upscale/network.h"

namespace troupe::diffusion {

// Five convolutions, each of which sees the outputs of all before it.
struct DenseBlock {
  std::array<Conv2d, 5> convolutions;

  static Result<DenseBlock> load(NamedTensors& tensors, const std::string& name, std::int64_t features,
                                 std::int64_t growth);
  at::Tensor forward(const at::Tensor& map) const;
};

class Rrdb final : public EnlargingNetwork {
 public:
  // Whether the tensors look like one: conv_first.weight.
  static bool is_in(const NamedTensors& tensors);
  // Features, growth, blocks, doublings and folding follow from names and shapes. kCorrupt names the tensor.
  static Result<std::unique_ptr<EnlargingNetwork>> load(NamedTensors& tensors);

  std::int64_t scale() const override { return (std::int64_t{1} << doublings_.size()) / fold_; }
  std::int64_t multiple() const override { return fold_; }
  std::int64_t reach() const override;
  at::Tensor forward(const at::Tensor& picture) const override;

 private:
  std::int64_t fold_ = 1;  // pixels of a side that become channels
  Conv2d first_;
  std::vector<std::array<DenseBlock, 3>> blocks_;
  Conv2d after_blocks_;
  std::vector<Conv2d> doublings_;
  Conv2d high_;
  Conv2d last_;
};

}  // namespace troupe::diffusion
