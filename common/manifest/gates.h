// Quality gates: what a finished picture must be, to count as done.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "common/base/status.h"

namespace troupe::manifest {

struct Gates {
  struct Count {
    int least = 0;
    int most = 0;
    bool operator==(const Count&) const = default;
  };
  struct Share {
    double least = 0;
    double most = 1;
    bool operator==(const Share&) const = default;
  };
  std::optional<double> identity;  // least likeness to the reference face, -1..1
  bool identity_auto = false;      // the pack's threshold is that; identity is empty then
  bool blank = false;              // refuse pictures of one colour
  std::optional<double> sharpness;
  std::optional<Count> faces;             // how many the picture shows
  std::map<std::string, Share> coverage;  // share of the picture, by mask

  bool wants_identity() const { return identity_auto || identity.has_value(); }
  bool any() const { return wants_identity() || blank || sharpness || faces || !coverage.empty(); }
  bool operator==(const Gates&) const = default;
};

// As a manifest says them: {"identity": 0.45 or "auto", "blank": true, "sharpness": 12.0, "faces": [1, 1], "coverage":
// {"product": [0.01, 0.5]}}; gates that are not set are left out.
nlohmann::ordered_json gates_json(const Gates& gates);
// Back from there, for bytes from a neighbour: kInvalid for anything but what gates_json writes.
Result<Gates> gates_from_json(const nlohmann::json& json);

}  // namespace troupe::manifest
