// JSON as Python writes it: with NaN, Infinity and -Infinity as values, which no JSON parser takes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/base/status.h"

namespace troupe::diffusion {

// The value of `text`, those three read as null. kCorrupt when it is not JSON otherwise.
Result<nlohmann::json> parse_python_json(const std::string& text);

// The same of a file of at most `most` bytes; the errors name it.
Result<nlohmann::json> read_python_json(const std::string& path, std::uint64_t most);

}  // namespace troupe::diffusion
