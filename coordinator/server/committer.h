// The thread that makes batches of edits durable, in their order, while the loop goes on stepping the farm. Between
// them it has the store swept, when nothing waits or has not been for a while.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/base/descriptor.h"
#include "common/base/status.h"
#include "coordinator/store/store.h"

namespace troupe::server {

class Committer {
 public:
  // From now on only the committer's thread uses `store`, which outlives it. After kNoSpace the same edits are tried
  // again every `retry`.
  explicit Committer(store::Store& store, Millis retry = Millis(1000));
  // Gives up what is not committed yet.
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Batches count from 1 in the order of these calls. Small ones that wait together become one transaction.
  std::uint64_t submit(std::vector<core::Edit> edits);
  // All batches up to this one are durable.
  std::uint64_t durable() const;
  // Why nothing becomes durable at present (the disk is full), else OK.
  Status trouble() const;
  // An error that is not to be survived: the process must exit and start from disk. Nothing is committed any more.
  Status failure() const;
  // Readable after durable(), trouble() or failure() changed; clear() makes it unreadable again.
  int descriptor() const { return event_.get(); }
  void clear();

 private:
  void run();
  // Commits what waits. False when the thread is to end.
  bool commit(std::unique_lock<std::mutex>& lock);
  // False when the thread is to end.
  bool tidy(std::unique_lock<std::mutex>& lock);
  void notify();

  store::Store& store_;
  const Millis retry_;
  Descriptor event_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<core::Edit>> waiting_;
  std::uint64_t submitted_ = 0;
  std::uint64_t durable_ = 0;
  Status trouble_;
  Status failure_;
  bool stop_ = false;
  int untidied_ = 0;  // commits since the store was last swept; of the thread alone
  std::thread thread_;
};

}  // namespace troupe::server
