// CRC-32C (Castagnoli, RFC 3720 appendix B.4): tells a torn record of a log from a whole one.
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe {

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// The same on any machine; crc32c() takes the processor's instruction where there is one.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before = 0);

}  // namespace troupe
