// The thread that finishes requests which take longer than the loop may wait: those that read the store, write an
// artifact or check a manifest. It has a view of the store of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/base/descriptor.h"
#include "common/wire/client_messages.h"
#include "coordinator/core/event.h"
#include "coordinator/store/store.h"

namespace troupe::server {

// Where the answer to a request goes.
struct ClientAddress {
  std::string peer;
  std::uint64_t id = 0;  // of the request
};

struct QueryResult {
  wire::ClientReply reply;
  std::optional<core::SubmitCampaign> submit;  // instead: the farm is to answer
};

using Query = std::function<QueryResult(store::StoreReader&)>;

class QueryThread {
 public:
  explicit QueryThread(std::unique_ptr<store::StoreReader> reader);
  // Gives up what waits.
  ~QueryThread();
  QueryThread(const QueryThread&) = delete;
  QueryThread& operator=(const QueryThread&) = delete;

  struct Finished {
    ClientAddress to;
    QueryResult result;
  };

  // False when limits::kMaxQueries wait already.
  bool post(ClientAddress to, Query query);
  // What was finished since the last call.
  std::vector<Finished> take();
  // Readable when take() has something.
  int descriptor() const { return event_.get(); }

 private:
  void run();

  std::unique_ptr<store::StoreReader> reader_;
  Descriptor event_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<ClientAddress, Query>> waiting_;
  std::vector<Finished> finished_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace troupe::server
