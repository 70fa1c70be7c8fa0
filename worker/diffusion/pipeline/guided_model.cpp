#include "worker/diffusion/pipeline/guided_model.h"

#include <ATen/ATen.h>

#include "worker/diffusion/pipeline/guidance.h"

namespace troupe::diffusion {

GuidedModel::GuidedModel(const Unet& unet, const EncodedPrompts& prompts, std::int64_t batch, Guidance guidance,
                         at::Tensor condition)
    : unet_(unet), guidance_(guidance), guided_(prompts.negative.defined()), condition_(std::move(condition)) {
  const auto repeated = [&](const at::Tensor& context) { return context.expand({batch, -1, -1}); };
  context_ = unet.prepare(guided_ ? at::cat({repeated(prompts.negative), repeated(prompts.prompt)})
                                  : repeated(prompts.prompt).contiguous());
}

at::Tensor GuidedModel::input(const at::Tensor& x) const {
  const at::Tensor one = condition_.defined() ? at::cat({x, condition_}, 1) : x;
  return guided_ ? at::cat({one, one}) : one;
}

at::Tensor GuidedModel::operator()(const at::Tensor& input, double timestep) const {
  const at::Tensor output = unet_.forward(input, at::scalar_tensor(timestep, input.options()), context_).to(at::kFloat);
  if (!guided_) return output;
  const std::vector<at::Tensor> halves = output.chunk(2);
  return guide(halves[0], halves[1], guidance_.scale, guidance_.rescale);
}

}  // namespace troupe::diffusion
