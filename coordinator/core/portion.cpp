#include <algorithm>

#include "coordinator/core/pass.h"
#include "coordinator/core/rules/running.h"
#include "coordinator/core/rules/shard.h"

namespace troupe::core {

std::uint64_t portion(Pass& pass, const Worker& worker, const Campaign& campaign, Phase phase) {
  const std::uint64_t room = pass.farm.room(worker);
  const std::uint64_t idle = worker.slots() > worker.busy ? worker.slots() - worker.busy : 0;
  const Demand& need = pass.farm.need(campaign);
  const std::uint64_t shard = worker.quarantine
                                  ? 0
                                  : rules::shard_jobs(campaign.seconds_a_job(), worker.slots(),
                                                      pass.farm.options.target_lease, pass.most_of_a_lease());
  const std::uint64_t still = phase == kAhead ? pass.left(campaign) : campaign.waiting();
  const std::uint64_t share = rules::tail_share(still, need.slots, worker.slots());
  std::uint64_t jobs = std::min(room, idle);
  if (phase == kAhead) {
    jobs = std::min(std::max(room, shard > worker.busy ? shard - worker.busy : 0), share);
  } else if (rules::may_queue(still, need.slots, worker.slots())) {
    jobs = std::max(jobs, std::min(shard, share));
  }
  const auto running = static_cast<std::uint64_t>(campaign.manifest.limits().running.value_or(0));
  jobs = std::min(jobs, rules::running_room(campaign.grants.size() + campaign.elders.size(), running));
  const std::string& project = campaign.row.project;
  return std::min(jobs, rules::running_room(pass.farm.usage.running(project), pass.farm.usage.most_running(project)));
}

}  // namespace troupe::core
