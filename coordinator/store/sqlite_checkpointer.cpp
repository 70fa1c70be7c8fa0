#include "coordinator/store/sqlite_checkpointer.h"

namespace troupe::store {

SqliteCheckpointer::~SqliteCheckpointer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool SqliteCheckpointer::note(std::uint64_t pages) {
  std::unique_lock lock(mutex_);
  if (!failure_.ok()) return false;
  if (pages < pages_) {  // the log began anew
    folded_ = 0;
    rest_from_ = kLongPages;
  }
  pages_ = pages;
  if (pages >= kMostPages && pages >= rest_from_) {
    changed_.wait(lock, [this] { return !working_; });
    rest_from_ = pages + kFoldPages;
    return failure_.ok();
  }
  if (working_) return false;
  if (pages_ - folded_ >= kFoldPages) {
    working_ = true;
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    changed_.notify_all();
    return false;
  }
  if (pages_ < rest_from_) return false;
  rest_from_ = pages_ + kFoldPages;  // a reader may keep the log from ending here: not at every commit
  return true;
}

Status SqliteCheckpointer::fold(Database& committing) {
  const auto folded = committing.ask("PRAGMA wal_checkpoint(PASSIVE)");
  const Code code = folded.status().code();
  return code == Code::kNoSpace || code == Code::kUnavailable ? Status() : folded.status();
}

Status SqliteCheckpointer::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void SqliteCheckpointer::run() {
  Result<Database> database = Database::open(path_, Database::Mode::kReadWrite);
  std::unique_lock lock(mutex_);
  if (!database.ok()) {
    failure_ = database.status();
    working_ = false;
    changed_.notify_all();
  }
  while (failure_.ok()) {
    changed_.wait(lock, [this] { return stop_ || working_; });
    if (stop_) return;
    const std::uint64_t pages = pages_;
    lock.unlock();
    const Status status = fold(*database);
    lock.lock();
    failure_ = status;
    folded_ = pages <= pages_ ? pages : 0;
    working_ = false;
    changed_.notify_all();
  }
}

}  // namespace troupe::store
