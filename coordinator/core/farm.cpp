#include "coordinator/core/farm.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "coordinator/core/farm_state.h"
#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

void restore(FarmState& farm, const CampaignSnapshot& snapshot, Instant now, WallMillis wall) {
  Result<manifest::Manifest> manifest = manifest::Manifest::from_resolved(snapshot.manifest_json);
  if (!manifest.ok()) {
    farm.unreadable[snapshot.row.id] = manifest.status().message();
    return;
  }
  farm.add(Campaign(snapshot, std::move(manifest).value(), now, wall, farm.options.retry.most));
  for (const LeaseGrant& grant : snapshot.grants) {
    Worker& worker = farm.workers[grant.worker];
    worker.id = grant.worker;
    worker.heard = now;
    worker.take(grant.campaign, grant.rank, HeldState::kQueued);
  }
}

struct Dispatch {
  Step& step;
  void operator()(const WorkerSpoke& event) const { on_worker(step, event); }
  void operator()(const SubmitCampaign& event) const { on_submit(step, event); }
  void operator()(const CampaignCommand& event) const { on_command(step, event); }
  void operator()(const WorkerCommand& event) const { on_worker_command(step, event); }
  void operator()(const Tick&) const { on_tick(step); }
};

}  // namespace

Farm::Farm(const FarmOptions& options, Epoch epoch, const Snapshot& snapshot, Instant now, WallMillis wall)
    : state_(std::make_unique<FarmState>(options, epoch)) {
  state_->last_campaign = snapshot.last_campaign;
  state_->last_lease = snapshot.last_lease;
  state_->last_event = snapshot.last_event;
  for (const CampaignSnapshot& campaign : snapshot.campaigns) restore(*state_, campaign, now, wall);
}

Farm::~Farm() = default;
Farm::Farm(Farm&&) noexcept = default;
Farm& Farm::operator=(Farm&&) noexcept = default;

Effects Farm::step(const Event& event, Instant now, WallMillis wall) {
  Effects effects;
  Step step{*state_, effects, now, wall};
  std::visit(Dispatch{step}, event);
  schedule(step);
  flush_revokes(step);
  return effects;
}

Instant Farm::next_tick(Instant now) const {
  Instant next = now + std::max(Millis(1), state_->options.heartbeat / 2);
  if (state_->hungry.empty()) return next;
  if (state_->pass_cut_short) return now;
  for (const auto& [priority, id] : state_->runnable) {
    // Those that are due already were looked at in the last step: only an event can help them.
    const auto& due = state_->campaigns.at(id).due;
    const auto later = due.upper_bound({now, std::numeric_limits<Rank>::max()});
    if (later != due.end()) next = std::min(next, later->first);
  }
  return next;
}

}  // namespace troupe::core
