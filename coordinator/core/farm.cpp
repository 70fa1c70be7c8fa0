#include "coordinator/core/farm.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "coordinator/core/farm_state.h"
#include "coordinator/core/learning.h"
#include "coordinator/core/notify.h"
#include "coordinator/core/order_facts.h"
#include "coordinator/core/schedule.h"
#include "coordinator/core/step.h"
#include "coordinator/core/worker_facts.h"

namespace troupe::core {
namespace {

void restore(FarmState& farm, const CampaignSnapshot& snapshot, Instant now, WallMillis wall) {
  Result<manifest::Manifest> manifest = manifest::Manifest::from_resolved(snapshot.manifest_json);
  if (!manifest.ok()) {
    farm.unreadable[snapshot.row.id] = manifest.status().message();
    farm.revisions.spare(snapshot.row.name, snapshot.row.revision);
    return;
  }
  farm.add(Campaign(snapshot, std::move(manifest).value(), now, wall, farm.options.retry.most));
  for (const LeaseGrant& grant : snapshot.grants) {
    Worker& worker = farm.workers[grant.worker];
    worker.id = grant.worker;
    worker.heard = now;
    worker.take(grant.campaign, grant.rank, HeldState::kQueued);
    if (!worker.watched) farm.watch(worker, now + farm.liveness());
    Grant& held = farm.find(grant.campaign)->grants.at(grant.rank);
    held.progressed = now;
    held.charged = 1;
    farm.usage.begin(snapshot.row.project, held.charged);
  }
}

void on_store_recovered(Step& step, const StoreRecovered& event) {
  const WallMillis lasted = std::max<WallMillis>(0, step.wall - event.since);
  const nlohmann::json detail = {{"since", event.since}, {"seconds", lasted / 1000}, {"reason", event.reason}};
  step.log("no_space", "", "", detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

struct Dispatch {
  Step& step;
  void operator()(const WorkerSpoke& event) const { on_worker(step, event); }
  void operator()(const SubmitCampaign& event) const { on_submit(step, event); }
  void operator()(const CampaignCommand& event) const { on_command(step, event); }
  void operator()(const WorkerCommand& event) const { on_worker_command(step, event); }
  void operator()(const NotificationTried& event) const { on_notification_tried(step, event); }
  void operator()(const StoreRecovered& event) const { on_store_recovered(step, event); }
  void operator()(const Tick&) const { on_tick(step); }
};

}  // namespace

Farm::Farm(const FarmOptions& options, Epoch epoch, const Snapshot& snapshot, Instant now, WallMillis wall)
    : state_(std::make_unique<FarmState>(options, epoch)) {
  state_->last_campaign = snapshot.last_campaign;
  state_->last_lease = snapshot.last_lease;
  state_->last_event = snapshot.last_event;
  state_->now = now;
  for (const CampaignSnapshot& campaign : snapshot.campaigns) restore(*state_, campaign, now, wall);
  restore_learned(*state_, snapshot.facts, now, wall);
  restore_worker_facts(*state_, snapshot.facts);
  restore_orders(*state_, snapshot.facts);
  state_->revisions.restore(snapshot.facts);
  restore_notices(*state_, snapshot.facts);
}

Farm::~Farm() = default;
Farm::Farm(Farm&&) noexcept = default;
Farm& Farm::operator=(Farm&&) noexcept = default;

Effects Farm::step(const Event& event, Instant now, WallMillis wall) {
  Effects effects;
  Step step{*state_, effects, now, wall};
  state_->now = now;
  std::visit(Dispatch{step}, event);
  if (std::holds_alternative<CampaignCommand>(event)) {
    for (const auto& [id, campaign] : state_->campaigns) state_->stir(id);
  }
  schedule(step);
  if (std::holds_alternative<Tick>(event)) double_stragglers(step);
  flush_revokes(step);
  return effects;
}

Instant Farm::next_tick(Instant now) const {
  Instant next = now + std::max(Millis(1), state_->options.heartbeat / 2);
  if (state_->pass_cut_short && !state_->awake.empty()) return now;
  if (!state_->wakes.empty()) next = std::min(next, std::max(now, state_->wakes.begin()->first));
  return next;
}

}  // namespace troupe::core
