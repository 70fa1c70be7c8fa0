// Each store in turn, and new lives of the coordinator with it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "coordinator/store/store.h"
#include "tests/coordinator/store/ram_folder.h"
#include "tests/support/temp_folder.h"

namespace troupe::store {

struct Kind {
  const char* name;
  bool on_disk;
};

class StoreContract : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override { reopen(); }

  // A new life of the coordinator.
  void reopen() {
    if (!GetParam().on_disk) {
      if (!store_) store_ = make_memory_store();
      return;
    }
    store_.reset();
    auto opened = open_sqlite_store(folder_ / "troupe.db", options_);
    ASSERT_TRUE(opened.ok()) << opened.status().to_string();
    store_ = std::move(*opened);
  }

  void keep_events(std::uint64_t count) {
    options_.events_kept = count;
    if (!GetParam().on_disk) store_ = make_memory_store(options_);
    reopen();
  }

  void sweep() {
    Result<bool> more = true;
    while (more.ok() && *more) more = store_->tidy();
    EXPECT_TRUE(more.ok()) << more.status().to_string();
  }

  Status commit(std::vector<core::Edit> edits) { return store_->commit(edits); }

  core::Snapshot loaded() {
    auto snapshot = store_->load();
    EXPECT_TRUE(snapshot.ok()) << snapshot.status().to_string();
    return snapshot.ok() ? *snapshot : core::Snapshot();
  }

  std::vector<std::optional<ResultRow>> read(std::uint64_t campaign, std::vector<Rank> ranks) {
    auto reader = store_->reader();
    EXPECT_TRUE(reader.ok()) << reader.status().to_string();
    auto rows = (*reader)->results_by_rank(CampaignId{campaign}, ranks);
    EXPECT_TRUE(rows.ok()) << rows.status().to_string();
    return rows.ok() ? *rows : std::vector<std::optional<ResultRow>>();
  }

  troupe::testing::TempFolder folder_{ram_folder()};
  StoreOptions options_;
  std::unique_ptr<Store> store_;
};

}  // namespace troupe::store
