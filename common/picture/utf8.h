// UTF-8, one code point at a time, for the text of pictures.
#pragma once

#include <string>
#include <string_view>

namespace troupe::picture {

inline constexpr char32_t kReplacement = 0xFFFD;

// Takes the first code point off `text`, which must not be empty. A byte that starts no valid sequence (overlong forms
// and surrogates included) is taken alone and gives kReplacement.
char32_t take_code_point(std::string_view& text);

void append_utf8(std::string& text, char32_t code_point);

bool is_utf8(std::string_view text);

}  // namespace troupe::picture
