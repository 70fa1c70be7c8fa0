#include "coordinator/server/query_thread.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "common/base/limits.h"

namespace troupe::server {

QueryThread::QueryThread(std::unique_ptr<store::StoreReader> reader)
    : reader_(std::move(reader)), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  thread_ = std::thread([this] { run(); });
}

QueryThread::~QueryThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool QueryThread::post(ClientAddress to, Query query) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= limits::kMaxQueries) return false;
    waiting_.emplace_back(std::move(to), std::move(query));
  }
  changed_.notify_all();
  return true;
}

std::vector<QueryThread::Finished> QueryThread::take() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(event_.get(), &count, sizeof count);
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

void QueryThread::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    auto [to, query] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    QueryResult result = query(*reader_);
    lock.lock();
    finished_.push_back({std::move(to), std::move(result)});
    lock.unlock();  // whom this wakes takes the lock
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto wrote = ::write(event_.get(), &one, sizeof one);
    lock.lock();
  }
}

}  // namespace troupe::server
