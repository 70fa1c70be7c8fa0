#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "coordinator/store/apply.h"
#include "coordinator/store/store.h"

namespace troupe::store {
namespace {

// How many edits are kept for taking a refused batch back, before the state as it is becomes the one to go back to.
constexpr std::size_t kMostUndoEdits = 4096;
// Results that one question looks at.
constexpr std::uint64_t kMostLookedAt = 20'000;

// What is kept, and what readers tell of.
struct Memory {
  struct Entry {
    ResultRow row;
    std::uint64_t number = 0;  // of the commit: counts up
  };
  std::map<CampaignId, std::map<Rank, Entry>> results;
  std::deque<std::pair<CampaignId, Rank>> commits;  // by number, from 1 on
  std::deque<core::FarmEvent> events;
  core::Snapshot now;

  void put(CampaignId campaign, ResultRow row) {
    const Rank rank = row.rank;
    commits.emplace_back(campaign, rank);
    results[campaign][rank] = {std::move(row), commits.size()};
  }

  void keep(const core::Edit& edit) {
    if (const auto* committed = std::get_if<core::ResultCommitted>(&edit)) {
      put(committed->result.ticket.campaign,
          {committed->rank, committed->result, committed->worker, committed->finished});
    } else if (const auto* reused = std::get_if<core::ResultReused>(&edit)) {
      ResultRow row = results.at(reused->from).at(reused->from_rank).row;
      row.rank = reused->rank;
      row.result.ticket = {reused->campaign, reused->index, reused->generation, 0};
      put(reused->campaign, std::move(row));
    } else if (const auto* deleted = std::get_if<core::CampaignDeleted>(&edit)) {
      results.erase(deleted->id);
    } else if (const auto* logged = std::get_if<core::EventLogged>(&edit)) {
      events.push_back(logged->event);
    }
  }
};

class MemoryReader final : public StoreReader {
 public:
  explicit MemoryReader(std::shared_ptr<const Memory> memory) : memory_(std::move(memory)) {}

  Result<std::vector<std::optional<ResultRow>>> results_by_rank(CampaignId campaign,
                                                                std::span<const Rank> ranks) override {
    std::vector<std::optional<ResultRow>> rows(ranks.size());
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      if (const Memory::Entry* entry = find(campaign, ranks[i])) rows[i] = entry->row;
    }
    return rows;
  }

  Result<NewResults> results_after(CampaignId campaign, std::uint64_t after) override {
    const std::uint64_t newest = memory_->commits.size();
    NewResults results;
    results.next = std::max(after, std::min(newest, after + kMostLookedAt));
    results.more = results.next < newest;
    for (std::uint64_t number = after + 1; number <= results.next && number <= newest; ++number) {
      const auto& [of, rank] = memory_->commits[number - 1];
      const Memory::Entry* entry = of == campaign ? find(of, rank) : nullptr;
      if (entry && entry->number == number) results.cells.push_back(entry->row.result.ticket.index);
    }
    return results;
  }

  Result<std::uint64_t> newest_result() override { return memory_->commits.size(); }

  Result<std::vector<core::FarmEvent>> events_after(std::uint64_t id, std::size_t limit) override {
    const auto& events = memory_->events;
    const auto first = std::upper_bound(events.begin(), events.end(), id,
                                        [](std::uint64_t value, const core::FarmEvent& e) { return value < e.id; });
    const auto left = static_cast<std::size_t>(events.end() - first);
    return std::vector<core::FarmEvent>(first, first + static_cast<std::ptrdiff_t>(std::min(limit, left)));
  }

  Result<std::uint64_t> last_event_before(WallMillis at) override {
    const auto& events = memory_->events;
    const auto first = std::partition_point(events.begin(), events.end(),
                                            [at](const core::FarmEvent& event) { return event.at < at; });
    if (first != events.begin()) return std::prev(first)->id;
    return events.empty() ? 0 : events.front().id - 1;
  }

  Status visit_events(const std::string& kind, const std::function<void(const core::FarmEvent&)>& visit) override {
    for (const core::FarmEvent& event : memory_->events) {
      if (event.kind == kind) visit(event);
    }
    return {};
  }

  Status visit_artifacts(const std::function<void(const Artifact&)>& visit) override {
    for (const auto& [campaign, entries] : memory_->results) {
      for (const auto& [rank, entry] : entries) {
        for (const Artifact& artifact : entry.row.result.artifacts) visit(artifact);
      }
    }
    return {};
  }

  Status visit_manifests(const std::function<Status(const core::CampaignRow&, const std::string&)>& visit) override {
    for (const core::CampaignSnapshot& campaign : memory_->now.campaigns) {
      TROUPE_RETURN_IF_ERROR(visit(campaign.row, campaign.manifest_json));
    }
    return {};
  }

 private:
  const Memory::Entry* find(CampaignId campaign, Rank rank) const {
    const auto of_campaign = memory_->results.find(campaign);
    if (of_campaign == memory_->results.end()) return nullptr;
    const auto at = of_campaign->second.find(rank);
    return at == of_campaign->second.end() ? nullptr : &at->second;
  }

  std::shared_ptr<const Memory> memory_;
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const StoreOptions& options) : options_(options) {}

  Result<core::Snapshot> load() override { return now(); }

  Status commit(std::span<const core::Edit> edits) override {
    if (const Status status = apply_edits(now(), edits); !status.ok()) {
      now() = before_;
      return apply_edits(now(), since_).ok() ? status : Status(Code::kInternal, "the memory store cannot go back");
    }
    since_.insert(since_.end(), edits.begin(), edits.end());
    if (since_.size() > kMostUndoEdits) {
      before_ = now();
      since_.clear();
    }
    for (const core::Edit& edit : edits) memory_->keep(edit);
    return {};
  }

  Result<bool> tidy() override {
    auto& events = memory_->events;
    const auto too_many = events.size() - std::min<std::size_t>(events.size(), options_.events_kept);
    events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(too_many));
    return false;
  }

  Result<std::unique_ptr<StoreReader>> reader() override {
    return std::unique_ptr<StoreReader>(std::make_unique<MemoryReader>(memory_));
  }

 private:
  core::Snapshot& now() { return memory_->now; }

  StoreOptions options_;
  core::Snapshot before_;  // now() without the edits of since_
  std::vector<core::Edit> since_;
  std::shared_ptr<Memory> memory_ = std::make_shared<Memory>();
};

}  // namespace

std::unique_ptr<Store> make_memory_store(const StoreOptions& options) {
  return std::make_unique<MemoryStore>(options);
}

}  // namespace troupe::store
