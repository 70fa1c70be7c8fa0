// The one thread that owns the worker and client sockets and the farm. A turn takes a bounded number of messages, steps
// the farm with each, hands the edits of all of them to the committer as one batch, and sends what earlier turns had to
// say once that is durable. Nothing here waits for a disk.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "common/base/clock.h"
#include "common/wire/server_file.h"
#include "common/wire/socket.h"
#include "common/wire/zap.h"
#include "coordinator/core/farm.h"
#include "coordinator/server/blob_thread.h"
#include "coordinator/server/committer.h"
#include "coordinator/server/dropped.h"
#include "coordinator/server/notifier.h"
#include "coordinator/server/outbox.h"
#include "coordinator/server/peers.h"
#include "coordinator/server/query_thread.h"
#include "coordinator/server/requests.h"
#include "coordinator/server/stop_signal.h"
#include "coordinator/server/throttle.h"
#include "coordinator/store/blob_store.h"

namespace troupe::server {

// All outlive the loop.
struct LoopParts {
  wire::Socket& workers;
  wire::Socket& clients;
  const wire::AllowList* allowed;  // nullptr: insecure, everybody may do everything
  core::Farm& farm;
  Epoch epoch;
  Committer& committer;
  QueryThread& queries;
  QueryThread& chores;  // queries that take long
  Notifier& notifier;
  store::BlobStore& blobs;
  Clock& clock;
  StopSignal& stop;
  wire::ServerFile file;
  std::string state_folder;
  bool runs_commands = false;               // that a manifest's `notify` names
  const BlobThread* blob_thread = nullptr;  // for its counters
  Millis forget_peer{600'000};              // a silence after which a worker's connection is forgotten
  Millis collect{21'600'000};               // how often artifacts that nothing names are looked for
};

class Loop {
 public:
  explicit Loop(LoopParts parts) : parts_(std::move(parts)) {}
  // Until a stop was asked for and what had been taken in by then is durable and answered. An error is one that the
  // process must end for.
  Status run();

 private:
  Status wait();
  void take_finished();
  void take_finished(QueryThread& queries);
  void collect();
  Status take_workers();
  Status take_clients();
  void tick();
  void close_batch();
  void deliver();

  // Of this loop, the farm and the blob channel together.
  Dropped dropped() const;
  void on_worker(const wire::Received& received);
  void on_client(const wire::Received& received);
  void answer(const ClientAddress& to, Handling handling);
  void step(const core::Event& event);
  void reply(const ClientAddress& to, Status status, std::string json);
  void send(const ToWorker& message);
  void send_now(const ClientAddress& to, const wire::ClientReply& reply);
  void refuse(const std::string& connection, const FromWorker& message, const char* code, const char* why);
  bool may(const std::string& user, wire::Role role) const;
  std::set<Digest> missing(const FromWorker& message) const;
  // Nothing is taken in while the disk is behind; when it is full, clients are told so.
  bool takes_clients() const;
  bool takes_workers() const;
  Status watch_committer();

  LoopParts parts_;
  Peers peers_;
  Outbox outbox_;
  std::vector<core::Edit> edits_;                               // of the open batch
  Batch batch_;                                                 // that follows from them
  std::uint64_t submitted_ = 0;                                 // the committer's last batch
  std::map<core::RequestId, ClientAddress> asked_;              // requests that the farm will answer
  std::set<std::pair<std::string, std::uint64_t>> long_asked_;  // those that chores will; clients ask again meanwhile
  core::RequestId next_request_ = 1;
  bool workers_waiting_ = false;  // messages were left over for the next turn
  bool clients_waiting_ = false;
  bool stopping_ = false;
  bool in_trouble_ = false;
  core::StoreRecovered trouble_;  // what it will have been
  Instant next_tick_;
  Instant next_forget_;
  Instant next_collect_;
  Dropped dropped_;
  Throttle bad_messages_, unsent_;
};

}  // namespace troupe::server
