#include "coordinator/core/models.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "common/base/limits.h"
#include "coordinator/core/rules/model_switch.h"

namespace troupe::core {
namespace {

constexpr double kWorthSaving = 0.1;  // of a number: smaller changes are not written down

double seconds_of_loading(const JobResult& result) {
  double seconds = 0;
  for (const StageTiming& timing : result.timings) {
    if (timing.stage == kLoadTiming && !timing.reused) seconds += timing.seconds;
  }
  return seconds;
}

}  // namespace

void Models::restore(const std::string& key, const std::string& json) {
  const nlohmann::json fact = nlohmann::json::parse(json, nullptr, false);
  const std::size_t bar = key.find('|');
  if (!fact.is_object() || bar == std::string::npos) return;
  Model& model = models_[{key.substr(0, bar), key.substr(bar + 1)}];
  if (fact.contains("load_seconds")) model.load_seconds = fact.value("load_seconds", 0.0);
  model.peak_bytes = fact.value("peak_bytes", std::uint64_t{0});
}

bool Models::learn(const std::string& pack, const std::string& device, const JobResult& result) {
  const double loading = seconds_of_loading(result);
  if (!(loading > 0) && result.peak_memory_bytes == 0) return false;
  const Key key(pack, device);
  auto at = models_.find(key);
  if (at == models_.end()) {
    if (models_.size() >= limits::kMaxModelsKnown) return false;
    at = models_.emplace(key, Model{}).first;
  }
  Model& model = at->second;
  if (loading > 0) {
    const std::optional<double> before = model.load_seconds;
    model.load_seconds = rules::learn(before, loading);
    if (!before || std::abs(*model.load_seconds - *before) > kWorthSaving * *before) unsaved_.insert(key);
  }
  if (result.peak_memory_bytes <= model.peak_bytes) return false;
  model.peak_bytes = result.peak_memory_bytes;
  unsaved_.insert(key);
  return true;
}

std::optional<double> Models::load_seconds(const std::string& pack, const std::string& device) const {
  const auto at = models_.find({pack, device});
  return at == models_.end() ? std::nullopt : at->second.load_seconds;
}

std::uint64_t Models::peak(const std::string& pack, const std::string& device) const {
  std::uint64_t least = 0;
  for (auto at = models_.lower_bound({pack, ""}); at != models_.end() && at->first.first == pack; ++at) {
    const std::uint64_t peak = at->second.peak_bytes;
    if (at->first.second == device && peak > 0) return peak;
    if (peak > 0) least = least == 0 ? peak : std::min(least, peak);
  }
  return least;
}

std::vector<FactStored> Models::take_facts() {
  std::vector<FactStored> facts;
  for (const Key& key : std::exchange(unsaved_, {})) {
    const Model& model = models_.at(key);
    nlohmann::json fact = {{"peak_bytes", model.peak_bytes}};
    if (model.load_seconds) fact["load_seconds"] = *model.load_seconds;
    facts.push_back({"model", key.first + "|" + key.second, fact.dump()});
  }
  return facts;
}

}  // namespace troupe::core
