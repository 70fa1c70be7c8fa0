// Finds what a phrase names in a picture: tokenizer, preparation and CLIPSeg of one transformers folder.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "common/base/status.h"
#include "worker/diffusion/clipseg/clipseg.h"
#include "worker/diffusion/clipseg/image_processor.h"
#include "worker/diffusion/placement.h"
#include "worker/diffusion/tokenizers/clip_tokenizer.h"

namespace troupe::diffusion {

class Segmenter {
 public:
  // folder: config.json, model.safetensors, preprocessor_config.json, vocab.json, merges.txt (the last two may lie in
  // tokenizer/). kNotFound, or kCorrupt with the file: also where tokenizer and network do not belong together.
  static Result<std::unique_ptr<Segmenter>> load(const std::string& folder, const Placement& placement);

  struct Found {
    at::Tensor logits;         // [h, w] floats on the CPU, of the whole picture at a size of the network's own
    std::int64_t dropped = 0;  // tokens of the phrase that did not fit
  };
  // rgb: [H, W, 3] bytes on the CPU, H and W at least 1. kInvalid for another tensor or a phrase without a word,
  // kNoSpace when memory ran out.
  Result<Found> find(const at::Tensor& rgb, const std::string& phrase) const;

 private:
  Segmenter(ClipTokenizer tokenizer, ImageProcessor processor, std::unique_ptr<ClipSeg> model)
      : tokenizer_(std::move(tokenizer)), processor_(std::move(processor)), model_(std::move(model)) {}

  ClipTokenizer tokenizer_;
  ImageProcessor processor_;
  std::unique_ptr<ClipSeg> model_;
};

}  // namespace troupe::diffusion
