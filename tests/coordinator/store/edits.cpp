#include "tests/coordinator/store/edits.h"

#include <gtest/gtest.h>

#include "coordinator/core/generations.h"
#include "coordinator/store/apply.h"

namespace troupe::store {

core::CampaignRow campaign_row(std::uint64_t id, std::uint64_t cells) {
  core::CampaignRow row;
  row.id = CampaignId{id};
  row.name = "drop";
  row.revision = static_cast<std::uint32_t>(id);
  row.project = "acme";
  row.priority = -3;
  row.spec = sha256(std::to_string(id));
  row.submit_key = "key-" + std::to_string(id);
  row.cells = cells;
  row.submitted = 1'700'000'000'000;
  return row;
}

core::CampaignAdded campaign_added(std::uint64_t id, std::uint64_t cells) {
  return {campaign_row(id, cells), R"({"troupe": 1, "name": "drop"})"};
}

core::LeaseGrant grant(std::uint64_t campaign, Rank rank, std::uint64_t lease, std::uint32_t generation) {
  return {LeaseId{lease}, CampaignId{campaign}, rank, rank + 1000, generation, 1, WorkerId{"worker-1"}, 1234};
}

core::ResultCommitted result(std::uint64_t campaign, Rank rank, Outcome outcome, std::uint32_t generation) {
  core::ResultCommitted edit;
  edit.rank = rank;
  edit.result.ticket = {CampaignId{campaign}, rank + 1000, generation, 1};
  edit.result.outcome = outcome;
  if (outcome == Outcome::kFailed) {
    edit.result.fault = Fault::kInput;
    edit.result.reason = "no such face";
    edit.result.log = {"first line", "last line"};
  } else {
    edit.result.artifacts = {{"image", sha256("image of " + std::to_string(rank)), 12345, "image/png"}};
    edit.result.pixel_digest = sha256("pixels");
    edit.result.effective_seed = 7;
    edit.result.timings = {{"generate", 1.5, false}};
    edit.result.metadata_json = "{}";
  }
  edit.result.numerics_class = "cpu";
  edit.result.seconds = 1.75;
  edit.worker = WorkerId{"worker-1"};
  edit.finished = 1'700'000'001'000;
  return edit;
}

core::ResultReused reused(std::uint64_t campaign, Rank rank, std::uint64_t from, Rank from_rank,
                          std::uint32_t generation) {
  return {CampaignId{campaign}, rank, rank + 1000, generation, CampaignId{from}, from_rank, {}};
}

core::EventLogged event(std::uint64_t id, const std::string& kind) {
  const auto at = static_cast<WallMillis>(1'700'000'000'000 + 1000 * id);
  return {{id, at, kind, "drop#1", "worker-1", R"({"jobs": 3})"}};
}

std::vector<core::Edit> History::next_batch() {
  std::vector<core::Edit> edits(1 + random_.below(8));
  for (core::Edit& edit : edits) {
    edit = next();
    const Status status = apply_edit(snapshot_, edit);
    EXPECT_TRUE(status.ok()) << status.to_string();
  }
  return edits;
}

core::Edit History::next() {
  if (snapshot_.campaigns.empty() || random_.chance(0.01)) return add_campaign();
  const auto& campaign = snapshot_.campaigns[random_.below(snapshot_.campaigns.size())];
  const Rank rank = random_.below(kHistoryCells);
  const bool is_terminal = campaign.done.contains(rank) || campaign.failed.contains(rank) ||
                           campaign.rejected.contains(rank) || campaign.cancelled.contains(rank);
  switch (random_.below(15)) {
    case 0: return core::EpochStarted{Epoch{snapshot_.epoch.value + 1}};
    case 1: return change(campaign);
    case 2: return core::CellsCancelled{campaign.row.id, some_ranks()};
    case 3: return core::CellsRequeued{campaign.row.id, some_ranks()};
    case 4:
    case 5:
      if (is_terminal) return core::CellsRequeued{campaign.row.id, core::IntervalSet(rank, rank + 1)};
      return core::JobReturned{
          campaign.row.id, rank, rank + 1000, static_cast<std::uint32_t>(random_.below(9)), 1, 1234567, "engine died"};
    case 6:
    case 7: return give(campaign);
    case 8: return is_terminal ? remember() : reuse(campaign, rank);
    case 9: return event(snapshot_.last_event + 1 + random_.below(2));
    case 10:
      if (random_.chance(0.1)) return core::CampaignDeleted{campaign.row.id};
      return remember();
    default: return is_terminal ? give(campaign) : finish(campaign, rank);
  }
}

core::Edit History::add_campaign() {
  return campaign_added(snapshot_.last_campaign + 1 + random_.below(2));
}

core::Edit History::change(const core::CampaignSnapshot& campaign) {
  core::CampaignRow row = campaign.row;
  row.state = random_.chance(0.5) ? CampaignState::kPaused : CampaignState::kFinished;
  row.state_reason = random_.chance(0.5) ? "asked to" : "";
  row.started = static_cast<WallMillis>(random_.below(1u << 30));
  if (random_.chance(0.5)) row.finished = -1;
  row.archived = random_.chance(0.3);
  return core::CampaignChanged{row};
}

core::Edit History::give(const core::CampaignSnapshot& campaign) {
  core::JobsGranted granted;
  const std::uint64_t lease = snapshot_.last_lease + random_.below(3);
  for (Rank rank = random_.below(kHistoryCells); rank < kHistoryCells && random_.chance(0.7); ++rank) {
    const bool is_terminal = campaign.done.contains(rank) || campaign.failed.contains(rank) ||
                             campaign.rejected.contains(rank) || campaign.cancelled.contains(rank);
    if (is_terminal) continue;
    granted.grants.push_back(
        grant(campaign.row.id.value, rank, lease, core::generation_of(campaign.generations, rank)));
  }
  return granted;
}

core::Edit History::finish(const core::CampaignSnapshot& campaign, Rank rank) {
  constexpr Outcome kOutcomes[] = {Outcome::kDone, Outcome::kRejected, Outcome::kFailed};
  core::ResultCommitted edit =
      result(campaign.row.id.value, rank, kOutcomes[random_.below(3)], core::generation_of(campaign.generations, rank));
  if (edit.result.outcome == Outcome::kDone && random_.chance(0.7)) {
    edit.score = static_cast<double>(random_.below(1000)) / 999;
  }
  return edit;
}

core::Edit History::reuse(const core::CampaignSnapshot& campaign, Rank rank) {
  const auto& from = snapshot_.campaigns[random_.below(snapshot_.campaigns.size())];
  const auto source = from.done.next(random_.below(kHistoryCells));
  if (!source) return remember();
  core::ResultReused edit =
      reused(campaign.row.id.value, rank, from.row.id.value, *source, core::generation_of(campaign.generations, rank));
  if (random_.chance(0.5)) edit.score = 0.5;
  return edit;
}

core::Edit History::remember() {
  const std::string key = "key " + std::to_string(random_.below(5));
  return core::FactStored{random_.chance(0.5) ? "usage" : "model", key,
                          random_.chance(0.3) ? "" : std::to_string(random_.below(100))};
}

core::IntervalSet History::some_ranks() {
  core::IntervalSet ranks;
  for (std::uint64_t i = random_.below(4); i > 0; --i) {
    const Rank first = random_.below(kHistoryCells);
    ranks.insert(first, first + 1 + random_.below(12));
  }
  return ranks;
}

}  // namespace troupe::store
