#include <algorithm>
#include <bit>
#include <map>
#include <string>
#include <utility>

#include "coordinator/core/divergence.h"
#include "coordinator/core/health.h"
#include "coordinator/core/learning.h"
#include "coordinator/core/rules/poison.h"
#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

// Where a result belongs, or that nobody wants it.
struct Place {
  Campaign* campaign = nullptr;
  Rank rank = 0;
  bool wanted = false;
  bool own = false;    // of the grant that stands now
  bool elder = false;  // of an older one that still runs
  bool done = false;   // not wanted: the cell has its picture
};

bool has_image(const JobResult& result) {
  return std::any_of(result.artifacts.begin(), result.artifacts.end(),
                     [](const Artifact& artifact) { return artifact.name == "image"; });
}

std::uint32_t last_attempt(const Campaign& campaign, Rank rank) {
  if (const auto grant = campaign.grants.find(rank); grant != campaign.grants.end()) return grant->second.row.attempt;
  const auto entry = campaign.tried.find(rank);
  return entry == campaign.tried.end() ? 0 : entry->second.row.attempt;
}

Place locate(Step& step, const Worker& worker, const Ticket& ticket) {
  Place place{.campaign = step.farm.find(ticket.campaign)};
  if (!place.campaign || ticket.index >= place.campaign->sweep().positions()) {
    ++step.farm.results_never_leased;
    return place;
  }
  const Campaign& campaign = *place.campaign;
  place.rank = campaign.sweep().rank_of(ticket.index);
  if (campaign.generation(place.rank) != ticket.generation) return place;
  place.done = campaign.done.contains(place.rank);
  if (campaign.is_terminal_cell(place.rank)) return place;
  const auto grant = campaign.grants.find(place.rank);
  const bool present = grant != campaign.grants.end() && grant->second.row.attempt == ticket.attempt;
  place.own = present && grant->second.row.worker == worker.id;
  const auto elder = campaign.elders.find(place.rank);
  place.elder = elder != campaign.elders.end() && elder->second.row.worker == worker.id &&
                elder->second.row.attempt == ticket.attempt;
  const bool granted = ticket.attempt > 0 && ticket.attempt <= last_attempt(campaign, place.rank);
  place.wanted = place.own || (granted && !present);
  // Told of ever more seldom: a worker could send such results by the thousand.
  if (!place.wanted && std::has_single_bit(++step.farm.results_never_leased)) {
    step.warn("worker " + worker.id.value + " sent a result of " + campaign.label() + " " +
              campaign.describe(ticket.index) + " that it was never given: dropped");
  }
  return place;
}

bool is_final(const JobResult& result) {
  return result.outcome != Outcome::kFailed || result.fault == Fault::kInput || result.fault == Fault::kModel;
}

// The job killed one engine after another: it fails with what the last of them said.
void on_poison(Step& step, Worker& worker, const Place& place, JobResult result) {
  Campaign& campaign = *place.campaign;
  result.fault = Fault::kInput;
  result.reason = std::to_string(step.farm.options.poison_deaths) +
                  " engines died of this job, so it is not tried again; the last one: " + result.reason;
  log_failure(step, "poison", campaign, worker.id, result);
  commit(step, campaign, place.rank, result, worker.id);
}

// A failure that another try may mend. Only the grant that stands now can fail: an older try was counted when it ended,
// and where an elder one fails, the newer goes on.
void on_failure(Step& step, Worker& worker, const Place& place, const JobResult& result) {
  Campaign& campaign = *place.campaign;
  const bool blamed = result.fault == Fault::kWorker &&
                      (!result.engine_died || rules::blames_worker(deaths_of(step.farm, campaign, place.rank) + 1));
  if (place.elder) end_grant_of(step, campaign, place.rank, worker.id, {});
  if (!place.own) {
    if (place.elder && blamed) count_outcome(step, worker, true);
    return;
  }
  step.info(campaign.label() + " " + campaign.describe(result.ticket.index) + " failed on " + worker.id.value +
            " (attempt " + std::to_string(result.ticket.attempt) + ", fault: " + std::string(name(result.fault)) +
            "): " + result.reason);
  const bool poison = result.engine_died && is_poisoned(step, campaign, place.rank);
  log_failure(step, "returned", campaign, worker.id, result);
  if (poison) {
    on_poison(step, worker, place, result);
  } else if (result.fault == Fault::kNetwork || result.fault == Fault::kCoordinator) {
    const int tries = static_cast<int>(std::min<std::uint32_t>(result.ticket.attempt, 30));
    take_back(step, campaign, place.rank,
              {result.reason, backoff(step.farm.options.retry, tries, step.farm.random), {}, {}});
  } else {
    fail_or_retry(step, campaign, place.rank, result, worker.id);
  }
  learn_from_result(step, campaign, result);
  if (blamed) count_outcome(step, worker, true);
}

JobResult without_picture(const JobResult& result) {
  JobResult failed = result;
  failed.outcome = Outcome::kFailed;
  failed.fault = Fault::kWorker;
  failed.reason = "the worker reported the job as done, but without a picture";
  return failed;
}

// Pictures of one message, by campaign and outcome: each becomes one line of the event log.
struct Batch {
  std::uint64_t jobs = 0;
  JobIndex first = 0;
};
using Committed = std::map<std::pair<CampaignId, Outcome>, Batch>;

void count_committed(Committed& committed, const Campaign& campaign, const JobResult& result) {
  if (result.outcome == Outcome::kFailed) return;
  Batch& batch = committed.try_emplace({campaign.row.id, result.outcome}, Batch{0, result.ticket.index}).first->second;
  ++batch.jobs;
}

void log_committed(Step& step, const Worker& worker, const Committed& committed) {
  for (const auto& [key, batch] : committed) {
    step.log(std::string(name(key.second)), step.farm.find(key.first)->label(), worker.id.value,
             "{\"jobs\":" + std::to_string(batch.jobs) + ",\"first\":" + std::to_string(batch.first) + "}");
  }
}

// True when the result is answered for: it may be forgotten by the worker.
bool take(Step& step, Worker& worker, const JobResult& result, const std::set<Digest>& missing, std::set<Digest>& need,
          Committed& committed) {
  const Place place = locate(step, worker, result.ticket);
  if (!place.campaign) return !step.farm.unreadable.contains(result.ticket.campaign);
  if (place.done) compare_pictures(step, *place.campaign, result, worker.id);
  if (!place.wanted) return true;
  if (!is_final(result)) {
    ++worker.jobs_failed;
    on_failure(step, worker, place, result);
    return true;
  }
  if (result.outcome == Outcome::kDone && !has_image(result)) {
    ++worker.jobs_failed;
    on_failure(step, worker, place, without_picture(result));
    return true;
  }
  bool complete = true;
  for (const Artifact& artifact : result.artifacts) {
    if (!missing.contains(artifact.digest)) continue;
    need.insert(artifact.digest);
    complete = false;
  }
  if (!complete) return false;
  ++(result.outcome == Outcome::kFailed ? worker.jobs_failed : worker.jobs_done);
  count_committed(committed, *place.campaign, result);
  // Whoever reads the event log sees the last picture before the campaign's end.
  if (place.campaign->waiting() == 0 && place.campaign->grants.size() <= 1) {
    log_committed(step, worker, std::exchange(committed, {}));
  }
  commit(step, *place.campaign, place.rank, result, worker.id);
  learn_from_result(step, *place.campaign, result);
  if (place.own || place.elder) count_outcome(step, worker, false);
  return true;
}

}  // namespace

void on_results(Step& step, Worker& worker, const Results& results, const std::set<Digest>& missing) {
  Ack ack;
  std::set<Digest> need;
  Committed committed;
  for (const JobResult& result : results.results) {
    if (take(step, worker, result, missing, need, committed)) ack.tickets.push_back(result.ticket);
  }
  log_committed(step, worker, committed);
  if (!ack.tickets.empty()) step.send(worker, std::move(ack));
  if (!need.empty()) step.send(worker, Need{{need.begin(), need.end()}});
}

}  // namespace troupe::core
