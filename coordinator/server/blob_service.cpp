#include "coordinator/server/blob_service.h"

#include <algorithm>

#include "common/base/limits.h"

namespace troupe::server {
namespace {

using namespace wire;  // the words of the protocol

BlobAction action_of(const BlobMessage& message) {
  const bool writes = std::holds_alternative<BlobPut>(message.body) || std::holds_alternative<BlobChunk>(message.body);
  return writes ? BlobAction::kWrite : BlobAction::kRead;
}

Status unknown() {
  return Status(Code::kCancelled, "this transfer is not known here (any more): begin again");
}

}  // namespace

void BlobService::handle(const std::string& peer, const std::string& user, BlobMessage message, Instant now) {
  const Key key{peer, message.transfer};
  if (!options_.may(user, action_of(message))) {
    ++counters_.not_authorised;
    return fail(key, Status(Code::kPermissionDenied, "this key may not move these artifacts"));
  }
  std::visit([&](auto& body) { on(key, body, now); }, message.body);
}

void BlobService::on(const Key& key, BlobHave& have, Instant) {
  std::erase_if(have.digests, [&](const Digest& digest) { return store_.has(digest); });
  send(key, BlobMissing{std::move(have.digests)});
}

void BlobService::on(const Key& key, BlobPut& put, Instant now) {
  if (store_.has(put.digest)) {
    send(key, BlobDone{put.digest});
    return;
  }
  if (!reserve(key)) return;
  make_way(put.digest, now);
  auto writer = store_.create(put.digest, put.bytes);
  if (!writer.ok()) return fail(key, writer.status());
  const auto credit = static_cast<std::uint32_t>(limits::kBlobCredit);
  const std::uint64_t offset = (*writer)->written();
  if (offset > 0) ++counters_.resumed;
  const auto [at, added] =
      transfers_.emplace(key, Transfer{Upload{put.digest, std::move(*writer), put.bytes, offset, credit}, now});
  if (offset == put.bytes) return finish(at);
  if (!send(key, BlobReady{put.bytes, offset, credit})) transfers_.erase(at);
}

void BlobService::on(const Key& key, BlobGet& get, Instant now) {
  const Result<std::uint64_t> size = store_.size(get.digest);
  if (!size.ok()) return fail(key, size.status());
  if (!reserve(key)) return;
  const auto credit = static_cast<std::uint32_t>(limits::kBlobCredit);
  // What claims more than there is, is of something else.
  const std::uint64_t offset = get.offset <= *size ? get.offset : 0;
  if (offset > 0) ++counters_.resumed;
  if (!send(key, BlobReady{*size, offset, credit})) return;
  send_chunks(transfers_.emplace(key, Transfer{Download{get.digest, *size, offset, credit}, now}).first);
}

void BlobService::on(const Key& key, BlobChunk& chunk, Instant now) {
  const auto at = transfers_.find(key);
  if (at == transfers_.end()) return fail(key, unknown());
  auto* upload = std::get_if<Upload>(&at->second.way);
  if (!upload || chunk.offset != upload->offset || upload->credit == 0) {
    return fail(key, Status(Code::kInvalid, "a chunk that is not the next one, or that has no credit"));
  }
  if (const Status status = upload->writer->append(chunk.data); !status.ok()) return fail(key, status);
  at->second.last = now;
  upload->offset += chunk.data.size();
  counters_.bytes_received += chunk.data.size();
  if (upload->offset == upload->bytes) return finish(at);
  if (!send(key, BlobCredit{1})) transfers_.erase(at);
}

void BlobService::on(const Key& key, BlobCredit& credit, Instant now) {
  const auto at = transfers_.find(key);
  if (at == transfers_.end()) {
    // The last credits of a download come when it has ended here already.
    if (credit.chunks == 0) fail(key, unknown());
    return;
  }
  auto* download = std::get_if<Download>(&at->second.way);
  if (!download || credit.chunks == 0) return;
  at->second.last = now;
  const std::uint64_t more = std::uint64_t{download->credit} + credit.chunks;
  download->credit = static_cast<std::uint32_t>(std::min<std::uint64_t>(more, limits::kBlobCredit));
  send_chunks(at);
}

void BlobService::on(const Key& key, BlobError&, Instant) {
  transfers_.erase(key);
}

// What only this side says.
template <typename Other>
void BlobService::on(const Key& key, Other&, Instant) {
  fail(key, Status(Code::kInvalid, "this is not asked of a coordinator"));
}

bool BlobService::reserve(const Key& key) {
  if (transfers_.contains(key)) {
    fail(key, Status(Code::kInvalid, "there is a transfer of this number already"));
    return false;
  }
  const auto first = transfers_.lower_bound({key.first, 0});
  auto last = first;
  std::size_t of_peer = 0;
  for (; last != transfers_.end() && last->first.first == key.first; ++last) ++of_peer;
  if (of_peer < limits::kMaxPeerBlobTransfers && transfers_.size() < limits::kMaxBlobTransfers) return true;
  fail(key, Status(Code::kUnavailable, "too many transfers at once: try again later"));
  return false;
}

void BlobService::make_way(const Digest& digest, Instant now) {
  for (auto at = transfers_.begin(); at != transfers_.end();) {
    const auto next = std::next(at);
    const auto* upload = std::get_if<Upload>(&at->second.way);
    if (upload && upload->digest == digest && now - at->second.last >= options_.give_way) {
      const Key key = at->first;
      transfers_.erase(at);
      send(key, BlobError{Code::kCancelled, "somebody else has this blob and this transfer stands still"});
    }
    at = next;
  }
}

void BlobService::finish(Transfers::iterator transfer) {
  const Key key = transfer->first;
  Upload& upload = std::get<Upload>(transfer->second.way);
  if (const Status status = upload.writer->finish(); !status.ok()) return fail(key, status);
  const Digest digest = upload.digest;
  transfers_.erase(transfer);
  ++counters_.received;
  options_.on_durable(digest);
  send(key, BlobDone{digest});
}

void BlobService::send_chunks(Transfers::iterator transfer) {
  const Key key = transfer->first;
  Download& download = std::get<Download>(transfer->second.way);
  for (; download.credit > 0 && download.offset < download.bytes; --download.credit) {
    Result<std::string> data = store_.read(download.digest, download.offset, limits::kBlobChunkBytes);
    if (!data.ok()) return fail(key, data.status());
    const std::size_t size = data->size();
    if (size == 0) return fail(key, Status(Code::kCorrupt, "blob " + download.digest.hex() + " became shorter"));
    if (!send(key, BlobChunk{download.offset, std::move(*data)})) {
      transfers_.erase(transfer);
      return;
    }
    download.offset += size;
    counters_.bytes_sent += size;
  }
  if (download.offset < download.bytes) return;
  ++counters_.sent;
  transfers_.erase(transfer);
}

void BlobService::expire(Instant now) {
  for (auto at = transfers_.begin(); at != transfers_.end();) {
    const auto next = std::next(at);
    if (now - at->second.last >= options_.idle) {
      ++counters_.expired;
      const Key key = at->first;
      transfers_.erase(at);
      send(key, BlobError{Code::kCancelled, "the transfer stood still for too long"});
    }
    at = next;
  }
}

bool BlobService::send(const Key& key, decltype(BlobMessage::body) body) {
  return send_(key.first, BlobMessage{key.second, std::move(body)});
}

void BlobService::fail(const Key& key, const Status& status) {
  ++counters_.refused;
  transfers_.erase(key);
  send(key, BlobError{status.code(), status.message()});
}

}  // namespace troupe::server
