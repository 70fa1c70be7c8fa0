// What every store promises about reused results, deleted campaigns, facts, events and what is new.
#include "tests/coordinator/store/edits.h"
#include "tests/coordinator/store/store_contract.h"

namespace troupe::store {
namespace {

TEST_P(StoreContract, AReusedResultIsItsSources) {
  const core::ResultCommitted first = result(1, 2);
  core::ResultReused second = reused(2, 7, 1, 2);
  second.score = 0.25;
  ASSERT_TRUE(commit({campaign_added(1), campaign_added(2), core::JobsGranted{{grant(2, 7)}}, first, second}).ok());
  reopen();
  const core::CampaignSnapshot campaign = loaded().campaigns.at(1);
  EXPECT_EQ(campaign.done, core::IntervalSet(7, 8));
  EXPECT_EQ(campaign.reused, core::IntervalSet(7, 8));
  EXPECT_EQ(campaign.scores, (std::map<Rank, double>{{7, 0.25}}));
  EXPECT_TRUE(campaign.grants.empty());
  ResultRow expected{7, first.result, first.worker, first.finished};
  expected.result.ticket = {CampaignId{2}, 1007, 0, 0};
  EXPECT_EQ(*read(2, {7})[0], expected);
}

TEST_P(StoreContract, AReusedResultOutlivesItsSource) {
  const core::ResultCommitted first = result(1, 2);
  ASSERT_TRUE(commit({campaign_added(1), campaign_added(2), campaign_added(3), first, reused(2, 7, 1, 2),
                      reused(3, 8, 2, 7), reused(3, 9, 1, 2)})
                  .ok());
  ASSERT_TRUE(commit({core::CellsRequeued{CampaignId{1}, core::IntervalSet(2, 3)}}).ok());
  ASSERT_TRUE(commit({result(1, 2, Outcome::kFailed, 1)}).ok());
  reopen();
  EXPECT_EQ(read(3, {8})[0]->result.artifacts, first.result.artifacts);
  ASSERT_TRUE(commit({core::CampaignDeleted{CampaignId{2}}}).ok());
  sweep();
  reopen();
  EXPECT_FALSE(read(2, {7})[0]);
  for (const Rank rank : {Rank{8}, Rank{9}}) EXPECT_EQ(read(3, {rank})[0]->result.artifacts, first.result.artifacts);
  EXPECT_EQ(commit({reused(3, 10, 1, 2)}).code(), Code::kInternal) << "it failed since";
}

TEST_P(StoreContract, RefusesToReuseWhatIsNotThere) {
  ASSERT_TRUE(
      commit({campaign_added(1), campaign_added(2), result(1, 2), result(1, 3, Outcome::kRejected), result(2, 5)})
          .ok());
  EXPECT_EQ(commit({reused(2, 7, 1, 1)}).code(), Code::kInternal);
  EXPECT_EQ(commit({reused(2, 7, 1, 3)}).code(), Code::kInternal) << "rejected";
  EXPECT_EQ(commit({reused(2, 7, 9, 2)}).code(), Code::kInternal);
  EXPECT_EQ(commit({reused(9, 7, 1, 2)}).code(), Code::kInternal);
  EXPECT_EQ(commit({reused(2, 5, 1, 2)}).code(), Code::kInternal) << "done already";
  EXPECT_EQ(commit({reused(2, 7, 1, 2, 1)}).code(), Code::kInternal) << "no such generation";
  EXPECT_TRUE(commit({reused(2, 7, 1, 2)}).ok());
}

TEST_P(StoreContract, OfADeletedCampaignNothingStays) {
  ASSERT_TRUE(commit({campaign_added(4), core::CellsRequeued{CampaignId{4}, core::IntervalSet(0, 5)},
                      core::JobsGranted{{grant(4, 9)}}, result(4, 7),
                      core::JobReturned{CampaignId{4}, 2, 1002, 1, 1, 99, "engine died"}})
                  .ok());
  ASSERT_TRUE(commit({core::CampaignDeleted{CampaignId{4}}}).ok());
  EXPECT_FALSE(read(4, {7})[0]) << "not even before it is swept out";
  reopen();
  EXPECT_TRUE(loaded().campaigns.empty());
  EXPECT_EQ(loaded().last_campaign, 4u);
  EXPECT_EQ(commit({result(4, 8)}).code(), Code::kInternal);
  EXPECT_EQ(commit({core::CampaignDeleted{CampaignId{4}}}).code(), Code::kInternal);
  sweep();
  reopen();
  EXPECT_TRUE(loaded().campaigns.empty());
  EXPECT_FALSE(read(4, {7})[0]);
}

TEST_P(StoreContract, TheNewestFactStands) {
  ASSERT_TRUE(commit({core::FactStored{"usage", "acme", "1"}, core::FactStored{"usage", "b", "2"},
                      core::FactStored{"model", "acme", "3"}})
                  .ok());
  ASSERT_TRUE(commit({core::FactStored{"usage", "acme", "4"}, core::FactStored{"usage", "b", ""},
                      core::FactStored{"usage", "never there", ""}})
                  .ok());
  reopen();
  using Facts = std::map<std::pair<std::string, std::string>, std::string>;
  EXPECT_EQ(loaded().facts, (Facts{{{"usage", "acme"}, "4"}, {{"model", "acme"}, "3"}}));
}

TEST_P(StoreContract, EventsAreReadOnFromAnId) {
  ASSERT_TRUE(commit({event(1), event(2, "leased")}).ok());
  ASSERT_TRUE(commit({event(3), event(4)}).ok());
  reopen();
  EXPECT_EQ(loaded().last_event, 4u);
  auto reader = store_->reader();
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(*(*reader)->events_after(0, 2), (std::vector{event(1).event, event(2, "leased").event}));
  EXPECT_EQ(*(*reader)->events_after(2, 9), (std::vector{event(3).event, event(4).event}));
  EXPECT_TRUE((*reader)->events_after(4, 9)->empty());
  ASSERT_TRUE(commit({event(7)}).ok());
  EXPECT_EQ((*reader)->events_after(4, 9)->size(), 1u);
  EXPECT_EQ(commit({event(7)}).code(), Code::kInternal);
  EXPECT_EQ(commit({event(8), event(6)}).code(), Code::kInternal);
}

TEST_P(StoreContract, EventsOfAKindAreFound) {
  keep_events(70'000);
  const auto found = [&](const std::string& kind) {
    std::vector<std::uint64_t> ids;
    auto reader = store_->reader();
    EXPECT_TRUE(reader.ok());
    EXPECT_TRUE((*reader)
                    ->visit_events(kind,
                                   [&](const core::FarmEvent& one) {
                                     EXPECT_EQ(one, event(one.id, kind).event);
                                     ids.push_back(one.id);
                                   })
                    .ok());
    return ids;
  };
  EXPECT_TRUE(found("divergence").empty());
  std::vector<core::Edit> edits;
  for (std::uint64_t id = 1; id <= 70'001; ++id) edits.push_back(event(id, id % 35'000 == 1 ? "divergence" : "done"));
  ASSERT_TRUE(commit(edits).ok());
  EXPECT_EQ(found("divergence"), (std::vector<std::uint64_t>{1, 35'001, 70'001}));
  sweep();
  EXPECT_EQ(found("divergence"), (std::vector<std::uint64_t>{35'001, 70'001}));
  EXPECT_TRUE(found("leased").empty());
}

TEST_P(StoreContract, EventsAreFoundByTheirTime) {
  auto reader = store_->reader();
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(*(*reader)->last_event_before(1), 0u);
  std::vector<core::Edit> edits;
  for (std::uint64_t id = 1; id <= 40; ++id) edits.push_back(event(id));
  ASSERT_TRUE(commit(edits).ok());
  const WallMillis begin = event(0).event.at;
  EXPECT_EQ(*(*reader)->last_event_before(begin), 0u);
  EXPECT_EQ(*(*reader)->last_event_before(begin + 1000), 0u);
  EXPECT_EQ(*(*reader)->last_event_before(begin + 1001), 1u);
  EXPECT_EQ(*(*reader)->last_event_before(begin + 17'000), 16u);
  EXPECT_EQ(*(*reader)->last_event_before(begin + 99'000), 40u);
}

TEST_P(StoreContract, OldEventsAreSweptOut) {
  keep_events(3);
  std::vector<core::Edit> edits;
  for (std::uint64_t id = 1; id <= 10; ++id) edits.push_back(event(id));
  ASSERT_TRUE(commit(edits).ok());
  sweep();
  auto reader = store_->reader();
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(*(*reader)->events_after(0, 9), (std::vector{event(8).event, event(9).event, event(10).event}));
  EXPECT_EQ(*(*reader)->last_event_before(1), 7u);
  EXPECT_EQ(loaded().last_event, 10u);
}

TEST_P(StoreContract, NewResultsAreReadOnFromTheLastOnes) {
  ASSERT_TRUE(commit({campaign_added(1), campaign_added(2), result(1, 2), result(2, 3), result(1, 1)}).ok());
  auto reader = store_->reader();
  ASSERT_TRUE(reader.ok());
  const NewResults first = *(*reader)->results_after(CampaignId{1}, 0);
  EXPECT_EQ(first.cells, (std::vector<JobIndex>{1002, 1001}));
  EXPECT_FALSE(first.more);
  EXPECT_EQ(first.next, *(*reader)->newest_result());
  EXPECT_TRUE((*reader)->results_after(CampaignId{1}, first.next)->cells.empty());

  ASSERT_TRUE(commit({reused(1, 5, 2, 3), core::CellsRequeued{CampaignId{1}, core::IntervalSet(2, 3)}}).ok());
  ASSERT_TRUE(commit({result(1, 2, Outcome::kDone, 1)}).ok());
  const NewResults second = *(*reader)->results_after(CampaignId{1}, first.next);
  EXPECT_EQ(second.cells, (std::vector<JobIndex>{1005, 1002}));
  EXPECT_EQ((*reader)->results_after(CampaignId{1}, 0)->cells, (std::vector<JobIndex>{1001, 1005, 1002}));
}

// Whoever asks on from the newest result must not miss one, whatever was deleted in the meantime.
TEST_P(StoreContract, NumbersOfResultsAreNotUsedAgain) {
  ASSERT_TRUE(commit({campaign_added(1), campaign_added(2), result(1, 1), result(2, 1), result(2, 2)}).ok());
  auto reader = store_->reader();
  ASSERT_TRUE(reader.ok());
  const std::uint64_t seen = *(*reader)->newest_result();
  ASSERT_TRUE(commit({core::CampaignDeleted{CampaignId{2}}}).ok());
  sweep();
  ASSERT_TRUE(commit({result(1, 3)}).ok());
  EXPECT_EQ((*reader)->results_after(CampaignId{1}, seen)->cells, (std::vector<JobIndex>{1003}));
}

}  // namespace
}  // namespace troupe::store
