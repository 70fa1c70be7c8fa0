// The blob channel: a ROUTER and a thread of its own, so that artifacts never delay a heartbeat.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "common/base/descriptor.h"
#include "common/wire/socket.h"
#include "coordinator/server/blob_service.h"

namespace troupe::server {

// For the ROUTER's options: few messages a peer, for each may be as large as a chunk.
wire::SocketLimits blob_socket_limits();

class BlobThread {
 public:
  // Serves `router` until this is destroyed. `store` and `clock` outlive it, and both are used from the thread, as are
  // the callbacks of `options`.
  static Result<std::unique_ptr<BlobThread>> start(wire::Socket router, store::BlobStore& store, Clock& clock,
                                                   BlobServiceOptions options);
  ~BlobThread();
  BlobThread(const BlobThread&) = delete;
  BlobThread& operator=(const BlobThread&) = delete;

  BlobCounters counters() const;
  // Not kOk when the thread has ended by itself, for its socket failed.
  Status status() const;

 private:
  BlobThread(wire::Socket router, store::BlobStore& store, Clock& clock, BlobServiceOptions options, Descriptor stop);
  void serve();
  Status turn();
  Status drain();

  wire::Socket router_;
  Clock& clock_;
  Descriptor stop_;  // an eventfd: readable when the thread is to end
  BlobService service_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  BlobCounters counters_;  // guarded by mutex_, as is status_
  Status status_;
  std::thread thread_;
};

}  // namespace troupe::server
