// Moves artifacts to and from a coordinator: for the agent and the CLI. Blocking, one transfer at a time, for one
// thread.
//
// A coordinator that restarts, a connection that breaks and a coordinator that is busy are waited out until the
// deadline: transfers go on by themselves, where they ended. What arrives is checked against its digest.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/base/limits.h"
#include "common/base/status.h"
#include "common/wire/blob/blob_message.h"
#include "common/wire/socket.h"

namespace troupe::wire {

struct BlobClientOptions {
  Millis probe{1000};      // a silence after which the client asks whether its transfer still goes on
  Millis silence{30'000};  // a silence after which a transfer begins again
  Millis busy{200};        // the wait before beginning again with a coordinator that has too much to do
  const std::atomic<bool>* stop = nullptr;  // ends what is going on when it becomes true: kCancelled
};

class BlobSource;
class BlobSink;

// Every call returns kTimeout when `timeout` passes after the coordinator answered something, kUnavailable when it
// never did, kCancelled when it was stopped, kPermissionDenied when this user may not, or what the coordinator said was
// wrong.
class BlobClient {
 public:
  // `dealer` is connected to the coordinator's blob endpoint.
  BlobClient(Socket dealer, BlobClientOptions options);

  // Which of these the coordinator lacks, in their order; any number.
  Result<std::vector<Digest>> missing(std::span<const Digest> digests, Millis timeout);

  // OK means durable there. kCorrupt when the bytes are not the digest's; kNoSpace.
  Status put(const Digest& digest, std::string_view bytes, Millis timeout);
  Status put_file(const Digest& digest, const std::string& path, Millis timeout);

  // kNotFound; kTooLarge for more than `most` bytes.
  Result<std::string> get(const Digest& digest, Millis timeout, std::uint64_t most = limits::kMaxBlobBytes);
  // Into a file beside `path` (its name with ".part") which, once whole, checked and durable, takes its name. Cut
  // short, it stays for the next call, for a day.
  Status get_file(const Digest& digest, const std::string& path, Millis timeout,
                  std::uint64_t most = limits::kMaxBlobBytes);

 private:
  enum class Step { kDone, kAgain, kAgainLater };

  Status put(const Digest& digest, BlobSource& source, Instant deadline);
  Status get(const Digest& digest, BlobSink& sink, std::uint64_t most, Instant deadline);
  // Runs `attempt` until it ends otherwise than by kAgain.
  Status persist(Instant deadline, const std::function<Result<Step>()>& attempt);
  Result<Step> put_once(const Digest& digest, BlobSource& source, Instant deadline);
  Result<Step> get_once(const Digest& digest, BlobSink& sink, std::uint64_t most, Instant deadline);

  using Body = decltype(BlobMessage::body);
  // Begins a transfer with a number of its own.
  void begin(Body body);
  // False when the socket takes no more.
  bool send(Body body);
  // The next message of the transfer. A silence that is too long reads as a BlobError with kCancelled.
  Result<BlobMessage> next(Instant deadline);
  // Until one of the items has something to read, until `until`, or a moment; an error when there is no time left.
  Status wait(Instant until, Instant deadline, std::span<Waitable> items) const;

  Socket socket_;
  BlobClientOptions options_;
  mutable SystemClock clock_;
  std::uint64_t transfer_;
  bool in_contact_ = false;
};

}  // namespace troupe::wire
