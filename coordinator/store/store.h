// The durable memory of the coordinator. One thread commits; reads for listings go through a reader of their own.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "coordinator/core/edit.h"
#include "coordinator/core/snapshot.h"

namespace troupe::store {

// A committed result with what the coordinator knows about it.
struct ResultRow {
  Rank rank = 0;
  JobResult result;
  WorkerId worker;
  WallMillis finished = 0;
  bool operator==(const ResultRow&) const = default;
};

// Answers listings from the last committed state. Not to be shared between threads; open one a thread.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  // The last committed results of these cells, in the order of `ranks`; a cell without one is nullopt. A requeued cell
  // has its old result until a new one commits.
  virtual Result<std::vector<std::optional<ResultRow>>> results_by_rank(CampaignId campaign,
                                                                        std::span<const Rank> ranks) = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Everything that is durable, folded into a snapshot.
  virtual Result<core::Snapshot> load() = 0;

  // Applies the edits in order as one transaction (apply.h says what each means); OK means that they survive a crash of
  // the machine. kNoSpace: nothing was applied and the same edits may be committed again. kInternal: nothing was
  // applied, for an edit made no sense. Any other error: nothing may be assumed; exit and start from disk.
  virtual Status commit(std::span<const core::Edit> edits) = 0;

  virtual Result<std::unique_ptr<StoreReader>> reader() = 0;
};

// In memory, for the simulator and tests. A commit is all or nothing; what was committed stays as long as the object
// lives, so a simulated crash of the coordinator keeps the store and loads from it again. For one thread.
std::unique_ptr<Store> make_memory_store();

// SQLite in `path` (WAL, synchronous FULL), migrated to the newest schema. kAlreadyExists when another process has it
// open.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path);

}  // namespace troupe::store
