// What unicode.cpp and unicode_nfc.cpp share.
#pragma once

namespace troupe::diffusion::unicode {

// Canonical_Combining_Class: 0 for what stands alone, else where a mark goes on its base.
int combining_class(char32_t c);

}  // namespace troupe::diffusion::unicode
