// Which campaigns have jobs to grant now, in the order that they deserve a worker: the higher priority (aged) first; of
// equal ones the project that used least; in a project the older campaign.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "coordinator/core/market.h"

namespace troupe::core {

// What scheduling knows about one campaign.
struct Standing {
  NeedId need = 0;
  std::optional<int> filed;            // at this priority, while it has jobs to grant
  Instant waits_since;                 // no job was granted since, though there were some to grant
  std::optional<Instant> ages_at;      // when its age is looked at again
  std::optional<double> step_seconds;  // learned: what one step of a stage takes
  double spent_seconds = 0;            // of workers, on its jobs, well or badly ended
};

class Standings {
 public:
  struct Project {
    double key = 0;
    std::map<NeedId, std::set<CampaignId>> campaigns;
  };
  struct Level {
    std::map<std::string, Project> projects;
    std::set<std::pair<double, std::string>> order;  // (key, project)
  };
  using Levels = std::map<int, Level, std::greater<>>;

  void file(int priority, const std::string& project, double key, NeedId need, CampaignId campaign);
  void unfile(int priority, const std::string& project, NeedId need, CampaignId campaign);
  // The project's key changed.
  void order(const std::string& project, double key);

  const Levels& levels() const { return levels_; }
  bool empty() const { return levels_.empty(); }

 private:
  Levels levels_;
};

}  // namespace troupe::core
