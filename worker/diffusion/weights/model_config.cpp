#include "worker/diffusion/weights/model_config.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "common/base/files.h"
#include "common/base/limits.h"

namespace troupe::diffusion {
namespace {

constexpr std::size_t kMaxListItems = 16;

std::string range_text(std::int64_t least, std::int64_t most) {
  return "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
}

bool in_range(const nlohmann::json& value, std::int64_t least, std::int64_t most) {
  if (!value.is_number_integer()) return false;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) return false;
  const auto number = value.get<std::int64_t>();
  return number >= least && number <= most;
}

// What stands there, short enough for a message.
std::string shown(const nlohmann::json& value) {
  std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (text.size() > 80) text = text.substr(0, 77) + "...";
  return text;
}

}  // namespace

Result<ModelConfig> ModelConfig::read(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(path, limits::kMaxModelConfigBytes));
  auto root = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) return Status(Code::kCorrupt, path + " is not a JSON object");
  ModelConfig config;
  config.path_ = path;
  config.root_ = std::make_shared<const nlohmann::json>(std::move(root));
  return config;
}

Result<ModelConfig> ModelConfig::object(const std::string& key) const {
  if (!has(key) || !(*root_)[key].is_object()) {
    return Status(Code::kCorrupt, path_ + ": " + key + " is not a JSON object");
  }
  ModelConfig config;
  config.path_ = path_ + ": " + key;
  config.root_ = std::make_shared<const nlohmann::json>((*root_)[key]);
  return config;
}

bool ModelConfig::has(const std::string& key) const {
  const auto found = root_->find(key);
  return found != root_->end() && !found->is_null();
}

void ModelConfig::fail(const std::string& key, const std::string& what) {
  if (status_.ok()) status_ = Status(Code::kCorrupt, path_ + ": " + key + " " + what);
}

const nlohmann::json* ModelConfig::value(const std::string& key, bool required) {
  if (has(key)) return &(*root_)[key];
  if (required) fail(key, "is missing");
  return nullptr;
}

std::int64_t ModelConfig::integer(const std::string& key, std::int64_t least, std::int64_t most,
                                  std::optional<std::int64_t> fallback) {
  const auto* found = value(key, !fallback);
  if (found == nullptr) return fallback.value_or(least);
  if (in_range(*found, least, most)) return found->get<std::int64_t>();
  fail(key, "is " + shown(*found) + "; it must be " + range_text(least, most));
  return least;
}

double ModelConfig::number(const std::string& key, std::optional<double> fallback) {
  const auto* found = value(key, !fallback);
  if (found == nullptr) return fallback.value_or(0);
  if (found->is_number() && std::isfinite(found->get<double>())) return found->get<double>();
  fail(key, "is " + shown(*found) + "; it must be a number");
  return 0;
}

bool ModelConfig::boolean(const std::string& key, std::optional<bool> fallback) {
  const auto* found = value(key, !fallback);
  if (found == nullptr) return fallback.value_or(false);
  if (found->is_boolean()) return found->get<bool>();
  fail(key, "is " + shown(*found) + "; it must be true or false");
  return false;
}

std::string ModelConfig::text(const std::string& key, std::optional<std::string> fallback) {
  const auto* found = value(key, !fallback);
  if (found == nullptr) return fallback.value_or("");
  if (found->is_string()) return found->get<std::string>();
  fail(key, "is " + shown(*found) + "; it must be a string");
  return "";
}

std::vector<std::int64_t> ModelConfig::integers(const std::string& key, std::int64_t least, std::int64_t most,
                                                std::size_t repeat, std::optional<std::int64_t> fallback) {
  const std::size_t harmless = repeat > 0 ? repeat : 1;
  const auto* found = value(key, !fallback);
  if (found == nullptr) return std::vector<std::int64_t>(harmless, fallback.value_or(least));
  if (repeat > 0 && in_range(*found, least, most)) {
    return std::vector<std::int64_t>(repeat, found->get<std::int64_t>());
  }
  std::vector<std::int64_t> result;
  bool good = found->is_array() && !found->empty() && found->size() <= kMaxListItems;
  if (repeat > 0) good = good && found->size() == repeat;
  if (good) {
    for (const auto& item : *found) {
      good = good && in_range(item, least, most);
      if (good) result.push_back(item.get<std::int64_t>());
    }
  }
  if (good) return result;
  fail(key, "is " + shown(*found) + "; it must be a list of " +
                (repeat > 0 ? std::to_string(repeat) : "1 to " + std::to_string(kMaxListItems)) + ", each " +
                range_text(least, most));
  return std::vector<std::int64_t>(harmless, least);
}

std::vector<double> ModelConfig::numbers(const std::string& key, std::size_t count,
                                         std::optional<std::vector<double>> fallback) {
  const auto* found = value(key, !fallback);
  if (found == nullptr) return fallback.value_or(std::vector<double>(count, 1));
  std::vector<double> result;
  bool good = found->is_array() && found->size() == count;
  if (good) {
    for (const auto& item : *found) {
      good = good && item.is_number() && std::isfinite(item.get<double>());
      if (good) result.push_back(item.get<double>());
    }
  }
  if (good) return result;
  fail(key, "is " + shown(*found) + "; it must be a list of " + std::to_string(count) + " numbers");
  return std::vector<double>(count, 1);
}

std::vector<std::string> ModelConfig::texts(const std::string& key) {
  const auto* found = value(key, true);
  if (found == nullptr) return {""};
  std::vector<std::string> result;
  bool good = found->is_array() && !found->empty() && found->size() <= kMaxListItems;
  if (good) {
    for (const auto& item : *found) {
      good = good && item.is_string();
      if (good) result.push_back(item.get<std::string>());
    }
  }
  if (good) return result;
  fail(key, "is " + shown(*found) + "; it must be a list of 1 to " + std::to_string(kMaxListItems) + " strings");
  return {""};
}

void ModelConfig::supports_only(const std::string& key, const std::string& expected) {
  const auto* found = value(key, false);
  if (found == nullptr || *found == nlohmann::json::parse(expected)) return;
  fail(key, "is " + shown(*found) + ", which is not supported (only " + expected + ")");
}

}  // namespace troupe::diffusion
