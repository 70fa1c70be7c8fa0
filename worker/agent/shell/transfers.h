// What moves between this worker and the coordinator's blob store, on a thread of its own, so that a large picture
// never delays a heartbeat.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "common/base/descriptor.h"
#include "common/wire/blob/blob_client.h"
#include "common/wire/context.h"
#include "worker/agent/outbox/outbox.h"
#include "worker/agent/shell/server_address.h"

namespace troupe::agent {

struct UploadEnded {
  std::vector<Digest> digests;
  Status status;
};
// The bytes with that digest, checked.
struct FetchEnded {
  Digest digest;
  Result<std::string> bytes;
};
// The file with those bytes, checked, is where it was wanted, or why not.
struct FileFetchEnded {
  Digest digest;
  Status status;
};
using TransferEnded = std::variant<UploadEnded, FetchEnded, FileFetchEnded>;

class Transfers {
 public:
  // Uploads take their bytes from `outbox`. Both outlive it.
  static Result<std::unique_ptr<Transfers>> start(wire::Context& context, const Outbox& outbox);
  // What is under way is given up.
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  // Where the coordinator is from now on. Before the first call everything fails with kUnavailable.
  void set_server(const ServerAddress& address);
  // Sends those that the coordinator lacks.
  void upload(std::vector<Digest> digests);
  void fetch(const Digest& digest);
  // Into a file that takes its name when it is whole.
  void fetch_file(const Digest& digest, const std::string& path, std::uint64_t most);

  // Readable when take() has something.
  int descriptor() const { return wake_.get(); }
  // What ended since the last call; never waits.
  std::vector<TransferEnded> take();

 private:
  struct Upload {
    std::vector<Digest> digests;
  };
  struct Fetch {
    Digest digest;
  };
  struct FileFetch {
    Digest digest;
    std::string path;
    std::uint64_t most = 0;
  };
  using Order = std::variant<Upload, Fetch, FileFetch>;

  Transfers(wire::Context& context, const Outbox& outbox, Descriptor wake);
  void order(Order order);
  void report(TransferEnded ended);

  // On the thread.
  void work();
  Status connect();
  void perform(const Upload& upload);
  void perform(const Fetch& fetch);
  void perform(const FileFetch& fetch);
  Status put(const Digest& digest);

  wire::Context& context_;
  const Outbox& outbox_;
  Descriptor wake_;

  std::mutex mutex_;  // of the next six
  std::condition_variable changed_;
  std::deque<Order> orders_;
  std::vector<TransferEnded> ended_;
  std::optional<ServerAddress> server_;
  bool moved_ = false;  // the thread's client talks to another server
  bool stopping_ = false;

  std::atomic<bool> interrupt_{false};      // what is under way: the server moved, or the end
  std::optional<wire::BlobClient> client_;  // the thread's
  std::thread thread_;
};

}  // namespace troupe::agent
