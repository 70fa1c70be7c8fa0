#include "coordinator/server/committer.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <iterator>

namespace troupe::server {
namespace {

// Of one transaction: what follows a larger one would wait too long, and all at once.
constexpr std::size_t kMostEdits = 1024;

// Commits that may follow each other without a sweep while more batches wait.
constexpr int kMostUntidied = 16;

}  // namespace

Committer::Committer(store::Store& store, Millis retry)
    : store_(store), retry_(retry), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  thread_ = std::thread([this] { run(); });
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::uint64_t Committer::submit(std::vector<core::Edit> edits) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(edits));
    number = ++submitted_;
  }
  changed_.notify_all();
  return number;
}

std::uint64_t Committer::durable() const {
  const std::lock_guard lock(mutex_);
  return durable_;
}

Status Committer::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

Status Committer::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Committer::clear() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(event_.get(), &count, sizeof count);
}

void Committer::notify() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto wrote = ::write(event_.get(), &one, sizeof one);
}

void Committer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_ || !commit(lock) || !tidy(lock)) return;
  }
}

bool Committer::commit(std::unique_lock<std::mutex>& lock) {
  std::uint64_t taken = 0;
  std::vector<core::Edit> edits;
  do {
    std::move(waiting_.front().begin(), waiting_.front().end(), std::back_inserter(edits));
    waiting_.pop_front();
    ++taken;
  } while (!waiting_.empty() && edits.size() + waiting_.front().size() <= kMostEdits);
  for (;;) {
    lock.unlock();
    const Status status = store_.commit(edits);
    if (status.ok()) edits.clear();  // not while the loop waits for the lock
    lock.lock();
    if (status.ok()) {
      durable_ += taken;
      trouble_ = Status();
      lock.unlock();  // whom this wakes takes the lock
      notify();
      lock.lock();
      return true;
    }
    if (status.code() != Code::kNoSpace) {
      failure_ = status;
      notify();
      return false;
    }
    trouble_ = status;
    notify();
    changed_.wait_for(lock, retry_, [this] { return stop_; });
    if (stop_) return false;
  }
}

bool Committer::tidy(std::unique_lock<std::mutex>& lock) {
  if (!waiting_.empty() && ++untidied_ < kMostUntidied) return true;
  untidied_ = 0;
  do {
    lock.unlock();
    const Result<bool> more = store_.tidy();
    lock.lock();
    if (more.ok() && *more) continue;
    if (more.ok() || more.status().code() == Code::kNoSpace) return true;
    failure_ = more.status();
    notify();
    return false;
  } while (waiting_.empty() && !stop_);
  return true;
}

}  // namespace troupe::server
