#include "coordinator/core/explain.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "coordinator/core/rules/running.h"

namespace troupe::core {
namespace {

using nlohmann::json;

struct Verdict {
  std::string rule;
  std::string text;
};

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

std::string seconds_text(Millis wait) {
  return std::to_string((wait.count() + 999) / 1000) + " s";
}

const char* word_for(Misfit misfit) {
  switch (misfit) {
    case Misfit::kTags: return "tags";
    case Misfit::kPool: return "pool";
    case Misfit::kPack: return "pack";
    case Misfit::kMemory: return "memory";
    case Misfit::kNone: break;
  }
  return "fits";
}

// How many workers there are of each kind, as seen by one campaign.
struct Survey {
  std::map<std::string, std::size_t> kinds;  // a misfit's word, a state's, "busy" or "free"
  std::size_t all = 0;
  std::size_t of(const std::string& kind) const {
    const auto at = kinds.find(kind);
    return at == kinds.end() ? 0 : at->second;
  }
};

using Misfits = std::map<OfferId, Misfit>;

std::string kind_of(const FarmState& farm, const Misfits& misfits, const Worker& worker) {
  if (!worker.live()) return "lost";
  const Misfit misfit = misfits.at(*worker.offer);
  if (misfit != Misfit::kNone) return word_for(misfit);
  const WorkerState state = state_of(worker, worker.busy);
  if (state != WorkerState::kBusy && state != WorkerState::kReady) return std::string(name(state));
  return farm.room(worker) > 0 ? "free" : "busy";
}

Survey survey(const FarmState& farm, const Campaign& campaign) {
  Survey survey;
  const NeedKey need = need_of(campaign.manifest);
  Misfits misfits;
  for (const auto& [id, offer] : farm.market.offers()) misfits[id] = farm.market.misfit(need, offer.key);
  for (const auto& [id, worker] : farm.workers) {
    ++survey.kinds[kind_of(farm, misfits, worker)];
    ++survey.all;
  }
  return survey;
}

std::string why_not(const std::string& kind, const Campaign& campaign) {
  const manifest::Manifest& manifest = campaign.manifest;
  if (kind == "tags") return "lacks one of the tags " + joined(manifest.require_tags());
  if (kind == "pool") return "is not of the pool " + manifest.require_pool();
  if (kind == "pack") return "has not the pack " + manifest.pack();
  if (kind == "memory") return "has a device with less memory than " + manifest.pack() + " was seen to need";
  if (kind == "lost") return "is silent";
  if (kind == "starting") return "just started";
  if (kind == "draining") return "drains";
  if (kind == "cordoned") return "is cordoned";
  if (kind == "quarantined") return "is quarantined, after jobs that it spoiled";
  if (kind == "busy") return "holds as many jobs as it wants";
  return "has room";
}

std::optional<Verdict> by_order(const Campaign& campaign, Rank rank) {
  if (campaign.row.state == CampaignState::kPaused) {
    return Verdict{"paused", "The campaign is paused. `troupe campaign resume` goes on."};
  }
  switch (campaign.hold(rank)) {
    case Hold::kPaused:
      return Verdict{"held", "Its slice is paused. `troupe campaign resume` with that slice goes on."};
    case Hold::kSample:
      return Verdict{"sample",
                     "The campaign renders a sample to which the job does not belong. `troupe campaign "
                     "release` renders the rest."};
    case Hold::kNone: break;
  }
  return std::nullopt;
}

std::optional<Verdict> by_backoff(const FarmState& farm, const Campaign& campaign, Rank rank) {
  const auto entry = campaign.tried.find(rank);
  if (entry == campaign.tried.end() || entry->second.due <= farm.now) return std::nullopt;
  return Verdict{"backoff", "It came back (" + entry->second.row.reason + ") and is tried again in " +
                                seconds_text(entry->second.due - farm.now) + "."};
}

// Nobody fits, or who fits takes no work.
std::optional<Verdict> by_workers(const Campaign& campaign, const Survey& workers) {
  if (workers.of("free") + workers.of("busy") > 0) return std::nullopt;
  if (workers.all == 0) {
    return Verdict{"no_worker", "No worker is connected. `troupe-worker start` on a machine brings one."};
  }
  for (const char* kind : {"starting", "draining", "cordoned", "quarantined"}) {
    if (workers.of(kind) > 0)
      return Verdict{kind, std::string("Every worker that could run it ") + why_not(kind, campaign) + "."};
  }
  for (const char* kind : {"memory", "pack", "tags", "pool", "lost"}) {
    if (workers.of(kind) > 0)
      return Verdict{kind, std::string("No worker can run it: each ") + why_not(kind, campaign) +
                               ", or fails on something else below."};
  }
  return std::nullopt;
}

std::optional<Verdict> by_limits(const FarmState& farm, const Campaign& campaign) {
  const auto most = static_cast<std::uint64_t>(campaign.manifest.limits().running.value_or(0));
  const std::uint64_t running = campaign.grants.size() + campaign.elders.size();
  if (rules::running_room(running, most) == 0) {
    return Verdict{"running", "limits.running lets " + std::to_string(most) + " jobs of the campaign run at once."};
  }
  if (farm.usage.full(campaign.row.project)) {
    return Verdict{"project_running", "The project " + campaign.row.project + " may have " +
                                          std::to_string(farm.usage.most_running(campaign.row.project)) +
                                          " jobs at once."};
  }
  return std::nullopt;
}

// The campaign that the rules of choosing put before this one, nullptr for none.
const Campaign* ahead_of(const FarmState& farm, const Campaign& campaign, std::string& rule) {
  const auto& mine = campaign.standing;
  if (!mine.filed) return nullptr;
  for (const auto& [priority, level] : farm.standings.levels()) {
    for (const auto& [key, project] : level.order) {
      for (const auto& [need, campaigns] : level.projects.at(project).campaigns) {
        const Campaign* first = farm.find(*campaigns.begin());
        if (priority == *mine.filed && project == campaign.row.project && first->row.id >= campaign.row.id) continue;
        rule = priority > *mine.filed ? "priority" : project != campaign.row.project ? "share" : "order";
        return first;
      }
      if (priority == *mine.filed && project == campaign.row.project) return nullptr;
    }
    if (priority == *mine.filed) return nullptr;
  }
  return nullptr;
}

std::optional<Verdict> by_others(const FarmState& farm, const Campaign& campaign) {
  std::string rule;
  const Campaign* other = ahead_of(farm, campaign, rule);
  if (!other) return std::nullopt;
  std::string why = "has the higher priority (" + std::to_string(other->row.priority) + " against " +
                    std::to_string(campaign.row.priority) + ", with what waiting adds)";
  if (rule == "share") why = "is of the project " + other->row.project + ", which used less of the farm lately";
  if (rule == "order") why = "was submitted earlier";
  return Verdict{rule, "All slots are taken, and " + other->label() + " comes first: it " + why + "."};
}

Verdict by_place(const FarmState& farm, const Campaign& campaign, Rank rank, const Survey& workers) {
  const auto entry = campaign.tried.find(rank);
  const bool blamed = entry != campaign.tried.end() && entry->second.avoid;
  if (workers.of("free") > 0 && blamed) {
    return {"elsewhere", "It failed on " + entry->second.avoid->value + " and waits for another worker."};
  }
  if (workers.of("free") > 0 && !farm.pass_cut_short) {
    return {"tail", "The last jobs are not queued behind others: it goes to the first slot that is free."};
  }
  if (workers.of("free") > 0) return {"next", "A worker has room: it is granted in one of the next moments."};
  const std::string ahead = std::to_string(campaign.waiting() - 1);
  return {"busy", "All slots that could run it are taken; " + ahead + " other jobs of the campaign wait too."};
}

Verdict verdict(const FarmState& farm, const Campaign& campaign, Rank rank, const Survey& workers) {
  if (auto found = by_order(campaign, rank)) return *found;
  if (auto found = by_backoff(farm, campaign, rank)) return *found;
  if (auto found = by_workers(campaign, workers)) return *found;
  if (auto found = by_limits(farm, campaign)) return *found;
  if (workers.of("free") == 0) {
    if (auto found = by_others(farm, campaign)) return *found;
  }
  return by_place(farm, campaign, rank, workers);
}

Verdict of_granted(const Grant& grant, JobState state) {
  std::string text = "On " + grant.row.worker.value + ", attempt " + std::to_string(grant.row.attempt);
  if (state == JobState::kRunning && grant.steps > 0) {
    text += ", " + grant.stage + " step " + std::to_string(grant.step) + " of " + std::to_string(grant.steps);
  }
  return {std::string(name(state)), text + "."};
}

}  // namespace

json explain(const FarmState& farm, const Campaign& campaign, JobIndex index) {
  const Rank rank = campaign.sweep().rank_of(index);
  const JobState state = campaign.state_of(rank);
  Verdict found{std::string(name(state)), "The job is over."};
  json workers = json::array();
  if (state == JobState::kWaiting) {
    const Survey seen = survey(farm, campaign);
    found = verdict(farm, campaign, rank, seen);
    for (const auto& [kind, count] : seen.kinds) {
      workers.push_back({{"workers", count}, {"reason", why_not(kind, campaign)}});
    }
  } else if (const auto grant = campaign.grants.find(rank); grant != campaign.grants.end()) {
    found = of_granted(grant->second, state);
  }
  return {{"schema", 1},          {"campaign", campaign.label()},
          {"job", index},         {"address", campaign.sweep().address(index).to_string()},
          {"state", name(state)}, {"rule", found.rule},
          {"text", found.text},   {"workers", std::move(workers)}};
}

}  // namespace troupe::core
