// What was learned about models on devices: how long reading them takes and what memory a job needs. Facts of the kind
// "model" (by pack|device) carry it over restarts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/domain/messages.h"
#include "coordinator/core/edit.h"

namespace troupe::core {

class Models {
 public:
  void restore(const std::string& key, const std::string& json);

  // A job with the pack ended well on the device. True when more memory is needed than was known.
  bool learn(const std::string& pack, const std::string& device, const JobResult& result);

  std::optional<double> load_seconds(const std::string& pack, const std::string& device) const;
  // Bytes; on this device, or where it was never tried the least on any other; 0 is unknown.
  std::uint64_t peak(const std::string& pack, const std::string& device) const;

  // What is to be written down since this was last asked for.
  std::vector<FactStored> take_facts();

 private:
  struct Model {
    std::optional<double> load_seconds;
    std::uint64_t peak_bytes = 0;
  };
  using Key = std::pair<std::string, std::string>;  // pack, device
  std::map<Key, Model> models_;
  std::set<Key> unsaved_;
};

}  // namespace troupe::core
