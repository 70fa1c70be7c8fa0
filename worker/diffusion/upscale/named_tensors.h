// The tensors of an upscaler's file by the names that Real-ESRGAN gives them, however the file spells them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

#include "common/base/status.h"
#include "worker/diffusion/nn/layers.h"
#include "worker/diffusion/placement.h"

namespace troupe::diffusion {

class NamedTensors {
 public:
  // Reads a checkpoint (see read_checkpoint). Of the dicts params_ema, params and state_dict the first that is there is
  // taken; "module." before names is dropped; the names of ESRGAN's two older spellings (model.1.sub.0.RDB1.conv1.0 and
  // RRDB_trunk.0.RDB1.conv1) become body.0.rdb1.conv1 and its like.
  static Result<NamedTensors> read(const std::string& path, const Placement& placement);

  // From tensors that are there already; `path` is for messages.
  static NamedTensors of(std::map<std::string, at::Tensor> tensors, const std::string& path,
                         const Placement& placement);

  const std::string& path() const { return path_; }
  bool contains(const std::string& name) const { return tensors_.count(name) != 0; }
  // Empty where there is no such tensor.
  at::IntArrayRef shape_of(const std::string& name) const;
  // How many numbers n from 0 up have a tensor prefix + n + suffix.
  std::int64_t count(const std::string& prefix, const std::string& suffix) const;

  // The tensor on the placement's device in its dtype; it is gone from here then. kCorrupt names file, tensor and both
  // shapes.
  Result<at::Tensor> take(const std::string& name, at::IntArrayRef shape);
  // A 3x3 convolution that keeps the size.
  Result<Conv2d> take_conv(const std::string& name, std::int64_t in, std::int64_t out);

  // kCorrupt when tensors are left that nobody took.
  Status check_all_taken() const;

 private:
  std::string path_;
  Placement placement_;
  std::map<std::string, at::Tensor> tensors_;
};

}  // namespace troupe::diffusion
