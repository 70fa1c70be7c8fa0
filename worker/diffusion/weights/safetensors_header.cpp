#include "worker/diffusion/weights/safetensors_header.h"

#include <c10/core/ScalarType.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "common/base/limits.h"

namespace troupe::diffusion {
namespace {

using nlohmann::json;
using Entry = SafetensorsFile::Entry;

Status corrupt(const std::string& message) {
  return Status(Code::kCorrupt, message);
}

std::optional<c10::ScalarType> dtype_of(const std::string& name) {
  static const std::map<std::string, c10::ScalarType> kDtypes = {
      {"F64", c10::kDouble}, {"F32", c10::kFloat}, {"F16", c10::kHalf}, {"BF16", c10::kBFloat16}, {"I64", c10::kLong},
      {"I32", c10::kInt},    {"I16", c10::kShort}, {"I8", c10::kChar},  {"U8", c10::kByte},       {"BOOL", c10::kBool}};
  const auto found = kDtypes.find(name);
  if (found == kDtypes.end()) return std::nullopt;
  return found->second;
}

// The bytes that a tensor of this shape takes; nothing when that does not fit 63 bits.
std::optional<std::uint64_t> bytes_of(const Entry& entry) {
  std::uint64_t bytes = c10::elementSize(entry.dtype);
  for (const std::int64_t side : entry.shape) {
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(side), &bytes) || bytes >> 63) return std::nullopt;
  }
  return bytes;
}

bool is_list_of_counts(const json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const json& item) { return item.is_number_unsigned(); });
}

Result<Entry> parse_entry(const json& value, std::uint64_t data_bytes) {
  if (!value.is_object() || !value.contains("dtype") || !value["dtype"].is_string() || !value.contains("shape") ||
      !is_list_of_counts(value["shape"]) || !value.contains("data_offsets") ||
      !is_list_of_counts(value["data_offsets"]) || value["data_offsets"].size() != 2) {
    return corrupt("is not {dtype, shape, data_offsets: [begin, end]}");
  }
  Entry entry;
  const std::string dtype = value["dtype"].get<std::string>();
  const auto known = dtype_of(dtype);
  if (!known) return corrupt("has the dtype " + dtype + "; known are F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL");
  entry.dtype = *known;
  if (value["shape"].size() > limits::kMaxTensorDimensions) return corrupt("has too many dimensions");
  for (const json& side : value["shape"]) {
    const auto size = side.get<std::uint64_t>();
    if (size >> 62) return corrupt("has an impossible shape");
    entry.shape.push_back(static_cast<std::int64_t>(size));
  }
  entry.begin = value["data_offsets"][0].get<std::uint64_t>();
  entry.end = value["data_offsets"][1].get<std::uint64_t>();
  if (entry.begin > entry.end || entry.end > data_bytes) {
    return corrupt("lies at bytes " + std::to_string(entry.begin) + " to " + std::to_string(entry.end) +
                   " of the data, which has " + std::to_string(data_bytes) + " (is the file truncated?)");
  }
  const auto bytes = bytes_of(entry);
  if (!bytes || *bytes != entry.end - entry.begin) {
    return corrupt("takes " + std::to_string(entry.end - entry.begin) +
                   " bytes, which does not fit its shape and dtype");
  }
  return entry;
}

Status check_coverage(const std::map<std::string, Entry>& entries, std::uint64_t data_bytes) {
  std::vector<std::pair<std::string, const Entry*>> order;
  for (const auto& [name, entry] : entries) order.emplace_back(name, &entry);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second->begin, a.second->end) < std::pair(b.second->begin, b.second->end);
  });
  std::uint64_t covered = 0;
  for (const auto& [name, entry] : order) {
    if (entry->begin < covered) return corrupt("tensor " + name + " overlaps the one before it");
    if (entry->begin > covered) return corrupt("there is a gap before tensor " + name);
    covered = entry->end;
  }
  if (covered != data_bytes) {
    return corrupt(std::to_string(data_bytes - covered) + " bytes after the last tensor belong to none");
  }
  return Status();
}

// The parsed header, or a discarded value; `duplicate` receives a name that stands there twice.
json parse_noting_duplicates(std::string_view text, std::string& duplicate) {
  std::set<std::string> seen;
  const auto note = [&](int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::key && depth == 1 && !seen.insert(parsed.get<std::string>()).second) {
      duplicate = parsed.get<std::string>();
    }
    return true;
  };
  return json::parse(text.begin(), text.end(), note, /*allow_exceptions=*/false);
}

}  // namespace

Result<SafetensorsHeader> parse_safetensors_header(std::string_view text, std::uint64_t data_bytes) {
  std::string duplicate;
  const json root = parse_noting_duplicates(text, duplicate);
  if (root.is_discarded() || !root.is_object()) return corrupt("the header is not a JSON object");
  if (!duplicate.empty()) return corrupt("the header names " + duplicate + " twice");
  SafetensorsHeader header;
  for (const auto& [name, value] : root.items()) {
    if (name == "__metadata__") {
      if (!value.is_object()) return corrupt("__metadata__ is not an object");
      for (const auto& [key, text_value] : value.items()) {
        if (!text_value.is_string()) return corrupt("__metadata__." + key + " is not a string");
        header.metadata.emplace(key, text_value.get<std::string>());
      }
      continue;
    }
    auto entry = parse_entry(value, data_bytes);
    if (!entry.ok()) return corrupt("tensor " + name + " " + entry.status().message());
    header.entries.emplace(name, std::move(*entry));
  }
  TROUPE_RETURN_IF_ERROR(check_coverage(header.entries, data_bytes));
  return header;
}

}  // namespace troupe::diffusion
