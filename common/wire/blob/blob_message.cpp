#include "common/wire/blob/blob_message.h"

#include "common/base/limits.h"
#include "common/wire/convert_parts.h"
#include "common/wire/fields.h"
#include "common/wire/text.h"
#include "common/wire/version.h"
#include "troupe/v1/blob.pb.h"

namespace troupe::wire {
namespace {

using Digests = google::protobuf::RepeatedPtrField<std::string>;

std::vector<Digest> read_digests(const Fields& fields, const Digests& messages) {
  std::vector<Digest> digests;
  if (!fields.count("digests", messages.size(), limits::kMaxBlobHave)) return digests;
  digests.reserve(static_cast<std::size_t>(messages.size()));
  for (const std::string& bytes : messages) digests.push_back(fields.digest("digests", bytes));
  return digests;
}

BlobChunk read_chunk(const Fields& fields, v1::BlobChunk& message) {
  if (message.data().empty()) fields.fail("data", "is empty");
  if (message.data().size() > limits::kBlobChunkBytes) {
    fields.fail("data", "is larger than a chunk may be", Code::kTooLarge);
  }
  return {fields.at_most("offset", message.offset(), limits::kMaxBlobBytes), std::move(*message.mutable_data())};
}

// The name of a code that a newer program made up reads as kInternal.
Code read_code(const std::string& text) {
  for (int i = 1; i < static_cast<int>(Code::kInternal); ++i) {
    if (text == code_name(static_cast<Code>(i))) return static_cast<Code>(i);
  }
  return Code::kInternal;
}

void read_body(const Fields& fields, v1::BlobMessage& message, BlobMessage& read) {
  switch (message.body_case()) {
    case v1::BlobMessage::kHave:
      read.body = BlobHave{read_digests(fields.part("have"), message.have().digests())};
      break;
    case v1::BlobMessage::kMissing:
      read.body = BlobMissing{read_digests(fields.part("missing"), message.missing().digests())};
      break;
    case v1::BlobMessage::kPut:
      read.body = BlobPut{fields.part("put").digest("digest", message.put().digest()), message.put().bytes()};
      break;
    case v1::BlobMessage::kGet:
      read.body = BlobGet{fields.part("get").digest("digest", message.get().digest()), message.get().offset()};
      break;
    case v1::BlobMessage::kReady:
      read.body = BlobReady{message.ready().bytes(), message.ready().offset(), message.ready().credit()};
      break;
    case v1::BlobMessage::kChunk: read.body = read_chunk(fields.part("chunk"), *message.mutable_chunk()); break;
    case v1::BlobMessage::kCredit: read.body = BlobCredit{message.credit().chunks()}; break;
    case v1::BlobMessage::kDone:
      read.body = BlobDone{fields.part("done").digest("digest", message.done().digest())};
      break;
    case v1::BlobMessage::kError:
      read.body = BlobError{read_code(message.error().code()),
                            fields.part("error").text("message", message.error().message(), limits::kMaxReasonBytes)};
      break;
    default: fields.fail("body", "is nothing that is said about blobs");
  }
}

struct Writer {
  v1::BlobMessage& message;

  void operator()(const BlobHave& body) const { write(body.digests, *message.mutable_have()->mutable_digests()); }
  void operator()(const BlobMissing& body) const { write(body.digests, *message.mutable_missing()->mutable_digests()); }
  void operator()(const BlobPut& body) const {
    message.mutable_put()->set_digest(std::string(body.digest.view()));
    message.mutable_put()->set_bytes(body.bytes);
  }
  void operator()(const BlobGet& body) const {
    message.mutable_get()->set_digest(std::string(body.digest.view()));
    message.mutable_get()->set_offset(body.offset);
  }
  void operator()(const BlobReady& body) const {
    message.mutable_ready()->set_bytes(body.bytes);
    message.mutable_ready()->set_offset(body.offset);
    message.mutable_ready()->set_credit(body.credit);
  }
  void operator()(const BlobChunk& body) const {
    message.mutable_chunk()->set_offset(body.offset);
    message.mutable_chunk()->set_data(body.data);
  }
  void operator()(const BlobCredit& body) const { message.mutable_credit()->set_chunks(body.chunks); }
  void operator()(const BlobDone& body) const { message.mutable_done()->set_digest(std::string(body.digest.view())); }
  void operator()(const BlobError& body) const {
    message.mutable_error()->set_code(code_name(body.code));
    message.mutable_error()->set_message(fit_text(body.message, limits::kMaxReasonBytes));
  }

  static void write(const std::vector<Digest>& digests, Digests& written) {
    for (const Digest& digest : digests) *written.Add() = std::string(digest.view());
  }
};

}  // namespace

std::string encode(const BlobMessage& message) {
  v1::BlobMessage written;
  written.set_protocol(kProtocol);
  written.set_transfer(message.transfer);
  std::visit(Writer{written}, message.body);
  return written.SerializeAsString();
}

Result<BlobMessage> decode_blob_message(std::string_view bytes) {
  v1::BlobMessage message;
  TROUPE_RETURN_IF_ERROR(parse(bytes, message));
  Status status;
  const Fields fields(status);
  if (!is_spoken(message.protocol())) {
    fields.fail("protocol", "version " + std::to_string(message.protocol()) + " is not spoken here");
    return status;
  }
  Result<BlobMessage> read(BlobMessage{message.transfer(), BlobCredit{}});
  read_body(fields, message, *read);
  if (!status.ok()) return status;
  return read;
}

}  // namespace troupe::wire
