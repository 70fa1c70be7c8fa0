// A worker with the agent's real session and outbox, whose engines finish at once: what the farm costs, and no more.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "common/base/clock.h"
#include "common/wire/context.h"
#include "common/wire/socket.h"
#include "worker/agent/outbox/outbox.h"
#include "worker/agent/session/session.h"

namespace troupe::bench {

struct FakeWorkerOptions {
  std::string name;
  std::string folder;  // of its outbox
  std::size_t slots = 64;
  std::size_t ahead = 31;           // jobs held beyond the running one, for each slot
  std::string picture;              // the artifact of every result, which the coordinator has already
  std::size_t result_bytes = 1024;  // of a result on the wire
  std::size_t batch = 512;          // results from which on they are stored before anything else is read
};

// Of all workers that share it.
struct Tally {
  std::atomic<std::uint64_t> acked{0};                              // results whose ack is back
  std::atomic<std::chrono::steady_clock::time_point> acked_at{{}};  // the last of them
  std::atomic<std::uint64_t> syncs{0};                              // of outboxes
  std::atomic<std::uint64_t> messages{0};                           // to the coordinator
};

class FakeWorker {
 public:
  // Connects and works on a thread of its own until it is destroyed. `context` and `tally` outlive it.
  static Result<std::unique_ptr<FakeWorker>> start(wire::Context& context, const wire::DealerOptions& coordinator,
                                                   FakeWorkerOptions options, Tally& tally);
  ~FakeWorker();

  // Why it stopped before its time, else OK. To be read after the thread ended: see failed().
  bool failed() const { return failed_; }

 private:
  FakeWorker(wire::Socket socket, std::unique_ptr<agent::Outbox> outbox, FakeWorkerOptions options, Tally& tally);
  void work();
  void wait();
  Status read();
  Status store();
  void tell(agent::SessionEvent event);

  void perform(const agent::Send& effect);
  void perform(const agent::FetchSpec& effect);
  void perform(const agent::FetchReferences& effect);
  void perform(const agent::StartJob& effect);
  void perform(const agent::StoreResult& effect);
  void perform(const agent::UploadArtifacts& effect);
  void perform(const agent::ForgetResults& effect);
  void perform(const agent::CancelJob&) {}
  void perform(const agent::Reconnect&) {}
  void perform(const agent::Say&) {}
  void perform(const agent::Exit&) { stop_ = true; }

  JobResult result_of(const Ticket& ticket) const;

  FakeWorkerOptions options_;
  Tally& tally_;
  wire::Socket socket_;
  std::unique_ptr<agent::Outbox> outbox_;
  agent::Session session_;
  SystemClock clock_;
  JobResult sample_;
  std::vector<agent::SessionEvent> events_;  // that effects caused
  std::vector<agent::Stored> to_store_;
  bool telling_ = false;
  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  std::thread thread_;
};

}  // namespace troupe::bench
