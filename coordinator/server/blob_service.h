// The coordinator's side of the blob protocol (common/wire/blob/blob_message.h) as a state machine over a BlobStore:
// messages in, messages out. Sockets and threads are blob_thread's; time is told.
//
// Nothing that a peer says can do more than end its own transfers: unknown transfers, chunks out of order or beyond
// their credit, and more transfers than limits allow are answered with BlobError.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/wire/blob/blob_message.h"
#include "coordinator/store/blob_store.h"

namespace troupe::server {

enum class BlobAction { kRead, kWrite };

struct BlobServiceOptions {
  // Whether this user (as ZAP named the connection; empty on a plain socket) may, asked for each message.
  std::function<bool(const std::string& user, BlobAction action)> may = [](const auto&, BlobAction) { return true; };
  // A blob became durable.
  std::function<void(const Digest&)> on_durable = [](const Digest&) {};
  Millis idle{30'000};    // transfers that stand still for this long end,
  Millis give_way{1000};  // uploads where somebody else has the same blob
};

struct BlobCounters {
  std::uint64_t received = 0, sent = 0;  // blobs, whole
  std::uint64_t bytes_received = 0, bytes_sent = 0;
  std::uint64_t refused = 0;         // messages dropped, or answered with an error
  std::uint64_t not_authorised = 0;  // messages
  std::uint64_t expired = 0;         // transfers that stood still
  std::uint64_t resumed = 0;         // transfers that went on where an earlier try ended
};

class BlobService {
 public:
  // Takes a message for a peer; false when it cannot go: the transfer is over then.
  using Send = std::function<bool(const std::string& peer, const wire::BlobMessage& message)>;

  // `store` outlives this.
  BlobService(store::BlobStore& store, BlobServiceOptions options, Send send)
      : store_(store), options_(std::move(options)), send_(std::move(send)) {}

  void handle(const std::string& peer, const std::string& user, wire::BlobMessage message, Instant now);
  // A message that was none.
  void refuse_malformed() { ++counters_.refused; }
  // Ends transfers that stood still; call it about once a second.
  void expire(Instant now);

  std::size_t transfers() const { return transfers_.size(); }
  const BlobCounters& counters() const { return counters_; }

 private:
  struct Upload {
    Digest digest;
    std::unique_ptr<store::BlobWriter> writer;
    std::uint64_t bytes = 0, offset = 0;
    std::uint32_t credit = 0;
  };
  struct Download {
    Digest digest;
    std::uint64_t bytes = 0, offset = 0;
    std::uint32_t credit = 0;
  };
  struct Transfer {
    std::variant<Upload, Download> way;
    Instant last;
  };
  using Key = std::pair<std::string, std::uint64_t>;  // peer, its number
  using Transfers = std::map<Key, Transfer>;

  void on(const Key& key, wire::BlobHave& have, Instant now);
  void on(const Key& key, wire::BlobPut& put, Instant now);
  void on(const Key& key, wire::BlobGet& get, Instant now);
  void on(const Key& key, wire::BlobChunk& chunk, Instant now);
  void on(const Key& key, wire::BlobCredit& credit, Instant now);
  void on(const Key& key, wire::BlobError& error, Instant now);
  template <typename Other>
  void on(const Key& key, Other& body, Instant now);

  bool reserve(const Key& key);
  // Ends uploads of this blob that stand still: whoever comes now may be the same peer over a new connection.
  void make_way(const Digest& digest, Instant now);
  void finish(Transfers::iterator transfer);
  void send_chunks(Transfers::iterator transfer);
  bool send(const Key& key, decltype(wire::BlobMessage::body) body);
  void fail(const Key& key, const Status& status);

  store::BlobStore& store_;
  BlobServiceOptions options_;
  Send send_;
  Transfers transfers_;
  BlobCounters counters_;
};

}  // namespace troupe::server
