#include "coordinator/core/order_facts.h"

#include <nlohmann/json.hpp>

namespace troupe::core {
namespace {

using nlohmann::json;

constexpr char kKind[] = "orders";

Status restore(Campaign& campaign, const std::string& text) {
  const json fact = json::parse(text, nullptr, false);
  if (!fact.is_object()) return Status(Code::kCorrupt, "they are no JSON object");
  TROUPE_ASSIGN_OR_RETURN(campaign.holds, Holds::from_json(campaign.sweep(), text));
  if (const auto anew = fact.find("anew"); anew != fact.end()) campaign.anew = *anew == json(true);
  if (const auto stays = fact.find("stays"); stays != fact.end()) campaign.stays = *stays == json(true);
  if (const auto pack = fact.find("pack"); pack != fact.end() && pack->is_string()) {
    campaign.pack = Digest::from_hex(pack->get<std::string>());
  }
  campaign.holds_changed();
  return {};
}

}  // namespace

void save_orders(Step& step, const Campaign& campaign) {
  json fact = json::parse(campaign.holds.to_json());
  if (campaign.anew) fact["anew"] = true;
  if (campaign.stays) fact["stays"] = true;
  if (campaign.pack) fact["pack"] = campaign.pack->hex();
  step.out.edits.push_back(FactStored{kKind, std::to_string(campaign.row.id.value), fact.dump()});
}

void forget_orders(Step& step, CampaignId campaign) {
  step.out.edits.push_back(FactStored{kKind, std::to_string(campaign.value), ""});
}

void restore_orders(FarmState& farm, const std::map<std::pair<std::string, std::string>, std::string>& facts) {
  for (auto& [id, campaign] : farm.campaigns) {
    const auto fact = facts.find({kKind, std::to_string(id.value)});
    if (fact == facts.end()) continue;
    const Status status = restore(campaign, fact->second);
    if (status.ok() || campaign.row.state != CampaignState::kActive) continue;
    // Better to run nothing than what was held back.
    farm.set_state(campaign, CampaignState::kPaused);
    campaign.row.state_reason = "what was ordered about its slices cannot be read: " + status.message();
  }
}

}  // namespace troupe::core
