// The worker protocol between bytes and values: protobuf is seen here and nowhere else.
//
// Decoding trusts nothing: sizes and counts are held against common/base/limits.h, enums must be known, digests have 32
// bytes, texts are UTF-8 and names have no control characters, numbers are finite, and what is required is there. What
// is wrong is kInvalid or kTooLarge and names the field ("results[3].artifacts[0].digest: ...").
//
// Encoding never fails. Texts written for people (reasons, log lines, host and device names) are made valid UTF-8 and
// cut to their limits; everything else must be valid, which validate() tells beforehand where it comes from outside.
// For valid values decode(encode(x)) == x.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/status.h"
#include "common/domain/messages.h"

namespace troupe::v1 {
class JobResult;
}

namespace troupe::wire {

// One Envelope. `id` counts the sender's messages, for logs.
std::string encode(const ToWorker& message, std::uint64_t id = 0);
std::string encode(const FromWorker& message, std::uint64_t id = 0);

// `self` is the worker that received the message: the wire does not repeat it.
// kInvalid also for a protocol version that is not spoken; only Refused is read whatever the version.
Result<ToWorker> decode_to_worker(std::string_view bytes, const WorkerId& self);
// Hello is read whatever the version, so that an old or new worker can be told what is spoken here.
Result<FromWorker> decode_from_worker(std::string_view bytes);

// The row of a store and an engine's message leave the ticket to their surroundings.
enum class TicketPart { kRequired, kLeftOut };

// Writes the ticket unless its campaign is 0. `message` is empty before.
void to_proto(const JobResult& result, v1::JobResult& message);
v1::JobResult to_proto(const JobResult& result);
// The bytes of to_proto(), behind what is in `bytes`.
void append(std::string& bytes, const JobResult& result);
Result<JobResult> from_proto(const v1::JobResult& message, TicketPart ticket);

// What decoding would say of this result: for the side that makes it, before it becomes durable.
Status validate(const JobResult& result);

// How many bytes the result takes in a Results message, whose sum must stay below limits::kMaxMessageBytes.
std::size_t encoded_bytes(const JobResult& result);

}  // namespace troupe::wire
