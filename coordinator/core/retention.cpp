#include "coordinator/core/retention.h"

#include <nlohmann/json.hpp>

#include "coordinator/core/learning.h"
#include "coordinator/core/order_facts.h"
#include "coordinator/core/rules/retention.h"

namespace troupe::core {
namespace {

using nlohmann::json;

constexpr Millis kBetweenLooks{60'000};
constexpr std::size_t kMostLooks = 4096;  // at campaigns, each time
constexpr std::size_t kMostMoved = 64;    // of them, archived or deleted

bool apply_to(Step& step, Campaign& campaign) {
  const CampaignRow& row = campaign.row;
  if (!is_terminal(row.state) || campaign.stays) return false;
  const FarmOptions& options = step.farm.options;
  switch (rules::retire(Millis(step.wall - *row.finished), row.archived, options.archive_after, options.delete_after)) {
    case rules::Retire::kNot: return false;
    case rules::Retire::kArchive: archive_campaign(step, campaign, true, kByRetention); return true;
    case rules::Retire::kDelete: delete_campaign(step, row.id, kByRetention); return true;
  }
  return false;
}

}  // namespace

void archive_campaign(Step& step, Campaign& campaign, bool archived, const std::string& why) {
  campaign.row.archived = archived;
  step.save(campaign);
  step.log("archived", campaign.label(), "", json{{"archived", archived}, {"reason", why}}.dump());
}

void delete_campaign(Step& step, CampaignId id, const std::string& why) {
  FarmState& farm = step.farm;
  const Campaign& campaign = *farm.find(id);
  const CampaignRow& row = campaign.row;
  step.out.edits.push_back(CampaignDeleted{id});
  forget_orders(step, id);
  forget_learned(step, id);
  if (farm.by_name.at(row.name).back() == id) {
    for (FactStored& fact : farm.revisions.gone(row.name, row.revision)) step.out.edits.push_back(std::move(fact));
  }
  step.log("deleted", campaign.label(), "", json{{"jobs", row.cells}, {"reason", why}}.dump());
  step.info("campaign " + campaign.label() + " deleted: " + why);
  farm.remove(id);
}

void apply_retention(Step& step) {
  FarmState& farm = step.farm;
  const bool never = farm.options.archive_after.count() <= 0 && farm.options.delete_after.count() <= 0;
  if (never || step.now < farm.retention_at) return;
  farm.retention_at = step.now + kBetweenLooks;
  std::size_t looks = 0, moved = 0;
  auto next = farm.campaigns.upper_bound(farm.retention_from);
  while (next != farm.campaigns.end() && looks < kMostLooks && moved < kMostMoved) {
    farm.retention_from = next->first;
    ++looks;
    if (apply_to(step, (next++)->second)) ++moved;
  }
  if (next == farm.campaigns.end()) farm.retention_from = CampaignId();
}

}  // namespace troupe::core
