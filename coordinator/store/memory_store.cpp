#include <map>
#include <utility>

#include "coordinator/store/apply.h"
#include "coordinator/store/store.h"

namespace troupe::store {
namespace {

using Results = std::map<CampaignId, std::map<Rank, ResultRow>>;

// How many edits are kept for taking a refused batch back, before the state as it is becomes the one to go back to.
constexpr std::size_t kMostUndoEdits = 4096;

class MemoryReader final : public StoreReader {
 public:
  explicit MemoryReader(std::shared_ptr<const Results> results) : results_(std::move(results)) {}

  Result<std::vector<std::optional<ResultRow>>> results_by_rank(CampaignId campaign,
                                                                std::span<const Rank> ranks) override {
    std::vector<std::optional<ResultRow>> rows(ranks.size());
    const auto of_campaign = results_->find(campaign);
    if (of_campaign == results_->end()) return rows;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      const auto at = of_campaign->second.find(ranks[i]);
      if (at != of_campaign->second.end()) rows[i] = at->second;
    }
    return rows;
  }

 private:
  std::shared_ptr<const Results> results_;
};

class MemoryStore final : public Store {
 public:
  Result<core::Snapshot> load() override { return now_; }

  Status commit(std::span<const core::Edit> edits) override {
    if (const Status status = apply_edits(now_, edits); !status.ok()) {
      now_ = before_;
      return apply_edits(now_, since_).ok() ? status : Status(Code::kInternal, "the memory store cannot go back");
    }
    since_.insert(since_.end(), edits.begin(), edits.end());
    if (since_.size() > kMostUndoEdits) {
      before_ = now_;
      since_.clear();
    }
    for (const core::Edit& edit : edits) {
      const auto* committed = std::get_if<core::ResultCommitted>(&edit);
      if (!committed) continue;
      (*results_)[committed->result.ticket.campaign][committed->rank] = {committed->rank, committed->result,
                                                                         committed->worker, committed->finished};
    }
    return {};
  }

  Result<std::unique_ptr<StoreReader>> reader() override {
    return std::unique_ptr<StoreReader>(std::make_unique<MemoryReader>(results_));
  }

 private:
  core::Snapshot now_;
  core::Snapshot before_;  // now_ without the edits of since_
  std::vector<core::Edit> since_;
  std::shared_ptr<Results> results_ = std::make_shared<Results>();
};

}  // namespace

std::unique_ptr<Store> make_memory_store() {
  return std::make_unique<MemoryStore>();
}

}  // namespace troupe::store
