// One step of the farm: the state, what came out so far, and the parts that a step is made of. Each part changes the
// state and writes the edits that say so in the same breath.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "coordinator/core/farm_state.h"

namespace troupe::core {

struct Step {
  FarmState& farm;
  Effects& out;
  Instant now;
  WallMillis wall = 0;
  // Gathered so that each worker gets one message for each reason.
  std::map<WorkerId, std::map<std::string, std::vector<Ticket>>> revoked = {};

  // To the worker's present connection.
  template <typename Body>
  void send(const Worker& worker, Body body) {
    out.sends.push_back(ToWorker{worker.id, farm.epoch, std::move(body), worker.instance, worker.protocol});
  }
  void revoke(const WorkerId& worker, const Ticket& ticket, const std::string& reason) {
    revoked[worker][reason].push_back(ticket);
  }
  void info(std::string text) { out.notes.push_back({Note::Level::kInfo, std::move(text)}); }
  void warn(std::string text) { out.notes.push_back({Note::Level::kWarn, std::move(text)}); }
  // A line of the event log (farm_event.h says which kinds there are); `campaign` is a label.
  void log(std::string kind, std::string campaign, std::string worker, std::string detail_json) {
    out.edits.push_back(EventLogged{
        {++farm.last_event, wall, std::move(kind), std::move(campaign), std::move(worker), std::move(detail_json)}});
  }
  // The campaign's row as it is now becomes durable.
  void save(const Campaign& campaign) { out.edits.push_back(CampaignChanged{campaign.row}); }
};

// Sends what revoke() gathered.
void flush_revokes(Step& step);

// ---- events (submit.cpp, verbs.cpp, workers.cpp, results.cpp, clockwork.cpp) ----
void on_submit(Step& step, const SubmitCampaign& event);
void on_command(Step& step, const CampaignCommand& event);
void on_worker_command(Step& step, const WorkerCommand& event);
void on_worker(Step& step, const WorkerSpoke& event);
void on_results(Step& step, Worker& worker, const Results& results, const std::set<Digest>& missing);
void on_tick(Step& step);
// Jobs of the worker that take longer than they may, or make no progress, end: it heartbeats, but neither ends them nor
// gives them up.
void end_overdue_jobs(Step& step, Worker& worker);

// ---- what workers hold (reconcile.cpp) ----
// Compares what the worker says it holds with what it was granted: keeps, takes up again, revokes, sends leases again.
// A worker that was started anew (`fresh_start`) has lost whatever it does not list.
void reconcile(Step& step, Worker& worker, const std::vector<Held>& held, bool fresh_start);

// ---- grants and their ends (grants.cpp) ----
struct Return {
  std::string reason;
  Millis wait{0};                     // before it may be granted again
  std::optional<WorkerId> avoid;      // prefer another worker
  std::optional<WorkerId> lost_with;  // this one may take it up again
};
// The grant ends without a result and counts against nobody.
void take_back(Step& step, Campaign& campaign, Rank rank, const Return& why);
void take_back_all(Step& step, Worker& worker, const Return& why);
// The worker's own grant of the cell ends so; where it is an elder one, the cell stays what it is.
void end_grant_of(Step& step, Campaign& campaign, Rank rank, const WorkerId& worker, const Return& why);
// The grant ended by a fault that counts: the cell waits for its next try, or `result` commits when tries are used up.
void fail_or_retry(Step& step, Campaign& campaign, Rank rank, const JobResult& result, const WorkerId& worker);
// The one commit of the cell's generation. Revokes a grant that is not the result's own.
void commit(Step& step, Campaign& campaign, Rank rank, const JobResult& result, const WorkerId& worker);
// Everything that is not terminal becomes cancelled, and the campaign's state `state`.
void end_campaign(Step& step, Campaign& campaign, CampaignState state, const std::string& reason);
// These waiting or granted cells become cancelled; `cells` of the ranks are not excluded.
void cancel_cells(Step& step, Campaign& campaign, const IntervalSet& ranks, std::uint64_t cells);
// When nothing is left to do: finished.
void finish_if_over(Step& step, Campaign& campaign);

}  // namespace troupe::core
