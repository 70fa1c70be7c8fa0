#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "coordinator/core/farm_state.h"

namespace troupe::core {
namespace {

// Campaigns with more positions are not walked cell by cell.
constexpr std::uint64_t kMostWalked = 20'000;

struct Check {
  const FarmState& farm;
  std::vector<std::string> broken = {};

  // The text is only made when it is needed.
  template <typename Text>
  void expect(bool condition, const Text& what) {
    if (!condition) broken.push_back(what());
  }

  void counts(const Campaign& campaign) {
    const JobCounts counts = campaign.counts();
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts) sum += count;
    expect(sum == campaign.row.cells, [&] {
      return campaign.label() + ": job counts add up to " + std::to_string(sum) + " of " +
             std::to_string(campaign.row.cells) + " cells";
    });
    expect(campaign.waiting() <= campaign.row.cells, [&] { return campaign.label() + ": fewer than no jobs wait"; });
  }

  void campaign_state(const Campaign& campaign) {
    const bool over = is_terminal(campaign.row.state);
    const std::uint64_t open = campaign.waiting() + campaign.grants.size();
    expect(!over || open == 0,
           [&] { return campaign.label() + " is over with " + std::to_string(open) + " jobs open"; });
    expect(over || open > 0, [&] { return campaign.label() + " is not over with no job open"; });
    expect(over == campaign.row.finished.has_value(),
           [&] { return campaign.label() + ": finished time and state disagree"; });
    expect(over || !campaign.row.archived, [&] { return campaign.label() + " is archived and not over"; });
    const bool runs = farm.runnable.contains(campaign.row.id);
    expect(runs == (campaign.row.state == CampaignState::kActive),
           [&] { return campaign.label() + ": runnable and state disagree"; });
  }

  void grants(const Campaign& campaign) {
    for (const auto& [rank, grant] : campaign.grants) {
      const auto what = [&] { return campaign.label() + " rank " + std::to_string(rank); };
      expect(grant.row.rank == rank && grant.row.campaign == campaign.row.id,
             [&] { return what() + ": grant of another cell"; });
      expect(grant.row.index == campaign.sweep().index_at(rank), [&] { return what() + ": grant with another index"; });
      expect(grant.row.generation == campaign.generation(rank),
             [&] { return what() + ": grant of another generation"; });
      known_to_worker(campaign, rank, grant);
      const auto elder = campaign.elders.find(rank);
      expect(elder == campaign.elders.end() || elder->second.row.worker != grant.row.worker,
             [&] { return what() + " is granted twice to one worker"; });
      const auto entry = campaign.tried.find(rank);
      const std::uint32_t before = entry == campaign.tried.end() ? 0 : entry->second.row.attempt;
      expect(grant.row.attempt >= std::max(1u, before), [&] { return what() + ": an attempt came twice"; });
    }
  }

  void known_to_worker(const Campaign& campaign, Rank rank, const Grant& grant) {
    const auto worker = farm.workers.find(grant.row.worker);
    expect(worker != farm.workers.end() && worker->second.grants.contains({campaign.row.id, rank}), [&] {
      return campaign.label() + " rank " + std::to_string(rank) + ": granted to " + grant.row.worker.value +
             ", which does not know";
    });
  }

  // Older grants that still run: of cells that are open.
  void elders(const Campaign& campaign) {
    for (const auto& [rank, grant] : campaign.elders) {
      known_to_worker(campaign, rank, grant);
      expect(!campaign.is_terminal_cell(rank) && grant.row.generation == campaign.generation(rank),
             [&] { return campaign.label() + " rank " + std::to_string(rank) + ": an elder grant of what is over"; });
    }
  }

  // Where the campaign is filed, and how much of its project runs.
  void standing(const Campaign& campaign) {
    const Standing& standing = campaign.standing;
    bool filed = false;
    for (const auto& [priority, level] : farm.standings.levels()) {
      const auto project = level.projects.find(campaign.row.project);
      if (project == level.projects.end()) continue;
      const auto group = project->second.campaigns.find(standing.need);
      if (group == project->second.campaigns.end() || !group->second.contains(campaign.row.id)) continue;
      expect(standing.filed == priority, [&] { return campaign.label() + " is filed at another priority"; });
      filed = true;
    }
    expect(filed == standing.filed.has_value(), [&] { return campaign.label() + ": filed and standing disagree"; });
    if (farm.touched.contains(campaign.row.id)) return;
    expect(!filed || farm.grantable(campaign), [&] { return campaign.label() + " is filed with nothing to grant"; });
    expect(filed || !farm.grantable(campaign),
           [&] { return campaign.label() + " has jobs to grant and is not filed"; });
    const bool tail =
        campaign.row.state == CampaignState::kActive && campaign.waiting() == 0 && !campaign.grants.empty();
    expect(tail == farm.tails.contains(campaign.row.id),
           [&] { return campaign.label() + ": tail and cells disagree"; });
  }

  void usage() {
    std::map<std::string, std::uint64_t> running;
    for (const auto& [id, campaign] : farm.campaigns) {
      running[campaign.row.project] += campaign.grants.size() + campaign.elders.size();
    }
    for (const auto& [project, jobs] : running) {
      expect(farm.usage.running(project) == jobs, [&, name = project] {
        return "project " + name + ": " + std::to_string(farm.usage.running(name)) + " jobs are counted as running";
      });
    }
  }

  void workers() {
    std::size_t slots = 0;
    std::size_t takers = 0;
    std::map<std::string, std::size_t> packs;
    std::map<OfferId, std::size_t> members;
    for (const auto& [id, worker] : farm.workers) {
      expect(worker.id == id, [&] { return "worker " + id.value + " is filed under another id"; });
      expect(!worker.lost || worker.grants.empty(), [&] { return "worker " + id.value + " is lost and holds jobs"; });
      std::size_t busy = 0;
      for (const auto& [campaign_id, rank] : worker.grants) {
        const Campaign* campaign = farm.find(campaign_id);
        const Grant* held = campaign ? campaign->grant_of(rank, id) : nullptr;
        const bool there = held != nullptr;
        expect(there,
               [&] { return "worker " + id.value + " holds rank " + std::to_string(rank) + " without a grant"; });
        if (there && held->state != HeldState::kUploading) ++busy;
      }
      expect(busy == worker.busy, [&] { return "worker " + id.value + ": its busy jobs are miscounted"; });
      expect(worker.live() == worker.offer.has_value(), [&] { return "worker " + id.value + ": live and no offer"; });
      if (!worker.live()) continue;
      ++members[*worker.offer];
      takers += worker.slots_offered > 0 ? 1 : 0;
      slots += worker.profile.slots.size();
      for (const PackOffer& pack : worker.profile.packs) ++packs[pack.name];
    }
    expect(slots == farm.live_slots, [&] { return std::string("live slots are miscounted"); });
    expect(packs == farm.market.packs(), [&] { return std::string("packs on offer are miscounted"); });
    expect(takers == farm.takers, [&] { return std::string("workers that take work are miscounted"); });
    for (const auto& [id, offer] : farm.market.offers()) {
      expect(members[id] == offer.members, [&] { return std::string("members of an offer are miscounted"); });
    }
  }

  void hungry() {
    for (const auto& [id, worker] : farm.workers) {
      const std::optional<Load> load = farm.room(worker) > 0 ? std::optional(worker.load()) : std::nullopt;
      // That a quarantined worker may be tried is noticed a little later.
      expect(worker.hungry == load || worker.quarantine,
             [&] { return "worker " + id.value + ": hungry and room disagree"; });
      if (!worker.offer) continue;
      const auto& line = farm.market.offers().at(*worker.offer).hungry;
      const auto in_line = std::ranges::count_if(line, [&](const auto& entry) { return entry.second == id; });
      expect(in_line == (worker.hungry ? 1 : 0) && (!worker.hungry || line.contains({*worker.hungry, id})),
             [&] { return "worker " + id.value + " stands wrongly in line"; });
    }
  }

  // A cell is in one state and one alone.
  void cells(const Campaign& campaign) {
    if (campaign.sweep().positions() > kMostWalked) return;
    std::uint64_t waiting = 0;
    for (Rank rank = 0; rank < campaign.sweep().positions(); ++rank) {
      const bool excluded = campaign.sweep().excluded(campaign.sweep().index_at(rank));
      const bool waits_again = campaign.tried.contains(rank) && !campaign.grants.contains(rank);
      const int terminal = campaign.done.contains(rank) + campaign.failed.contains(rank) +
                           campaign.rejected.contains(rank) + campaign.cancelled.contains(rank);
      const bool never_granted = campaign.fresh.contains(rank) || campaign.held.contains(rank);
      const int homes = terminal + campaign.fresh.contains(rank) + campaign.held.contains(rank) +
                        campaign.grants.contains(rank) + waits_again;
      const auto what = [&] { return campaign.label() + " rank " + std::to_string(rank); };
      expect(homes == 1 || (excluded && homes == 0),
             [&] { return what() + " is in " + std::to_string(homes) + " states"; });
      expect(!campaign.tried.contains(rank) || terminal == 0, [&] { return what() + " is over and has tries"; });
      if (!excluded && (never_granted || waits_again)) ++waiting;
      expect(!campaign.held.contains(rank) || campaign.hold(rank) != Hold::kNone,
             [&] { return what() + " is held by no order"; });
      expect(!campaign.reused.contains(rank) || campaign.done.contains(rank),
             [&] { return what() + " took a result over and is not done"; });
      if (waits_again) {
        expect(campaign.due.contains({campaign.tried.at(rank).due, rank}) != campaign.held_tries.contains(rank),
               [&] { return what() + " waits and is neither due some time nor held"; });
      }
    }
    expect(waiting == campaign.waiting(), [&] {
      return campaign.label() + ": " + std::to_string(waiting) + " jobs wait, not " +
             std::to_string(campaign.waiting());
    });
    expect(campaign.due.size() + campaign.held_tries.size() + campaign.grants.size() >= campaign.tried.size(),
           [&] { return campaign.label() + ": lost tries"; });
  }

  // Cells that differ on select.of alone: what is kept is decided when all are over, and nothing better is left out.
  void selection(const Campaign& campaign) {
    const auto& select = campaign.manifest.select();
    if (!select || campaign.sweep().positions() > kMostWalked) return;
    struct Group {
      bool open = false;
      std::vector<Rank> kept, left;  // of the done cells
    };
    std::map<std::string, Group> groups;
    for (Rank rank = 0; rank < campaign.sweep().positions(); ++rank) {
      const JobIndex index = campaign.sweep().index_at(rank);
      if (campaign.sweep().excluded(index)) continue;
      Group& group = groups[group_name(campaign, index)];
      const JobState state = campaign.state_of(rank);
      const std::optional<bool> kept = campaign.kept(rank);
      group.open = group.open || !is_terminal(state);
      if (state == JobState::kDone) (kept.value_or(false) ? group.kept : group.left).push_back(rank);
      expect(!kept.value_or(false) || state == JobState::kDone,
             [&] { return campaign.label() + " rank " + std::to_string(rank) + " is kept and not done"; });
    }
    for (const auto& [name, group] : groups) selected(campaign, name, group.open, group.kept, group.left);
  }

  // The axes of the select's dimension left out.
  static std::string group_name(const Campaign& campaign, JobIndex index) {
    const manifest::Sweep& sweep = campaign.sweep();
    const std::size_t compared = sweep.dimension_of(*sweep.axis_number(campaign.manifest.select()->of));
    std::string name;
    for (std::size_t axis = 0; axis < sweep.axes().size(); ++axis) {
      if (sweep.dimension_of(axis) != compared) name += sweep.value_text(index, axis) + ",";
    }
    return name;
  }

  void selected(const Campaign& campaign, const std::string& name, bool open, const std::vector<Rank>& kept,
                const std::vector<Rank>& left) {
    const auto what = [&] { return campaign.label() + " group " + name; };
    const std::uint64_t wanted = std::min<std::uint64_t>(campaign.manifest.select()->keep, kept.size() + left.size());
    expect(kept.size() == (open ? 0 : wanted),
           [&] { return what() + (open ? " is open" : " is closed") + " and keeps " + std::to_string(kept.size()); });
    // A cell without a score is worse than any other; of equals the lower index wins.
    const auto key = [&](Rank rank) {
      const auto score = campaign.scores.find(rank);
      return std::tuple(score.has_value(), score.value_or(0),
                        -static_cast<std::int64_t>(campaign.sweep().index_at(rank)));
    };
    for (const Rank good : kept) {
      for (const Rank bad : left) {
        expect(key(good) > key(bad), [&] { return what() + " leaves out a cell that is better than a kept one"; });
      }
    }
  }
};

}  // namespace

std::vector<std::string> Farm::check_invariants(bool full) const {
  Check check{*state_};
  for (const auto& [id, campaign] : state_->campaigns) {
    check.counts(campaign);
    if (!full) continue;
    check.campaign_state(campaign);
    check.grants(campaign);
    check.elders(campaign);
    check.standing(campaign);
    check.cells(campaign);
    check.selection(campaign);
  }
  if (full) {
    check.workers();
    check.hungry();
    check.usage();
  }
  return check.broken;
}

}  // namespace troupe::core
