// Prompts to what the UNet attends to.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "worker/diffusion/text/clip_text.h"
#include "worker/diffusion/tokenizers/clip_tokenizer.h"
#include "worker/diffusion/tokenizers/prompt_windows.h"

namespace troupe::diffusion {

struct EncodedPrompts {
  at::Tensor prompt;    // [1, T, hidden]: T tokens of all windows, each encoded alone
  at::Tensor negative;  // the same T; undefined where there was none
  std::int64_t dropped_tokens = 0;
};

// negative: null when it is not needed; "" is a prompt like any other. The shorter of the two is filled up with empty
// windows. 0 <= clip_skip <= layers of the encoder; it holds for the prompt alone, as in diffusers. Throws c10::Error.
EncodedPrompts encode_prompts(const ClipTokenizer& tokenizer, const ClipText& encoder, const std::string& prompt,
                              const std::string* negative, LongPrompt long_prompt, int clip_skip);

}  // namespace troupe::diffusion
