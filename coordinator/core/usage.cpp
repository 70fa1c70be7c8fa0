#include "coordinator/core/usage.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "coordinator/core/farm.h"
#include "coordinator/core/rules/fair_share.h"
#include "coordinator/core/rules/running.h"

namespace troupe::core {
namespace {

constexpr int kMostHalfLives = 50;

}  // namespace

double Usage::growth(Instant now) const {
  return rules::growth(now - base_, options_.usage_half_life);
}

void Usage::restore(const std::string& project, const std::string& json, Instant now, WallMillis wall) {
  if (projects_.empty()) base_ = now;
  const nlohmann::json fact = nlohmann::json::parse(json, nullptr, false);
  if (!fact.is_object()) return;
  const double seconds = fact.value("seconds", 0.0);
  const Millis ago(std::max<WallMillis>(0, wall - fact.value("at", wall)));
  projects_[project].used = rules::decayed(seconds, ago, options_.usage_half_life) * growth(now);
  changed_.insert(project);
}

void Usage::begin(const std::string& project, double seconds) {
  Project& one = projects_[project];
  one.in_flight += seconds;
  ++one.running;
  changed_.insert(project);
}

void Usage::end(const std::string& project, double seconds) {
  Project& one = projects_[project];
  --one.running;
  one.in_flight = one.running == 0 ? 0 : std::max(0.0, one.in_flight - seconds);
  changed_.insert(project);
}

void Usage::spend(const std::string& project, double seconds, Instant now) {
  if (!(seconds > 0) || !std::isfinite(seconds)) return;
  projects_[project].used += seconds * growth(now);
  changed_.insert(project);
  unsaved_.insert(project);
}

double Usage::seconds_in_key(double seconds, Instant now) const {
  return seconds * growth(now);
}

double Usage::key(const std::string& project, Instant now) const {
  const auto at = projects_.find(project);
  if (at == projects_.end()) return 0;
  const auto weight = options_.weights.find(project);
  return rules::share(at->second.used, at->second.in_flight * growth(now),
                      weight == options_.weights.end() ? 1 : weight->second);
}

std::uint64_t Usage::running(const std::string& project) const {
  const auto at = projects_.find(project);
  return at == projects_.end() ? 0 : at->second.running;
}

std::uint64_t Usage::most_running(const std::string& project) const {
  const auto limit = options_.project_running.find(project);
  return limit == options_.project_running.end() ? options_.running_a_project : limit->second;
}

bool Usage::full(const std::string& project) const {
  const std::uint64_t limit = most_running(project);
  return limit > 0 && rules::running_room(running(project), limit) == 0;
}

double Usage::used(const std::string& project, Instant now) const {
  const auto at = projects_.find(project);
  return at == projects_.end() ? 0 : at->second.used / growth(now);
}

std::vector<FactStored> Usage::take_facts(Instant now, WallMillis wall) {
  std::vector<FactStored> facts;
  for (const std::string& project : std::exchange(unsaved_, {})) {
    facts.push_back({"usage", project, nlohmann::json{{"seconds", used(project, now)}, {"at", wall}}.dump()});
  }
  return facts;
}

bool Usage::rebase(Instant now) {
  if (options_.usage_half_life.count() <= 0 || now - base_ < kMostHalfLives * options_.usage_half_life) return false;
  const double factor = growth(now);
  for (auto& [name, project] : projects_) {
    project.used /= factor;
    changed_.insert(name);
  }
  base_ = now;
  return true;
}

}  // namespace troupe::core
