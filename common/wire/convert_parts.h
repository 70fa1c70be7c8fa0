// Pieces that messages of both directions share. Private to common/wire.
#pragma once

#include "common/domain/messages.h"
#include "common/wire/fields.h"
#include "troupe/v1/worker.pb.h"

namespace troupe::wire {

// Parses bytes into a message, quietly: protobuf would log to standard error what peers send.
Status parse(std::string_view bytes, google::protobuf::MessageLite& message);

inline void set_bytes(const Digest& digest, std::string& field) {
  field.assign(digest.view());
}

Ticket read_ticket(const Fields& fields, const v1::Ticket& message);
void write_ticket(const Ticket& ticket, v1::Ticket& message);

// A list of tickets of at most `most`.
std::vector<Ticket> read_tickets(const Fields& fields, const google::protobuf::RepeatedPtrField<v1::Ticket>& messages,
                                 std::size_t most);

Artifact read_artifact(const Fields& fields, const v1::Artifact& message);
void write_artifact(const Artifact& artifact, v1::Artifact& message);

JobResult read_result(const Fields& fields, const v1::JobResult& message);
void write_result(const JobResult& result, v1::JobResult& message);

}  // namespace troupe::wire
