// Prompts as the text encoder takes them: windows of equal length, each with its bos and eos.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "worker/diffusion/tokenizers/clip_tokenizer.h"

namespace troupe::diffusion {

// What happens to a prompt that is longer than one window.
enum class LongPrompt {
  kCut,     // what does not fit is dropped, as diffusers does
  kWindows  // it goes on in further windows, each encoded alone, as WebUIs do
};

struct PromptWindow {
  std::vector<std::int64_t> ids;  // bos, tokens, eos, pad ...
  std::int64_t used = 0;          // bos, tokens and eos; the rest is padding
};

struct PromptTokens {
  std::vector<PromptWindow> windows;  // at least one
  std::int64_t dropped = 0;           // tokens that did not fit (kCut)
};

// Windows of `length` >= 3 ids each.
PromptTokens prompt_windows(const ClipTokenizer& tokenizer, std::string_view prompt, std::int64_t length,
                            LongPrompt long_prompt);

}  // namespace troupe::diffusion
