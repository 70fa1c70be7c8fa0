#include "common/wire/blob/blob_client.h"

#include <algorithm>

#include "common/base/random.h"
#include "common/wire/blob/blob_ends.h"

namespace troupe::wire {
namespace {

// How long a stop may go unnoticed.
constexpr Millis kStopCheck{100};

Status failure(const BlobError& error) {
  return Status(error.code, error.message);
}

Status unexpected() {
  return Status(Code::kInternal, "the coordinator answered with something else than was asked");
}

// Puts and gets of one blob; what to do about an error that the coordinator sent.
template <typename Step>
Result<Step> after(const BlobError& error) {
  if (error.code == Code::kCancelled) return Step::kAgain;
  if (error.code == Code::kUnavailable) return Step::kAgainLater;
  return failure(error);
}

}  // namespace

BlobClient::BlobClient(Socket dealer, BlobClientOptions options)
    : socket_(std::move(dealer)), options_(options), transfer_(SystemRandom().next()) {}

Result<std::vector<Digest>> BlobClient::missing(std::span<const Digest> digests, Millis timeout) {
  const Instant deadline = clock_.now() + timeout;
  std::vector<Digest> lacking;
  for (std::size_t at = 0; at < digests.size(); at += limits::kMaxBlobHave) {
    const auto page = digests.subspan(at, std::min(limits::kMaxBlobHave, digests.size() - at));
    const Status status = persist(deadline, [&]() -> Result<Step> {
      begin(BlobHave{{page.begin(), page.end()}});
      TROUPE_ASSIGN_OR_RETURN(const BlobMessage reply, next(deadline));
      if (const auto* error = std::get_if<BlobError>(&reply.body)) return after<Step>(*error);
      const auto* answer = std::get_if<BlobMissing>(&reply.body);
      if (!answer) return unexpected();
      lacking.insert(lacking.end(), answer->digests.begin(), answer->digests.end());
      return Step::kDone;
    });
    if (!status.ok()) return status;
  }
  return lacking;
}

Status BlobClient::put(const Digest& digest, std::string_view bytes, Millis timeout) {
  MemorySource source(bytes);
  return put(digest, source, clock_.now() + timeout);
}

Status BlobClient::put_file(const Digest& digest, const std::string& path, Millis timeout) {
  TROUPE_ASSIGN_OR_RETURN(FileSource source, FileSource::open(path));
  return put(digest, source, clock_.now() + timeout);
}

Result<std::string> BlobClient::get(const Digest& digest, Millis timeout, std::uint64_t most) {
  std::string bytes;
  MemorySink sink(bytes);
  TROUPE_RETURN_IF_ERROR(get(digest, sink, most, clock_.now() + timeout));
  return bytes;
}

Status BlobClient::get_file(const Digest& digest, const std::string& path, Millis timeout, std::uint64_t most) {
  FileSink sink(path);
  return get(digest, sink, most, clock_.now() + timeout);
}

Status BlobClient::put(const Digest& digest, BlobSource& source, Instant deadline) {
  return persist(deadline, [&] { return put_once(digest, source, deadline); });
}

Status BlobClient::get(const Digest& digest, BlobSink& sink, std::uint64_t most, Instant deadline) {
  return persist(deadline, [&] { return get_once(digest, sink, most, deadline); });
}

Status BlobClient::persist(Instant deadline, const std::function<Result<Step>()>& attempt) {
  for (;;) {
    const Result<Step> step = attempt();
    // Whatever the coordinator still holds of this attempt, it may forget.
    if (!step.ok() || *step != Step::kDone) static_cast<void>(send(BlobError{Code::kCancelled, "given up"}));
    if (!step.ok()) return step.status();
    if (*step == Step::kDone) return {};
    const Instant until = clock_.now() + (*step == Step::kAgainLater ? options_.busy : Millis(0));
    do {
      TROUPE_RETURN_IF_ERROR(wait(until, deadline, {}));
    } while (clock_.now() < until);
  }
}

Result<BlobClient::Step> BlobClient::put_once(const Digest& digest, BlobSource& source, Instant deadline) {
  begin(BlobPut{digest, source.bytes()});
  std::uint64_t offset = 0, credit = 0;
  bool ready = false;
  for (;;) {
    TROUPE_ASSIGN_OR_RETURN(const BlobMessage reply, next(deadline));
    if (std::holds_alternative<BlobDone>(reply.body)) return Step::kDone;
    if (const auto* error = std::get_if<BlobError>(&reply.body)) return after<Step>(*error);
    if (const auto* start = std::get_if<BlobReady>(&reply.body); start && !ready && start->offset <= source.bytes()) {
      ready = true;
      offset = start->offset;
      credit = start->credit;
    } else if (const auto* more = std::get_if<BlobCredit>(&reply.body); more && ready) {
      credit += more->chunks;
    } else {
      return unexpected();
    }
    for (; credit > 0 && offset < source.bytes(); --credit) {
      const auto count = std::min<std::uint64_t>(limits::kBlobChunkBytes, source.bytes() - offset);
      TROUPE_ASSIGN_OR_RETURN(std::string data, source.read(offset, static_cast<std::size_t>(count)));
      if (!send(BlobChunk{offset, std::move(data)})) return Step::kAgainLater;
      offset += count;
    }
  }
}

Result<BlobClient::Step> BlobClient::get_once(const Digest& digest, BlobSink& sink, std::uint64_t most,
                                              Instant deadline) {
  Sha256 hasher;
  TROUPE_ASSIGN_OR_RETURN(std::uint64_t got, sink.resume(hasher));
  begin(BlobGet{digest, got});
  TROUPE_ASSIGN_OR_RETURN(const BlobMessage first, next(deadline));
  if (const auto* error = std::get_if<BlobError>(&first.body)) return after<Step>(*error);
  const auto* ready = std::get_if<BlobReady>(&first.body);
  if (!ready || (ready->offset != got && ready->offset != 0)) return unexpected();
  if (ready->bytes > most) {
    return Status(Code::kTooLarge, "blob " + digest.hex() + " has " + std::to_string(ready->bytes) +
                                       " bytes, at most " + std::to_string(most) + " are taken");
  }
  const bool resumed = got > 0 && ready->offset == got;
  if (!resumed) {
    TROUPE_RETURN_IF_ERROR(sink.restart());
    hasher = Sha256();
    got = 0;
  }
  while (got < ready->bytes) {
    TROUPE_ASSIGN_OR_RETURN(const BlobMessage message, next(deadline));
    if (const auto* error = std::get_if<BlobError>(&message.body)) return after<Step>(*error);
    const auto* chunk = std::get_if<BlobChunk>(&message.body);
    if (!chunk || chunk->offset != got || chunk->data.size() > ready->bytes - got) return unexpected();
    hasher.update(chunk->data);
    TROUPE_RETURN_IF_ERROR(sink.append(chunk->data));
    got += chunk->data.size();
    if (got < ready->bytes) static_cast<void>(send(BlobCredit{1}));
  }
  if (hasher.finish() != digest) {
    TROUPE_RETURN_IF_ERROR(sink.restart());
    if (resumed) return Step::kAgain;  // what was kept may have been what is wrong
    return Status(Code::kCorrupt, "the coordinator sent other bytes than blob " + digest.hex() + " has");
  }
  TROUPE_RETURN_IF_ERROR(sink.finish());
  return Step::kDone;
}

void BlobClient::begin(Body body) {
  ++transfer_;
  // A full socket is a coordinator that does not answer: next() sees to that.
  static_cast<void>(send(std::move(body)));
}

bool BlobClient::send(Body body) {
  return socket_.send(encode(BlobMessage{transfer_, std::move(body)})) == Sent::kSent;
}

Result<BlobMessage> BlobClient::next(Instant deadline) {
  Instant heard = clock_.now(), probed = heard;
  for (;;) {
    for (;;) {
      TROUPE_ASSIGN_OR_RETURN(std::optional<Received> received, socket_.receive());
      if (!received) break;
      if (received->refused) continue;
      Result<BlobMessage> message = decode_blob_message(received->parts[0]);
      if (!message.ok()) return message.status().with_context("the coordinator's answer");
      in_contact_ = true;
      if (message->transfer == transfer_) return std::move(*message);
    }
    const Instant now = clock_.now();
    if (now - heard >= options_.silence) return BlobMessage{transfer_, BlobError{Code::kCancelled, "silence"}};
    if (now - probed >= options_.probe) {
      probed = now;
      static_cast<void>(send(BlobCredit{0}));
    }
    Waitable readable[] = {{socket_.handle()}};
    TROUPE_RETURN_IF_ERROR(wait(std::min(probed + options_.probe, heard + options_.silence), deadline, readable));
  }
}

Status BlobClient::wait(Instant until, Instant deadline, std::span<Waitable> items) const {
  if (options_.stop && *options_.stop) return Status(Code::kCancelled, "the transfer was stopped");
  const Instant now = clock_.now();
  if (now >= deadline) {
    if (in_contact_) return Status(Code::kTimeout, "the transfer did not end in time");
    return Status(Code::kUnavailable, "no answer from the coordinator at " + socket_.endpoint());
  }
  const Millis most = options_.stop ? kStopCheck : Millis(60'000);
  return wait_readable(items, std::clamp(std::min(until, deadline) - now, Millis(0), most));
}

}  // namespace troupe::wire
