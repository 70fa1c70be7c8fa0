// store gc: only what nothing names and nobody used for a day.
#include "coordinator/store/garbage.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "coordinator/store/check.h"
#include "coordinator/store/sqlite.h"
#include "tests/coordinator/store/edits.h"
#include "tests/coordinator/store/small_state.h"
#include "tests/support/take.h"

namespace troupe::store {
namespace {

// All blobs were last used so many hours ago.
void age(SmallState& state, int hours) {
  const timespec then[2] = {{std::time(nullptr) - 3600 * hours, 0}, {std::time(nullptr) - 3600 * hours, 0}};
  ASSERT_TRUE(state.blobs()
                  .visit([&](const Digest& digest, std::uint64_t) {
                    EXPECT_EQ(::utimensat(AT_FDCWD, state.place_of(digest).c_str(), then, 0), 0);
                  })
                  .ok());
}

GarbageReport collect(SmallState& state, bool dry_run = false) {
  return take(collect_garbage(*take(state.store().reader()), state.blobs(), dry_run));
}

TEST(StoreGc, RemovesWhatNothingNames) {
  SmallState state;
  state.fill();
  state.put("left over");
  age(state, 25);
  const GarbageReport looked = collect(state, true);
  EXPECT_EQ(looked.blobs, 8u);
  EXPECT_EQ(looked.unnamed, 1u) << "the picture that a requeue replaced is named by the revision that reuses it";
  EXPECT_EQ(looked.removed, 0u);
  EXPECT_TRUE(state.blobs().size(sha256("left over")).ok());
  const GarbageReport report = collect(state);
  EXPECT_EQ(report.removed, 1u);
  EXPECT_EQ(report.removed_bytes, 9u);
  EXPECT_FALSE(state.blobs().size(sha256("left over")).ok());
  EXPECT_EQ(take(check_store(state.database(), state.blobs_folder(), {})).problems, std::vector<std::string>());
}

TEST(StoreGc, WhatWasUsedInTheLastDayStays) {
  SmallState state;
  state.fill();
  state.put("on its way");
  age(state, 23);
  EXPECT_EQ(collect(state).unnamed, 1u);
  age(state, 25);
  EXPECT_TRUE(state.blobs().has(sha256("on its way")));  // "have it?"
  EXPECT_EQ(collect(state).removed, 0u);
  age(state, 25);
  EXPECT_EQ(collect(state).removed, 1u);
}

TEST(StoreGc, ADeletedCampaignsPicturesGoWhenItIsSweptOut) {
  SmallState state;
  state.fill();
  state.commit({core::CampaignDeleted{CampaignId{1}}});
  age(state, 25);
  EXPECT_EQ(collect(state).removed, 1u) << "its manifest; results are named until they are swept out";
  while (take(state.store().tidy())) continue;
  const GarbageReport report = collect(state);
  EXPECT_EQ(report.removed, 2u) << "1/0/1 and 1/2; the reused 1/0 and 1/1 stay";
  EXPECT_TRUE(state.blobs().size(SmallState::picture_digest(1, 0)).ok());
  EXPECT_EQ(take(check_store(state.database(), state.blobs_folder(), {})).problems, std::vector<std::string>());
}

TEST(StoreGc, PicturesOfADivergenceStayAsLongAsItsEvent) {
  SmallState state(StoreOptions{.events_kept = 2});
  state.fill();
  for (const char* picture : {"one", "other", "third"}) state.put(picture);
  core::EventLogged divergence = event(3);
  divergence.event.kind = "divergence";
  divergence.event.detail_json =
      nlohmann::json{{"image", sha256("one").hex()}, {"other_image", sha256("other").hex()}}.dump();
  core::EventLogged another = event(4);
  another.event.detail_json = nlohmann::json{{"image", sha256("third").hex()}}.dump();
  state.commit({divergence, another});
  while (take(state.store().tidy())) continue;
  age(state, 25);
  EXPECT_EQ(collect(state).removed, 1u) << "what another event says is no claim";
  EXPECT_TRUE(state.blobs().size(sha256("one")).ok());
  EXPECT_TRUE(state.blobs().size(sha256("other")).ok());
  state.commit({event(5)});
  while (take(state.store().tidy())) continue;
  EXPECT_EQ(collect(state).removed, 2u);
  EXPECT_FALSE(state.blobs().size(sha256("other")).ok());
}

TEST(StoreGc, RemovesNothingWhenSomethingCannotBeRead) {
  SmallState state;
  state.fill();
  state.put("left over");
  age(state, 25);
  Database database = take(Database::open(state.database(), Database::Mode::kReadWrite));
  ASSERT_TRUE(database.run("UPDATE result_body SET stored_result = x'ff' WHERE id = 3").ok());
  EXPECT_EQ(collect_garbage(*take(state.store().reader()), state.blobs(), false).status().code(), Code::kCorrupt);
  ASSERT_TRUE(database.run("UPDATE manifest SET json = '{}'").ok());
  EXPECT_FALSE(collect_garbage(*take(state.store().reader()), state.blobs(), false).ok());
  EXPECT_TRUE(state.blobs().size(sha256("left over")).ok());
}

}  // namespace
}  // namespace troupe::store
