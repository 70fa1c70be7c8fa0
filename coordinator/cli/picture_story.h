// What a picture file says of how it was made: Troupe's own text, and that of other tools.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/base/status.h"
#include "coordinator/cli/output.h"

namespace troupe::cli {

// "schema", "file", "infotext" ({prompt, negative, fields} as the WebUI writes it), "troupe" (campaign, address, seeds,
// chain, models, scores, ...), "xmp" ({digital_source_type, consents}), "texts" (all text chunks as they stand); null
// where the file has no such thing. kNotFound for a picture without any text, kInvalid for what is no picture.
Result<nlohmann::json> picture_story(const std::string& path);

// For people.
void print_story(const Output& output, const nlohmann::json& story);

}  // namespace troupe::cli
