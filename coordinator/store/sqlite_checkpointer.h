// Folds the write-ahead log into the database beside the commits, on a thread and a connection of its own.
//
// The thread alone would never reach the log's end while commits go on, and SQLite begins a log anew only from there:
// so once the log is long, the committing connection folds the little that the thread left, between two commits.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "coordinator/store/sqlite.h"

namespace troupe::store {

class SqliteCheckpointer {
 public:
  static constexpr std::uint64_t kFoldPages = 4096;            // unfolded pages from which on the thread works: 32 MiB
  static constexpr std::uint64_t kLongPages = 2 * kFoldPages;  // of a log that is to begin anew
  static constexpr std::uint64_t kMostPages = 2 * kLongPages;

  // Begins no work before the first note().
  explicit SqliteCheckpointer(std::string path) : path_(std::move(path)) {}
  // Waits for the pass that is under way.
  ~SqliteCheckpointer();
  SqliteCheckpointer(const SqliteCheckpointer&) = delete;
  SqliteCheckpointer& operator=(const SqliteCheckpointer&) = delete;

  // A commit left so many pages in the log. True when the connection that committed is to fold the rest now, by fold().
  // Waits for the thread only where commits outran it and the log has kMostPages.
  bool note(std::uint64_t pages);
  // kNoSpace and kUnavailable are taken calmly: the log stays, and a later pass folds it.
  static Status fold(Database& committing);

  // An error of the thread after which nothing may be assumed.
  Status failure() const;

 private:
  void run();

  const std::string path_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t pages_ = 0;               // in the log
  std::uint64_t folded_ = 0;              // of them, by the thread
  std::uint64_t rest_from_ = kLongPages;  // pages from which on the rest is folded by the committing connection
  bool working_ = false;
  bool stop_ = false;
  Status failure_;
  std::thread thread_;
};

}  // namespace troupe::store
