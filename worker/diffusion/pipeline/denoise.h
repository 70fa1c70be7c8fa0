// The loop that text to image, image to image and inpainting share.
#pragma once

#include "common/base/status.h"
#include "worker/diffusion/pipeline/guided_model.h"
#include "worker/diffusion/pipeline/request.h"
#include "worker/diffusion/pipeline/start.h"

namespace troupe::diffusion {

// Takes all steps from start.first on: [B, C, h, w] latents, fp32. kCancelled when the callback says so. callback and
// trace may be empty.
Result<at::Tensor> denoise(const Start& start, const GuidedModel& model, Sampler& sampler, NoiseSource& noise,
                           const StepCallback& callback, DiffusionTrace* trace);

}  // namespace troupe::diffusion
