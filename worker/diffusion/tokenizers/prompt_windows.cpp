#include "worker/diffusion/tokenizers/prompt_windows.h"

#include <algorithm>

namespace troupe::diffusion {

PromptTokens prompt_windows(const ClipTokenizer& tokenizer, std::string_view prompt, std::int64_t length,
                            LongPrompt long_prompt) {
  const std::vector<std::int64_t> tokens = tokenizer.encode(prompt);
  const auto room = static_cast<std::size_t>(length - 2);
  PromptTokens out;
  std::size_t taken = 0;
  do {
    const std::size_t count = std::min(room, tokens.size() - taken);
    PromptWindow window;
    window.used = static_cast<std::int64_t>(count) + 2;
    window.ids.reserve(static_cast<std::size_t>(length));
    window.ids.push_back(tokenizer.bos());
    for (std::size_t i = taken; i < taken + count; ++i) window.ids.push_back(tokens[i]);
    window.ids.push_back(tokenizer.eos());
    window.ids.resize(static_cast<std::size_t>(length), tokenizer.pad());
    out.windows.push_back(std::move(window));
    taken += count;
  } while (long_prompt == LongPrompt::kWindows && taken < tokens.size());
  out.dropped = static_cast<std::int64_t>(tokens.size() - taken);
  return out;
}

}  // namespace troupe::diffusion
