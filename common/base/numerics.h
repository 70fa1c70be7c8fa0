// The version of everything that decides pixels.
#pragma once

namespace troupe {

// Raised by hand whenever the same inputs may give other pixels: it is part of every content key, so that older results
// are not taken for those of this code.
inline constexpr int kNumericsVersion = 1;

}  // namespace troupe
