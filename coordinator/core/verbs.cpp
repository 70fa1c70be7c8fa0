// What clients tell campaigns, or slices of them, to do.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/limits.h"
#include "coordinator/core/choose.h"
#include "coordinator/core/learning.h"
#include "coordinator/core/order_facts.h"
#include "coordinator/core/retention.h"
#include "coordinator/core/step.h"
#include "coordinator/core/views.h"

namespace troupe::core {
namespace {

using nlohmann::json;

// What a verb did: nothing when `cells` is 0 and `changed` false. Cells are those that it moved; unknown where counting
// them would take too long.
struct Done {
  bool changed = false;
  std::optional<std::uint64_t> cells = 0;
};

std::string done_json(const Campaign& campaign, const Done& done) {
  const std::optional<std::uint64_t> held = campaign.held_cells();
  return json{{"schema", 1},
              {"campaign", campaign.label()},
              {"state", name(campaign.row.state)},
              {"changed", done.changed},
              {"cells", done.cells ? json(*done.cells) : json(nullptr)},
              {"waiting", campaign.waiting()},
              {"held", held ? json(*held) : json(nullptr)},
              {"priority", campaign.row.priority}}
      .dump();
}

class Command {
 public:
  Command(Step& step, Campaign& campaign, const CampaignCommand& event, RankSlice slice)
      : step_(step),
        campaign_(campaign),
        event_(event),
        slice_(std::move(slice)),
        whole_(slice_.slice().everything()) {}

  Result<Done> run() {
    switch (event_.verb) {
      case Verb::kPause: return pause();
      case Verb::kResume: return resume();
      case Verb::kCancel: return cancel();
      case Verb::kRequeue: return requeue();
      case Verb::kRelease: return release();
      case Verb::kPriority: return prefer();
      case Verb::kArchive:
      case Verb::kUnarchive:
      case Verb::kDelete: break;  // not of cells
    }
    return Status(Code::kInvalid, "unknown verb");
  }

 private:
  bool over() const { return is_terminal(campaign_.row.state); }

  void log(const char* kind, std::optional<std::uint64_t> cells) {
    json detail = {{"slice", slice_.slice().text()}, {"jobs", cells ? json(*cells) : json(nullptr)}};
    if (event_.verb == Verb::kPriority) detail["priority"] = event_.priority;
    step_.log(kind, campaign_.label(), "", detail.dump());
  }

  // The order stands from now on; the event log hears of it as `event`. The cells are those that it held or set free.
  Result<Done> order(Holds::Kind kind, const char* event) {
    const auto before = campaign_.held_cells();
    const std::string stood = campaign_.holds.to_json();
    TROUPE_RETURN_IF_ERROR(campaign_.holds.give({kind, slice_, event_.priority}));
    if (campaign_.holds.to_json() == stood) return Done{};
    campaign_.holds_changed();
    save_orders(step_, campaign_);
    const auto after = campaign_.held_cells();
    Done done{true, {}};
    if (before && after) done.cells = std::max(*before, *after) - std::min(*before, *after);
    if (event) log(event, done.cells);
    return done;
  }

  Result<Done> pause() {
    if (over()) return Done{};
    if (!whole_) return order(Holds::Kind::kPause, "paused");
    if (campaign_.row.state != CampaignState::kActive) return Done{};
    step_.farm.set_state(campaign_, CampaignState::kPaused);
    campaign_.row.state_reason = "paused by command";
    step_.save(campaign_);
    log("paused", campaign_.waiting());
    return Done{true, campaign_.waiting()};
  }

  Result<Done> resume() {
    if (over()) return Done{};
    if (!whole_) return order(Holds::Kind::kResume, "resumed");
    if (campaign_.row.state != CampaignState::kPaused) return order(Holds::Kind::kResume, "resumed");
    TROUPE_RETURN_IF_ERROR(order(Holds::Kind::kResume, nullptr).status());
    step_.farm.set_state(campaign_, CampaignState::kActive);
    campaign_.row.state_reason.clear();
    step_.save(campaign_);
    log("resumed", campaign_.waiting());
    return Done{true, campaign_.waiting()};
  }

  Result<Done> release() {
    if (over() || campaign_.holds.sample_cells() == 0) return Done{};
    return order(Holds::Kind::kRelease, "released");
  }

  Result<Done> prefer() {
    if (std::abs(event_.priority) > limits::kMaxPriority) {
      return Status(Code::kInvalid, "a priority lies between -" + std::to_string(limits::kMaxPriority) + " and " +
                                        std::to_string(limits::kMaxPriority));
    }
    if (over()) return Done{};
    TROUPE_ASSIGN_OR_RETURN(Done done, order(Holds::Kind::kPrefer, whole_ ? nullptr : "priority"));
    if (!whole_) {
      done.cells = done.changed ? slice_.slice().cells() : 0;
      return done;
    }
    if (campaign_.row.priority == event_.priority && !done.changed) return done;
    step_.farm.set_priority(campaign_, event_.priority);
    step_.save(campaign_);
    log("priority", campaign_.waiting());
    return Done{true, campaign_.waiting()};
  }

  Result<Done> cancel() {
    if (over()) return Done{};
    const std::uint64_t open = campaign_.waiting() + campaign_.grants.size();
    if (whole_) {
      end_campaign(step_, campaign_, CampaignState::kCancelled, "cancelled by command");
      log("cancelled", open);
      return Done{true, open};
    }
    TROUPE_ASSIGN_OR_RETURN(const Chosen chosen, choose_open(campaign_, slice_));
    if (chosen.cells == 0) return Done{};
    cancel_cells(step_, campaign_, chosen.ranks, chosen.cells);
    log("cancelled", chosen.cells);
    finish_if_over(step_, campaign_);
    return Done{true, chosen.cells};
  }

  Result<Done> requeue() {
    const auto running =
        std::find_if_not(event_.states.begin(), event_.states.end(), [](JobState state) { return is_terminal(state); });
    if (running != event_.states.end()) {
      return Status(Code::kInvalid, "jobs that are " + std::string(name(*running)) +
                                        " cannot be requeued: choose among done, failed, rejected, cancelled");
    }
    const std::set<JobState> usual = {JobState::kFailed, JobState::kRejected, JobState::kCancelled};
    TROUPE_ASSIGN_OR_RETURN(const Chosen chosen,
                            choose_over(campaign_, slice_, event_.states.empty() ? usual : event_.states));
    if (chosen.cells == 0) return Done{};
    step_.out.edits.push_back(CellsRequeued{campaign_.row.id, chosen.ranks});
    campaign_.requeue(chosen.ranks, chosen.cancelled_cells);
    renew_budget(step_, campaign_);
    if (over()) {
      step_.farm.set_state(campaign_, CampaignState::kActive);
      campaign_.row.state_reason.clear();
      campaign_.row.finished.reset();
      campaign_.row.archived = false;
      step_.save(campaign_);
    }
    log("requeued", chosen.cells);
    return Done{true, chosen.cells};
  }

  Step& step_;
  Campaign& campaign_;
  const CampaignCommand& event_;
  RankSlice slice_;
  bool whole_;
};

Status not_over(const Campaign& campaign, const char* what) {
  return Status(Code::kInvalid, campaign.label() + " is " + std::string(name(campaign.row.state)) +
                                    "; only one that is over can be " + what + ": troupe campaign cancel " +
                                    campaign.label());
}

// One that is taken out of the archive stays out: retention leaves it alone until it is put back.
Result<Done> archive(Step& step, Campaign& campaign, bool on) {
  if (on && !is_terminal(campaign.row.state)) return not_over(campaign, "archived");
  const bool stayed = std::exchange(campaign.stays, !on);
  if (stayed != campaign.stays) save_orders(step, campaign);
  const bool changed = campaign.row.archived != on;
  if (changed) archive_campaign(step, campaign, on, kByCommand);
  return Done{changed || stayed != campaign.stays, 0};
}

Result<std::string> command(Step& step, Campaign& campaign, const CampaignCommand& event) {
  if (event.verb == Verb::kArchive || event.verb == Verb::kUnarchive) {
    TROUPE_ASSIGN_OR_RETURN(const Done done, archive(step, campaign, event.verb == Verb::kArchive));
    return done_json(campaign, done);
  }
  if (event.verb == Verb::kDelete) {
    if (!is_terminal(campaign.row.state)) return not_over(campaign, "deleted");
    std::string answer = done_json(campaign, {true, campaign.row.cells});
    delete_campaign(step, campaign.row.id, kByCommand);
    return answer;
  }
  TROUPE_ASSIGN_OR_RETURN(manifest::Slice slice, manifest::Slice::parse(campaign.sweep(), event.slice));
  TROUPE_ASSIGN_OR_RETURN(const Done done,
                          Command(step, campaign, event, RankSlice(campaign.sweep(), std::move(slice))).run());
  return done_json(campaign, done);
}

}  // namespace

void on_command(Step& step, const CampaignCommand& event) {
  const Result<CampaignId> id = find_campaign(step.farm, event.campaign);
  if (!id.ok()) {
    step.out.replies.push_back({event.request, id.status(), ""});
    return;
  }
  Result<std::string> done = command(step, step.farm.campaigns.at(*id), event);
  step.out.replies.push_back({event.request, done.status(), done.ok() ? *done : ""});
}

}  // namespace troupe::core
