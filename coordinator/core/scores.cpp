#include "coordinator/core/scores.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace troupe::core {
namespace {

constexpr std::uint64_t kBlock = 64;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void Scores::set(Rank rank, std::optional<double> score) {
  auto block = blocks_.find(rank / kBlock);
  if (block == blocks_.end()) {
    if (!score) return;
    block = blocks_.emplace(rank / kBlock, std::vector<double>(kBlock, kNone)).first;
  }
  block->second[rank % kBlock] = score.value_or(kNone);
}

std::optional<double> Scores::find(Rank rank) const {
  const auto block = blocks_.find(rank / kBlock);
  if (block == blocks_.end() || std::isnan(block->second[rank % kBlock])) return std::nullopt;
  return block->second[rank % kBlock];
}

std::optional<double> score_in(std::string_view metadata_json, std::string_view by) {
  const nlohmann::json metadata = nlohmann::json::parse(metadata_json, nullptr, false);
  if (!metadata.is_object()) return std::nullopt;
  const auto gates = metadata.find("gates");
  if (gates == metadata.end() || !gates->is_object()) return std::nullopt;
  const auto score = gates->find(by);
  if (score == gates->end() || !score->is_number()) return std::nullopt;
  const double value = score->get<double>();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace troupe::core
