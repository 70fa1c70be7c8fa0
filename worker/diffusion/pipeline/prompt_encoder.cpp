#include "worker/diffusion/pipeline/prompt_encoder.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace troupe::diffusion {
namespace {

at::Tensor encode_windows(const ClipText& encoder, const std::vector<PromptWindow>& windows, int clip_skip) {
  const auto length = static_cast<std::int64_t>(windows.front().ids.size());
  const at::Tensor ids = at::empty({static_cast<std::int64_t>(windows.size()), length}, at::kLong);
  std::int64_t* out = ids.data_ptr<std::int64_t>();
  for (const PromptWindow& window : windows) out = std::copy(window.ids.begin(), window.ids.end(), out);
  const at::Tensor hidden = encoder.clip_skip(encoder.forward(ids), clip_skip);
  return hidden.reshape({1, -1, hidden.size(2)});
}

}  // namespace

EncodedPrompts encode_prompts(const ClipTokenizer& tokenizer, const ClipText& encoder, const std::string& prompt,
                              const std::string* negative, LongPrompt long_prompt, int clip_skip) {
  const std::int64_t length = std::min(tokenizer.max_length(), encoder.config().max_positions);
  const auto tokenized = [&](const std::string& text) { return prompt_windows(tokenizer, text, length, long_prompt); };
  PromptTokens wanted = tokenized(prompt);
  PromptTokens unwanted = negative != nullptr ? tokenized(*negative) : PromptTokens();
  if (negative != nullptr) {
    const PromptWindow empty = tokenized("").windows.front();
    const std::size_t count = std::max(wanted.windows.size(), unwanted.windows.size());
    wanted.windows.resize(count, empty);
    unwanted.windows.resize(count, empty);
  }
  EncodedPrompts out;
  out.dropped_tokens = wanted.dropped + unwanted.dropped;
  out.prompt = encode_windows(encoder, wanted.windows, clip_skip);
  if (negative != nullptr) out.negative = encode_windows(encoder, unwanted.windows, /*clip_skip=*/0);
  return out;
}

}  // namespace troupe::diffusion
