#include <map>
#include <set>
#include <utility>
#include <vector>

#include "coordinator/core/leases.h"
#include "coordinator/core/rules/model_switch.h"
#include "coordinator/core/rules/stall.h"
#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

using Cell = std::pair<CampaignId, Rank>;

// How long steps take, as far as heartbeats tell.
void learn_step(Campaign& campaign, const Grant& grant, const Held& held, Instant now) {
  if (grant.state != HeldState::kRunning || held.stage != grant.stage || held.step <= grant.step) return;
  if (!rules::between_steps(grant.step, grant.steps)) return;
  const double seconds = static_cast<double>((now - grant.progressed).count()) / 1000 / (held.step - grant.step);
  campaign.standing.step_seconds = rules::learn(campaign.standing.step_seconds, seconds);
}

void note_progress(Worker& worker, Campaign& campaign, Grant& grant, const Held& held, Instant now) {
  learn_step(campaign, grant, held, now);
  if (held.state != grant.state || held.stage != grant.stage || held.step != grant.step) grant.progressed = now;
  if (held.state == HeldState::kRunning && grant.state != HeldState::kRunning) {
    worker.loaded.insert(campaign.manifest.pack());
  }
  grant.sent = now;
  grant.listed = true;
  worker.change(grant.state, held.state);
  grant.state = held.state;
  grant.stage = held.stage;
  grant.step = held.step;
  grant.steps = held.steps;
  if (held.state != HeldState::kRunning) {
    grant.running_since.reset();
  } else if (!grant.running_since) {
    grant.running_since = now - Millis(static_cast<Millis::rep>(held.seconds * 1000));
  }
}

// The worker was thought lost and its grant taken back, but it still has the job and nobody else does.
bool take_up_again(Step& step, Campaign& campaign, Rank rank, Worker& worker, const Held& held) {
  const auto entry = campaign.tried.find(rank);
  if (is_terminal(campaign.row.state) || entry == campaign.tried.end() || campaign.grants.contains(rank)) return false;
  if (entry->second.lost_with != worker.id || entry->second.row.attempt != held.ticket.attempt) return false;
  const LeaseGrant row{LeaseId{++step.farm.last_lease}, campaign.row.id,     rank,      held.ticket.index,
                       held.ticket.generation,          held.ticket.attempt, worker.id, step.wall};
  const double seconds = campaign.seconds_a_job().value_or(1);
  campaign.grant(Grant{.row = row, .sent = step.now, .progressed = step.now, .charged = seconds});
  worker.take(campaign.row.id, rank, HeldState::kQueued);
  step.farm.usage.begin(campaign.row.project, seconds);
  step.farm.touch(campaign.row.id);
  step.out.edits.push_back(JobsGranted{{row}});
  note_progress(worker, campaign, campaign.grants.at(rank), held, step.now);
  return true;
}

// True when the worker rightly holds the job; `cell` is then where.
bool confirm(Step& step, Worker& worker, const Held& held, Cell& cell) {
  Campaign* campaign = step.farm.find(held.ticket.campaign);
  if (!campaign || held.ticket.index >= campaign->sweep().positions()) return false;
  const Rank rank = campaign->sweep().rank_of(held.ticket.index);
  if (campaign->generation(rank) != held.ticket.generation) return false;
  cell = {campaign->row.id, rank};
  Grant* grant = campaign->grant_of(rank, worker.id);
  if (!grant) return !campaign->grants.contains(rank) && take_up_again(step, *campaign, rank, worker, held);
  if (grant->row.attempt != held.ticket.attempt) return false;
  note_progress(worker, *campaign, *grant, held, step.now);
  return true;
}

void send_again(Step& step, Worker& worker, const std::vector<Cell>& cells) {
  std::map<LeaseId, std::vector<const LeaseGrant*>> leases;
  for (const auto& [id, rank] : cells) {
    Grant& grant = *step.farm.campaigns.at(id).grant_of(rank, worker.id);
    grant.sent = step.now;
    worker.change(grant.state, HeldState::kQueued);
    grant.state = HeldState::kQueued;
    grant.stage.clear();
    grant.running_since.reset();
    leases[grant.row.lease].push_back(&grant.row);
  }
  for (const auto& [lease, grants] : leases) {
    step.send(worker, lease_message(step.farm.options, step.farm.campaigns.at(grants.front()->campaign), grants, true));
  }
}

}  // namespace

void reconcile(Step& step, Worker& worker, const std::vector<Held>& held, bool fresh_start) {
  std::set<Cell> listed;
  for (const Held& one : held) {
    Cell cell;
    if (confirm(step, worker, one, cell)) {
      listed.insert(cell);
    } else if (one.state != HeldState::kUploading && !step.farm.unreadable.contains(one.ticket.campaign)) {
      // A result in the outbox is left alone: it will come, and be answered.
      step.revoke(worker.id, one.ticket, "no longer wanted");
    }
  }
  std::vector<Cell> forgotten;
  const std::set<Cell> grants = worker.grants;
  for (const Cell& cell : grants) {
    if (listed.contains(cell)) continue;
    Campaign& campaign = step.farm.campaigns.at(cell.first);
    if (fresh_start) {
      end_grant_of(step, campaign, cell.second, worker.id,
                   {"worker " + worker.id.value + " was started anew", Millis(0), {}, {}});
    } else if (step.now - campaign.grant_of(cell.second, worker.id)->sent >= step.farm.options.resend_lease) {
      forgotten.push_back(cell);
    }
  }
  send_again(step, worker, forgotten);
}

}  // namespace troupe::core
