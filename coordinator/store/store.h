// The durable memory of the coordinator. One thread commits; reads for listings go through a reader of their own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/base/limits.h"
#include "common/base/status.h"
#include "coordinator/core/edit.h"
#include "coordinator/core/snapshot.h"

namespace troupe::store {

// A committed result with what the coordinator knows about it. Attempt 0 says that it was reused: worker and time are
// of the revision that rendered it.
struct ResultRow {
  Rank rank = 0;
  JobResult result;
  WorkerId worker;
  WallMillis finished = 0;
  bool operator==(const ResultRow&) const = default;
};

// The cells of a campaign whose result is new.
struct NewResults {
  std::vector<JobIndex> cells;  // in the order of their commits
  std::uint64_t next = 0;       // all up to this one were looked at: ask on from here
  bool more = false;            // there is more already
};

// Answers listings from the last committed state. Not to be shared between threads; open one a thread.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  // The last committed results of these cells, in the order of `ranks`; a cell without one is nullopt. A requeued cell
  // has its old result until a new one commits.
  virtual Result<std::vector<std::optional<ResultRow>>> results_by_rank(CampaignId campaign,
                                                                        std::span<const Rank> ranks) = 0;
  // Results of the campaign that were committed after `after`, a number that an earlier call gave; 0 begins with the
  // oldest. Looks at a bounded number of results, of whatever campaign: an answer may be empty while there is more. A
  // result that another took the place of is left out.
  virtual Result<NewResults> results_after(CampaignId campaign, std::uint64_t after) = 0;
  // The number of the newest result, to ask on from.
  virtual Result<std::uint64_t> newest_result() = 0;

  // The oldest `limit` events of those with an id above `id`, by id.
  virtual Result<std::vector<core::FarmEvent>> events_after(std::uint64_t id, std::size_t limit) = 0;
  // The id that events_after() gives the events since that moment for.
  virtual Result<std::uint64_t> last_event_before(WallMillis at) = 0;

  // Every event of that kind that is kept, by id, but perhaps what comes meanwhile.
  virtual Status visit_events(const std::string& kind,
                              const std::function<void(const core::FarmEvent& event)>& visit) = 0;

  // Every artifact that a stored result names, some of them several times. What is committed meanwhile may be left out.
  // kCorrupt when a result cannot be read.
  virtual Status visit_artifacts(const std::function<void(const Artifact& artifact)>& visit) = 0;
  // Every campaign; stops at an error of `visit`.
  virtual Status visit_manifests(
      const std::function<Status(const core::CampaignRow& row, const std::string& json)>& visit) = 0;
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

  // Sweeps out a bounded number of events beyond those to keep and of deleted campaigns' results, which no load or
  // reader tells of any more; true when there is more to sweep. Errors as of commit(); kNoSpace leaves all as it was.
  virtual Result<bool> tidy() = 0;

  virtual Result<std::unique_ptr<StoreReader>> reader() = 0;
};

struct StoreOptions {
  std::uint64_t events_kept = limits::kMaxEventsKept;  // newest ones; at least 1
};

// In memory, for the simulator and tests. A commit is all or nothing; what was committed stays as long as the object
// lives, so a simulated crash of the coordinator keeps the store and loads from it again. For one thread.
std::unique_ptr<Store> make_memory_store(const StoreOptions& options = {});

// SQLite in `path` (WAL, synchronous FULL), migrated to the newest schema. kAlreadyExists when another process has it
// open.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path, const StoreOptions& options = {});

}  // namespace troupe::store
