// A config.json of a model folder, read with checks: every value has a type and a range, every error names file and
// key.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/base/status.h"

namespace troupe::diffusion {

// The getters return the value, or `fallback` where the key is absent or null. A key without fallback that is absent, a
// wrong type or a value out of range is remembered (the first one), a harmless value comes back, and status() says so:
// read everything, then check status() once.
class ModelConfig {
 public:
  // kNotFound, kTooLarge, or kCorrupt (not a JSON object).
  static Result<ModelConfig> read(const std::string& path);

  // The object at `key` as a config of its own, whose messages name file and key. kCorrupt where there is none.
  Result<ModelConfig> object(const std::string& key) const;

  const std::string& path() const { return path_; }
  bool has(const std::string& key) const;  // present and not null

  std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most,
                       std::optional<std::int64_t> fallback = std::nullopt);
  // Finite.
  double number(const std::string& key, std::optional<double> fallback = std::nullopt);
  bool boolean(const std::string& key, std::optional<bool> fallback = std::nullopt);
  std::string text(const std::string& key, std::optional<std::string> fallback = std::nullopt);
  // A list of 1 to 16 integers, or one integer that stands for `repeat` equal ones (when repeat > 0). With repeat > 0
  // the length must be `repeat`.
  std::vector<std::int64_t> integers(const std::string& key, std::int64_t least, std::int64_t most,
                                     std::size_t repeat = 0, std::optional<std::int64_t> fallback = std::nullopt);
  // A list of `count` finite numbers.
  std::vector<double> numbers(const std::string& key, std::size_t count,
                              std::optional<std::vector<double>> fallback = std::nullopt);
  // A list of 1 to 16 strings.
  std::vector<std::string> texts(const std::string& key);

  // Remembers an error when the key is present and is neither null nor the JSON value `expected` ("false", "1.0",
  // "\"default\""): for options that exist in the format and that this program does not implement.
  void supports_only(const std::string& key, const std::string& expected);
  // Remembers an error about `key`.
  void fail(const std::string& key, const std::string& what);

  Status status() const { return status_; }

 private:
  const nlohmann::json* value(const std::string& key, bool required);

  std::string path_;
  std::shared_ptr<const nlohmann::json> root_;
  Status status_;
};

}  // namespace troupe::diffusion
