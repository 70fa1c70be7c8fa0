#include "worker/chain/torch/torch_stages.h"

#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/headeronly/version.h>

#include "common/base/numerics.h"
#include "worker/chain/device_facts.h"
#include "worker/chain/torch/generate.h"
#include "worker/chain/torch/inpaint.h"
#include "worker/chain/torch/segment.h"
#include "worker/chain/torch/upscale.h"
#include "worker/diffusion/torch_errors.h"

namespace troupe::chain {
namespace {

std::string name_of(const diffusion::Placement& placement) {
  if (placement.device.is_cpu()) return cpu_name();
  return gpu_name(placement.device.has_index() ? placement.device.index() : 0);
}

std::string class_of(const diffusion::Placement& placement) {
  std::string text = "n" + std::to_string(kNumericsVersion) + " torch-" TORCH_VERSION;
  if (placement.device.is_cpu()) {
    text += " " + cpu_class();
  } else {
    text += " " + name_of(placement) + " cudnn-" + std::to_string(at::detail::getCUDAHooks().versionCuDNN());
  }
  return text + " " + diffusion::dtype_name(placement.dtype) + " threads-" + std::to_string(at::get_num_threads()) +
         " batch-1";
}

class Stages final : public TorchStages {
 public:
  explicit Stages(TorchDevice device) : device_(std::move(device)) {}

  std::vector<std::string> kinds() const override { return {"generate", "segment", "inpaint", "upscale"}; }
  Result<std::unique_ptr<Stage>> make(const manifest::StageJob& stage) override {
    if (stage.kind == "segment") return make_segment(stage.parameters, device_);
    if (stage.kind == "inpaint") return make_inpaint(stage.parameters, device_);
    if (stage.kind == "upscale") return make_upscale(stage.parameters, device_);
    return make_generate(stage.parameters, device_);
  }
  std::string device_name() const override { return name_of(device_.placement); }
  std::string numerics_class() const override { return class_of(device_.placement); }

 private:
  TorchDevice device_;
};

}  // namespace

Result<std::unique_ptr<TorchStages>> TorchStages::make(const TorchOptions& options, std::shared_ptr<Packs> packs,
                                                       std::shared_ptr<FaceFinder> faces) {
  return diffusion::catch_torch("prepare libtorch", [&]() -> Result<std::unique_ptr<TorchStages>> {
    if (options.threads > 0) at::set_num_threads(options.threads);
    TROUPE_ASSIGN_OR_RETURN(const auto placement, diffusion::resolve_placement(options.device, options.dtype));
    return std::unique_ptr<TorchStages>(std::make_unique<Stages>(
        TorchDevice{options.device, placement, class_of, ModelCache(), std::move(packs), std::move(faces)}));
  });
}

}  // namespace troupe::chain
