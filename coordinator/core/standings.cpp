#include "coordinator/core/standings.h"

namespace troupe::core {

void Standings::file(int priority, const std::string& project, double key, NeedId need, CampaignId campaign) {
  Level& level = levels_[priority];
  const auto [at, is_new] = level.projects.try_emplace(project);
  if (is_new) {
    at->second.key = key;
    level.order.insert({key, project});
  }
  at->second.campaigns[need].insert(campaign);
}

void Standings::unfile(int priority, const std::string& project, NeedId need, CampaignId campaign) {
  const auto level = levels_.find(priority);
  const auto at = level->second.projects.find(project);
  const auto group = at->second.campaigns.find(need);
  group->second.erase(campaign);
  if (!group->second.empty()) return;
  at->second.campaigns.erase(group);
  if (!at->second.campaigns.empty()) return;
  level->second.order.erase({at->second.key, project});
  level->second.projects.erase(at);
  if (level->second.projects.empty()) levels_.erase(level);
}

void Standings::order(const std::string& project, double key) {
  for (auto& [priority, level] : levels_) {
    const auto at = level.projects.find(project);
    if (at == level.projects.end() || at->second.key == key) continue;
    level.order.erase({at->second.key, project});
    at->second.key = key;
    level.order.insert({key, project});
  }
}

}  // namespace troupe::core
