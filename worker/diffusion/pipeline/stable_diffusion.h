// Stable Diffusion 1.x from a folder in the layout of diffusers: text to image, image to image, inpainting.
#pragma once

#include <memory>
#include <string>

#include "common/base/status.h"
#include "worker/diffusion/pipeline/request.h"
#include "worker/diffusion/placement.h"
#include "worker/diffusion/text/clip_text.h"
#include "worker/diffusion/tokenizers/clip_tokenizer.h"
#include "worker/diffusion/unet/unet.h"
#include "worker/diffusion/vae/vae.h"

namespace troupe::diffusion {

class StableDiffusion {
 public:
  // vae_folder: of a VAE that takes the place of the folder's own; "": its own. kNotFound, kCorrupt with the file and
  // what is wrong, kNoSpace when memory ran out. kInvalid: a model_index.json of a pipeline or with parts of classes
  // that this is not made for.
  static Result<std::unique_ptr<StableDiffusion>> load(const std::string& folder, const Placement& placement,
                                                       const std::string& vae_folder = "");
  ~StableDiffusion();

  // Width and height must be multiples of this.
  int size_multiple() const;
  // Its UNet sees the mask and the masked picture (9 channels); others are led by blending in each step.
  bool is_for_inpainting() const;
  // kInvalid with what is wrong and what would be right, kTooLarge; needs no time.
  Status check(const DiffusionRequest& request) const;
  // check()'s errors, kCancelled, kNoSpace when memory ran out (a smaller batch may fit), kInternal. Not to be called
  // from two threads at once.
  Result<DiffusionResult> generate(const DiffusionRequest& request, const StepCallback& callback = {}) const;

  const ClipTokenizer& tokenizer() const;
  const ClipText& text() const;
  const Unet& unet() const;
  const Vae& vae() const;

 private:
  struct Parts;
  explicit StableDiffusion(std::unique_ptr<Parts> parts);
  Result<SamplerConfig> sampler_config(const DiffusionRequest& request) const;
  Result<DiffusionResult> run(const DiffusionRequest& request, const StepCallback& callback) const;
  std::unique_ptr<Parts> parts_;
};

}  // namespace troupe::diffusion
