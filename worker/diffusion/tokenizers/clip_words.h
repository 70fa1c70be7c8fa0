// How CLIP cleans a text and cuts it into words before byte-pair encoding.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::diffusion {

// NFC, runs of white space to one space, none at the ends, lower case.
std::u32string clean_text(std::u32string_view text);

// The pieces of a cleaned text that match, from left to right, the first of: 's 't 're 've 'm 'll 'd, a run of letters,
// one number, a run of anything else but white space.
std::vector<std::u32string_view> split_words(std::u32string_view text);

}  // namespace troupe::diffusion
