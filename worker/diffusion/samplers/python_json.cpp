#include "worker/diffusion/samplers/python_json.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "common/base/files.h"

namespace troupe::diffusion {
namespace {

constexpr std::string_view kNotJson[] = {"-Infinity", "Infinity", "NaN"};

std::string with_nulls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size();) {
    if (in_string && text[i] == '\\' && i + 1 < text.size()) {
      out.append(text, i, 2);
      i += 2;
      continue;
    }
    if (text[i] == '"') in_string = !in_string;
    std::size_t word = 0;
    for (std::string_view name : kNotJson) {
      if (!in_string && text.substr(i).starts_with(name)) word = name.size();
    }
    if (word > 0) {
      out += "null";
      i += word;
    } else {
      out.push_back(text[i++]);
    }
  }
  return out;
}

}  // namespace

Result<nlohmann::json> parse_python_json(const std::string& text) {
  nlohmann::json value = nlohmann::json::parse(with_nulls(text), nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return Status(Code::kCorrupt, "not JSON");
  return value;
}

Result<nlohmann::json> read_python_json(const std::string& path, std::uint64_t most) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(path, most));
  Result<nlohmann::json> value = parse_python_json(text);
  if (!value.ok()) return Status(Code::kCorrupt, path + ": not JSON");
  return value;
}

}  // namespace troupe::diffusion
