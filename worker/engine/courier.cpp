#include "worker/engine/courier.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/base/files.h"
#include "common/base/log.h"

namespace troupe::engine {
namespace {

constexpr Millis kLookForAgent{1000};

}  // namespace

Result<std::unique_ptr<Courier>> Courier::start(Port& port, pid_t agent) {
  Descriptor wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake.valid()) return errno_status("open", "an eventfd", errno);
  std::unique_ptr<Courier> courier(new Courier(port, agent, std::move(wake)));
  courier->thread_ = std::thread([raw = courier.get()] { raw->work(); });
  return courier;
}

Courier::~Courier() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
}

void Courier::send(Message message) {
  {
    const std::lock_guard lock(mutex_);
    outgoing_.push_back(std::move(message));
  }
  ::eventfd_write(wake_.get(), 1);
}

std::optional<Run> Courier::next_run() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return leaving_ || !runs_.empty(); });
  if (leaving_) return std::nullopt;
  Run next = std::move(runs_.front());
  runs_.pop_front();
  return next;
}

bool Courier::wanted(std::uint64_t run) const {
  const std::lock_guard lock(mutex_);
  return !leaving_ && !cancelled_.contains(run);
}

Status Courier::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Courier::work() {
  for (bool last = false; !last;) {
    {
      const std::lock_guard lock(mutex_);
      last = closing_;
    }
    if (const Status sent = send_waiting(); !sent.ok()) leave(sent);
    if (last) return;
    auto message = port_.receive(kLookForAgent, wake_.get());
    eventfd_t count = 0;
    ::eventfd_read(wake_.get(), &count);
    if (!message.ok() && message.status().code() != Code::kCorrupt) return leave(message.status());
    if (!message.ok()) logger("engine")->warn("{}", message.status().message());
    if (message.ok() && *message) take(std::move(**message));
    if (::getppid() != agent_) leave({});
  }
}

void Courier::take(Message message) {
  if (std::holds_alternative<Shutdown>(message)) return leave({});
  const std::lock_guard lock(mutex_);
  if (const auto* cancel = std::get_if<Cancel>(&message)) cancelled_.insert(cancel->run);
  if (auto* run = std::get_if<Run>(&message)) {
    // Runs are counted upwards: of earlier ones nobody asks any more whether they are wanted.
    cancelled_.erase(cancelled_.begin(), cancelled_.lower_bound(run->run > 1 ? run->run - 1 : 0));
    runs_.push_back(std::move(*run));
  }
  changed_.notify_all();
}

Status Courier::send_waiting() {
  std::deque<Message> messages;
  {
    const std::lock_guard lock(mutex_);
    messages.swap(outgoing_);
  }
  for (const Message& message : messages) {
    const Status status = port_.send(message);
    if (status.ok()) continue;
    if (!std::holds_alternative<Progress>(message)) return status;
    logger("engine")->warn("{}", status.message());
  }
  return {};
}

void Courier::leave(Status status) {
  const std::lock_guard lock(mutex_);
  leaving_ = true;
  if (status_.ok()) status_ = std::move(status);
  changed_.notify_all();
}

}  // namespace troupe::engine
