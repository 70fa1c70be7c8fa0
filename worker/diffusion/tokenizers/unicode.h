// The little of Unicode that a tokenizer needs: classes of code points, lower case, and the composed form NFC.
#pragma once

#include <string>
#include <string_view>

namespace troupe::diffusion::unicode {

// Each byte that is not part of valid UTF-8 becomes U+FFFD.
std::u32string decode(std::string_view utf8);
std::string encode(std::u32string_view text);

bool is_letter(char32_t c);  // \p{L}
bool is_number(char32_t c);  // \p{N}
bool is_space(char32_t c);   // White_Space

// Full lower case, with the final sigma by its neighbours.
std::u32string to_lower(std::u32string_view text);

// Canonical composition (Unicode Standard Annex 15).
std::u32string to_nfc(std::u32string_view text);

}  // namespace troupe::diffusion::unicode
