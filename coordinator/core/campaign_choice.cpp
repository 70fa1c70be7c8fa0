#include "coordinator/core/pass.h"
#include "coordinator/core/rules/model_switch.h"
#include "coordinator/core/rules/shard.h"

namespace troupe::core {
namespace {

double switch_seconds(const FarmState& farm, const Worker& worker, const std::string& pack) {
  return rules::switch_seconds(worker.loaded.contains(pack), farm.models.load_seconds(pack, worker.device()));
}

Campaign* first_usable(Pass& pass, const Worker& worker, Phase phase, const Demand& need,
                       const std::set<CampaignId>& campaigns) {
  for (const CampaignId id : campaigns) {
    if (pass.choices == 0) return nullptr;
    --pass.choices;
    if (pass.refused.contains(id)) continue;
    Campaign& campaign = *pass.farm.find(id);
    if (phase == kAhead && !rules::may_queue(pass.left(campaign), need.slots, worker.slots())) continue;
    if (pass.lease_is_full(worker, id)) {
      pass.personal = true;
      pass.farm.pass_cut_short = true;
      continue;
    }
    return &campaign;
  }
  return nullptr;
}

}  // namespace

Campaign* choose_campaign(Pass& pass, const Worker& worker, Phase phase) {
  for (const auto& [priority, level] : pass.farm.standings.levels()) {
    Campaign* best = nullptr;
    double best_score = 0;
    for (const auto& [key, name] : level.order) {
      if (best && key >= best_score) break;
      if (pass.choices == 0) return best;
      --pass.choices;
      if (pass.farm.usage.full(name)) continue;
      for (const auto& [need_id, campaigns] : level.projects.at(name).campaigns) {
        const Demand& need = pass.farm.market.need(need_id);
        if (!need.offers.contains(*worker.offer)) continue;
        const double score =
            key + pass.farm.usage.seconds_in_key(switch_seconds(pass.farm, worker, need.key.pack), pass.farm.now);
        if (best && score >= best_score) continue;
        if (Campaign* campaign = first_usable(pass, worker, phase, need, campaigns)) {
          best = campaign;
          best_score = score;
        }
      }
    }
    if (best) return best;
  }
  return nullptr;
}

}  // namespace troupe::core
