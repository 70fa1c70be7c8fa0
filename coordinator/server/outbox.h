// What is to leave once the edits it follows from are durable.
//
// A step's messages may rest on edits of earlier steps too, so everything leaves in the order in which it came about.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "common/domain/messages.h"
#include "coordinator/server/query_thread.h"

namespace troupe::server {

struct Batch {
  std::uint64_t needs = 0;  // the committer's batch that must be durable first
  std::vector<ToWorker> sends;
  std::vector<std::pair<ClientAddress, wire::ClientReply>> replies;
  std::vector<std::pair<ClientAddress, Query>> queries;  // read the store: so after what they may ask for is in it
  std::vector<core::Notification> notifications;

  bool empty() const { return sends.empty() && replies.empty() && queries.empty() && notifications.empty(); }
};

class Outbox {
 public:
  void push(Batch batch) { batches_.push_back(std::move(batch)); }
  // The next batch that may leave now that all up to `durable` is durable; false when there is none.
  bool pop(std::uint64_t durable, Batch& batch) {
    if (batches_.empty() || batches_.front().needs > durable) return false;
    batch = std::move(batches_.front());
    batches_.pop_front();
    return true;
  }
  std::size_t size() const { return batches_.size(); }

 private:
  std::deque<Batch> batches_;
};

}  // namespace troupe::server
