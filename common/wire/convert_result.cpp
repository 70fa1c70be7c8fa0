#include "common/base/limits.h"
#include "common/wire/convert.h"
#include "common/wire/convert_parts.h"
#include "common/wire/scratch.h"
#include "common/wire/text.h"

namespace troupe::wire {
namespace {

constexpr std::uint64_t kMaxSeed = 0xffff'ffff;

Outcome read_outcome(const Fields& fields, v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_DONE: return Outcome::kDone;
    case v1::OUTCOME_REJECTED: return Outcome::kRejected;
    case v1::OUTCOME_FAILED: return Outcome::kFailed;
    default: fields.fail("outcome", "is unknown (" + std::to_string(outcome) + ")"); return Outcome::kFailed;
  }
}

v1::Outcome write_outcome(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone: return v1::OUTCOME_DONE;
    case Outcome::kRejected: return v1::OUTCOME_REJECTED;
    case Outcome::kFailed: return v1::OUTCOME_FAILED;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

Fault read_fault(const Fields& fields, v1::Fault fault) {
  switch (fault) {
    case v1::FAULT_UNSPECIFIED: return Fault::kNone;
    case v1::FAULT_INPUT: return Fault::kInput;
    case v1::FAULT_MODEL: return Fault::kModel;
    case v1::FAULT_WORKER: return Fault::kWorker;
    case v1::FAULT_NETWORK: return Fault::kNetwork;
    case v1::FAULT_COORDINATOR: return Fault::kCoordinator;
    default: fields.fail("fault", "is unknown (" + std::to_string(fault) + ")"); return Fault::kNone;
  }
}

v1::Fault write_fault(Fault fault) {
  switch (fault) {
    case Fault::kNone: return v1::FAULT_UNSPECIFIED;
    case Fault::kInput: return v1::FAULT_INPUT;
    case Fault::kModel: return v1::FAULT_MODEL;
    case Fault::kWorker: return v1::FAULT_WORKER;
    case Fault::kNetwork: return v1::FAULT_NETWORK;
    case Fault::kCoordinator: return v1::FAULT_COORDINATOR;
  }
  return v1::FAULT_UNSPECIFIED;
}

void read_artifacts(const Fields& fields, const v1::JobResult& message, JobResult& result) {
  if (!fields.count("artifacts", message.artifacts_size(), limits::kMaxArtifacts)) return;
  for (int i = 0; i < message.artifacts_size(); ++i) {
    const Fields part = fields.part("artifacts", i);
    result.artifacts.push_back(read_artifact(part, message.artifacts(i)));
    for (int before = 0; before < i; ++before) {
      if (message.artifacts(before).name() == message.artifacts(i).name()) part.fail("name", "is there twice");
    }
  }
}

void read_timings(const Fields& fields, const v1::JobResult& message, JobResult& result) {
  if (!fields.count("timings", message.timings_size(), limits::kMaxTimings)) return;
  for (int i = 0; i < message.timings_size(); ++i) {
    const Fields part = fields.part("timings", i);
    const v1::StageTiming& timing = message.timings(i);
    result.timings.push_back(
        {part.name("stage", timing.stage()), part.seconds("seconds", timing.seconds()), timing.reused()});
  }
}

void read_log(const Fields& fields, const v1::JobResult& message, JobResult& result) {
  if (!fields.count("log", message.log_size(), limits::kMaxLogLines)) return;
  for (int i = 0; i < message.log_size(); ++i) {
    if (message.log(i).size() <= limits::kMaxLogLineBytes) {
      result.log.push_back(message.log(i));
    } else {
      fields.part("log", i).fail("text", "is longer than a log line may be", Code::kTooLarge);
    }
  }
}

}  // namespace

Ticket read_ticket(const Fields& fields, const v1::Ticket& message) {
  if (message.campaign() == 0) fields.fail("campaign", "is missing");
  Ticket ticket;
  ticket.campaign = {message.campaign()};
  ticket.index = fields.at_most("index", message.index(), limits::kMaxCells - 1);
  ticket.generation = message.generation();
  ticket.attempt = message.attempt();
  return ticket;
}

void write_ticket(const Ticket& ticket, v1::Ticket& message) {
  message.set_campaign(ticket.campaign.value);
  message.set_index(ticket.index);
  message.set_generation(ticket.generation);
  message.set_attempt(ticket.attempt);
}

std::vector<Ticket> read_tickets(const Fields& fields, const google::protobuf::RepeatedPtrField<v1::Ticket>& messages,
                                 std::size_t most) {
  std::vector<Ticket> tickets;
  if (!fields.count("tickets", messages.size(), most)) return tickets;
  tickets.reserve(static_cast<std::size_t>(messages.size()));
  for (int i = 0; i < messages.size(); ++i) tickets.push_back(read_ticket(fields.part("tickets", i), messages.Get(i)));
  return tickets;
}

Artifact read_artifact(const Fields& fields, const v1::Artifact& message) {
  Artifact artifact;
  artifact.name = fields.name("name", message.name());
  artifact.digest = fields.digest("digest", message.digest());
  artifact.bytes = fields.at_most("bytes", message.bytes(), limits::kMaxBlobBytes);
  artifact.media_type = fields.optional_name("media_type", message.media_type());
  return artifact;
}

void write_artifact(const Artifact& artifact, v1::Artifact& message) {
  message.set_name(artifact.name);
  set_bytes(artifact.digest, *message.mutable_digest());
  message.set_bytes(artifact.bytes);
  message.set_media_type(artifact.media_type);
}

JobResult read_result(const Fields& fields, const v1::JobResult& message) {
  JobResult result;
  if (message.has_ticket()) result.ticket = read_ticket(fields.part("ticket"), message.ticket());
  result.outcome = read_outcome(fields, message.outcome());
  read_artifacts(fields, message, result);
  result.pixel_digest = fields.optional_digest("pixel_digest", message.pixel_digest());
  result.effective_seed = fields.at_most("effective_seed", message.effective_seed(), kMaxSeed);
  result.numerics_class = fields.text("numerics_class", message.numerics_class(), limits::kMaxReasonBytes);
  read_timings(fields, message, result);
  result.seconds = fields.seconds("seconds", message.seconds());
  result.metadata_json = fields.text("metadata_json", message.metadata_json(), limits::kMaxResultBytes);
  result.fault = read_fault(fields, message.fault());
  result.reason = fields.text("reason", message.reason(), limits::kMaxReasonBytes);
  read_log(fields, message, result);
  result.peak_memory_bytes = message.peak_memory_bytes();
  result.engine_died = message.engine_died();
  if ((result.outcome == Outcome::kFailed) != (result.fault != Fault::kNone)) {
    fields.fail("fault", "says who is to blame for a failure, and belongs to nothing else");
  }
  return result;
}

void write_result(const JobResult& result, v1::JobResult& message) {
  if (result.ticket.campaign.value != 0) write_ticket(result.ticket, *message.mutable_ticket());
  message.set_outcome(write_outcome(result.outcome));
  for (const Artifact& artifact : result.artifacts) write_artifact(artifact, *message.add_artifacts());
  if (result.pixel_digest != Digest()) set_bytes(result.pixel_digest, *message.mutable_pixel_digest());
  message.set_effective_seed(result.effective_seed);
  message.set_numerics_class(result.numerics_class);
  for (const StageTiming& timing : result.timings) {
    v1::StageTiming& written = *message.add_timings();
    written.set_stage(timing.stage);
    written.set_seconds(timing.seconds);
    written.set_reused(timing.reused);
  }
  message.set_seconds(result.seconds);
  message.set_metadata_json(result.metadata_json);
  message.set_fault(write_fault(result.fault));
  message.set_peak_memory_bytes(result.peak_memory_bytes);
  message.set_engine_died(result.engine_died);
  message.set_reason(fit_text(result.reason, limits::kMaxReasonBytes));
  const std::size_t lines = result.log.size();
  for (std::size_t i = lines > limits::kMaxLogLines ? lines - limits::kMaxLogLines : 0; i < lines; ++i) {
    message.add_log(fit_text(result.log[i], limits::kMaxLogLineBytes));
  }
}

void to_proto(const JobResult& result, v1::JobResult& message) {
  write_result(result, message);
}

v1::JobResult to_proto(const JobResult& result) {
  v1::JobResult message;
  write_result(result, message);
  return message;
}

void append(std::string& bytes, const JobResult& result) {
  Scratch<v1::JobResult> message;
  write_result(result, *message);
  message->AppendToString(&bytes);
}

Result<JobResult> from_proto(const v1::JobResult& message, TicketPart ticket) {
  Status status;
  const Fields fields(status);
  if (ticket == TicketPart::kRequired) fields.require("ticket", message.has_ticket());
  JobResult result = read_result(fields, message);
  if (!status.ok()) return status;
  return result;
}

Status validate(const JobResult& result) {
  if (!is_utf8(result.metadata_json)) return Status(Code::kInvalid, "metadata_json: is not UTF-8");
  if (!is_utf8(result.numerics_class)) return Status(Code::kInvalid, "numerics_class: is not UTF-8");
  for (const Artifact& artifact : result.artifacts) {
    if (!is_utf8(artifact.name) || !is_utf8(artifact.media_type)) {
      return Status(Code::kInvalid, "artifacts: a name or media type is not UTF-8");
    }
  }
  for (const StageTiming& timing : result.timings) {
    if (!is_utf8(timing.stage)) return Status(Code::kInvalid, "timings: a stage's name is not UTF-8");
  }
  return from_proto(to_proto(result), TicketPart::kLeftOut).status();
}

std::size_t encoded_bytes(const JobResult& result) {
  constexpr std::size_t kTagAndLength = 6;
  return to_proto(result).ByteSizeLong() + kTagAndLength;
}

}  // namespace troupe::wire
