#include "coordinator/server/blob_thread.h"

#include <sys/eventfd.h>

#include <cerrno>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/log.h"

namespace troupe::server {
namespace {

constexpr Millis kExpireEvery{1000};

}  // namespace

wire::SocketLimits blob_socket_limits() {
  wire::SocketLimits limits;
  limits.message_parts = 1;
  limits.receive_high_water = 2 * static_cast<int>(limits::kBlobCredit);
  limits.send_high_water = 2 * static_cast<int>(limits::kBlobCredit * limits::kMaxPeerBlobTransfers);
  return limits;
}

Result<std::unique_ptr<BlobThread>> BlobThread::start(wire::Socket router, store::BlobStore& store, Clock& clock,
                                                      BlobServiceOptions options) {
  Descriptor stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop.valid()) return errno_status("make", "an eventfd", errno);
  return std::unique_ptr<BlobThread>(
      new BlobThread(std::move(router), store, clock, std::move(options), std::move(stop)));
}

BlobThread::BlobThread(wire::Socket router, store::BlobStore& store, Clock& clock, BlobServiceOptions options,
                       Descriptor stop)
    : router_(std::move(router)),
      clock_(clock),
      stop_(std::move(stop)),
      service_(store, std::move(options),
               [this](const std::string& peer, const wire::BlobMessage& message) {
                 return router_.send(peer, wire::encode(message)) == wire::Sent::kSent;
               }),
      thread_([this] { serve(); }) {}

BlobThread::~BlobThread() {
  stopping_ = true;
  const std::uint64_t one = 1;
  static_cast<void>(!::write(stop_.get(), &one, sizeof one));  // an eventfd takes it
  thread_.join();
}

BlobCounters BlobThread::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

Status BlobThread::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void BlobThread::serve() {
  Instant next_expiry = clock_.now() + kExpireEvery;
  while (!stopping_) {
    Status status = turn();
    if (const Instant now = clock_.now(); now >= next_expiry) {
      service_.expire(now);
      next_expiry = now + kExpireEvery;
    }
    const std::lock_guard lock(mutex_);
    counters_ = service_.counters();
    if (status.ok()) continue;
    logger("blobs")->error("the blob channel ends: {}", status.to_string());
    status_ = std::move(status);
    return;
  }
}

Status BlobThread::turn() {
  wire::Waitable items[] = {{router_.handle()}, {nullptr, stop_.get()}};
  TROUPE_RETURN_IF_ERROR(wire::wait_readable(items, kExpireEvery));
  return items[0].ready ? drain() : Status();
}

Status BlobThread::drain() {
  for (std::size_t i = 0; i < limits::kMaxDrainMessages && !stopping_; ++i) {
    TROUPE_ASSIGN_OR_RETURN(std::optional<wire::Received> received, router_.receive());
    if (!received) return {};
    auto message = received->refused ? Result<wire::BlobMessage>(Status(Code::kTooLarge, "refused"))
                                     : wire::decode_blob_message(received->parts[0]);
    if (message.ok()) {
      service_.handle(received->peer, received->user, std::move(*message), clock_.now());
    } else {
      service_.refuse_malformed();
    }
  }
  return {};
}

}  // namespace troupe::server
