// The thread that tells people how their campaigns ended: webhooks and programs take longer than the loop may wait.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/base/descriptor.h"
#include "coordinator/core/event.h"

namespace troupe::server {

struct NotifierOptions {
  Millis webhook{10'000};  // for one request and its answer
  Millis command{60'000};  // for one program to end
};

class Notifier {
 public:
  explicit Notifier(NotifierOptions options = {});
  // Gives up what is not delivered: the farm still owes it and will ask again.
  ~Notifier();
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  void post(std::vector<core::Notification> notifications);
  // What was tried since the last call.
  std::vector<core::NotificationTried> take();
  // Readable when take() has something.
  int descriptor() const { return event_.get(); }

 private:
  void run();
  Status deliver(const core::Notification& notification) const;

  const NotifierOptions options_;
  Descriptor event_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<core::Notification> waiting_;
  std::vector<core::NotificationTried> tried_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace troupe::server
