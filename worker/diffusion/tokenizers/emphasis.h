// The weight syntax of WebUI prompts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::diffusion {

struct WeightedText {
  std::string text;
  double weight = 1;
};

// (x) weighs x 1.1 times as much, [x] 1 / 1.1 times, (x:1.3) 1.3 times; they nest by multiplication, a backslash takes
// the meaning from the bracket after it, and a bracket that is never closed reaches to the end. Neighbours of equal
// weight come as one. At least one piece.
std::vector<WeightedText> parse_emphasis(std::string_view prompt);

// The prompt without its weight syntax: what the tokenizer is to see.
std::string without_emphasis(std::string_view prompt);

}  // namespace troupe::diffusion
