#include "coordinator/server/notifier.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <iterator>
#include <utility>

#include "coordinator/server/hook_command.h"
#include "coordinator/server/webhook.h"

namespace troupe::server {

Notifier::Notifier(NotifierOptions options)
    : options_(options), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), thread_([this] { run(); }) {}

Notifier::~Notifier() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Notifier::post(std::vector<core::Notification> notifications) {
  {
    const std::lock_guard lock(mutex_);
    std::move(notifications.begin(), notifications.end(), std::back_inserter(waiting_));
  }
  changed_.notify_all();
}

std::vector<core::NotificationTried> Notifier::take() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(event_.get(), &count, sizeof count);
  const std::lock_guard lock(mutex_);
  return std::exchange(tried_, {});
}

Status Notifier::deliver(const core::Notification& notification) const {
  if (!notification.webhook.empty()) {
    return post_webhook(notification.webhook, notification.body, options_.webhook, stop_);
  }
  return run_hook(notification.command, notification.body, options_.command, stop_);
}

void Notifier::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const core::Notification next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Status status = deliver(next);
    lock.lock();
    if (stop_) return;
    tried_.push_back({next.id, std::move(status)});
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto wrote = ::write(event_.get(), &one, sizeof one);
  }
}

}  // namespace troupe::server
