// What `select` compares: one number a finished cell, kept in blocks so that a million cells cost what their numbers
// do.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/ids.h"

namespace troupe::core {

class Scores {
 public:
  // Forgets the cell's score for nullopt. Not for NaN.
  void set(Rank rank, std::optional<double> score);
  std::optional<double> find(Rank rank) const;

 private:
  std::map<std::uint64_t, std::vector<double>> blocks_;  // by rank / kBlock; NaN where there is none
};

// The number at ["gates"][by] of a result's metadata, which comes from a worker: nothing where that is no finite
// number.
std::optional<double> score_in(std::string_view metadata_json, std::string_view by);

}  // namespace troupe::core
