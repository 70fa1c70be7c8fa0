// CLIPSeg: a picture and a phrase to a map of where the phrase is seen (CLIPSegForImageSegmentation of transformers).
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "common/base/status.h"
#include "worker/diffusion/clipseg/clipseg_config.h"
#include "worker/diffusion/placement.h"

namespace troupe::diffusion {

class ClipSeg {
 public:
  struct Output {
    at::Tensor logits;     // [B, H', W']; about the size of the pixels. Sigmoid makes probabilities of them.
    at::Tensor condition;  // [B, projection_dim]: the phrases' embeddings
  };

  // folder holds config.json and model.safetensors (or a variant; see Weights::load). kNotFound, or kCorrupt with file
  // and key.
  static Result<std::unique_ptr<ClipSeg>> load(const std::string& folder, const Placement& placement);
  ~ClipSeg();

  const ClipSegConfig& config() const;

  // ids: [B, T] int64 of phrases, see ClipText::forward. pixels: [B, 3, H, W], or [1, 3, H, W] for one picture that all
  // phrases are looked for in; normalised floats, sides of at least one patch. Throws c10::Error.
  Output forward(const at::Tensor& ids, const at::Tensor& pixels) const;

 private:
  struct Parts;
  ClipSeg();
  std::unique_ptr<Parts> parts_;
};

}  // namespace troupe::diffusion
