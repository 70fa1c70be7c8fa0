#include <google/protobuf/stubs/logging.h>

#include <limits>

#include "common/base/limits.h"
#include "common/wire/convert.h"
#include "common/wire/convert_parts.h"
#include "common/wire/scratch.h"
#include "common/wire/text.h"
#include "common/wire/version.h"

namespace troupe::wire {
namespace {

// Durations on the wire are bounded, so that adding one to any time cannot overflow.
constexpr std::uint64_t kMaxMillis = 1000ull * 3600 * 24 * 365;

std::uint64_t millis(Millis duration) {
  return static_cast<std::uint64_t>(std::max<Millis::rep>(duration.count(), 0));
}

Millis read_millis(const Fields& fields, const char* field, std::uint64_t value) {
  return Millis(static_cast<Millis::rep>(fields.at_most(field, value, kMaxMillis)));
}

// ---- writing ----

struct Writer {
  v1::Envelope& envelope;

  void operator()(const Welcome& welcome) const {
    v1::Welcome& message = *envelope.mutable_welcome();
    message.set_protocol(welcome.protocol);
    message.set_heartbeat_ms(millis(welcome.heartbeat));
    message.set_liveness_ms(millis(welcome.liveness));
  }
  void operator()(const Lease& lease) const {
    v1::Lease& message = *envelope.mutable_lease();
    message.set_lease(lease.lease.value);
    message.set_campaign(lease.campaign.value);
    set_bytes(lease.spec, *message.mutable_spec());
    for (const LeasedJob& job : lease.jobs) {
      v1::LeasedJob& written = *message.add_jobs();
      written.set_index(job.index);
      written.set_generation(job.generation);
      written.set_attempt(job.attempt);
    }
    message.set_timeout_ms(millis(lease.timeout));
    message.set_resent(lease.resent);
    message.set_pack(lease.pack);
    message.set_stall_ms(millis(lease.stall));
  }
  void operator()(const Ack& ack) const {
    v1::Ack& message = *envelope.mutable_ack();
    for (const Ticket& ticket : ack.tickets) write_ticket(ticket, *message.add_tickets());
  }
  void operator()(const Need& need) const {
    v1::Need& message = *envelope.mutable_need();
    for (const Digest& digest : need.digests) set_bytes(digest, *message.add_digests());
  }
  void operator()(const Revoke& revoke) const {
    v1::Revoke& message = *envelope.mutable_revoke();
    for (const Ticket& ticket : revoke.tickets) write_ticket(ticket, *message.add_tickets());
    message.set_reason(fit_text(revoke.reason, limits::kMaxReasonBytes));
  }
  void operator()(const Drain& drain) const { envelope.mutable_drain()->set_on(drain.on); }
  void operator()(const Pulse& pulse) const {
    v1::Pulse& message = *envelope.mutable_pulse();
    message.set_heartbeat_ms(millis(pulse.heartbeat));
    message.set_liveness_ms(millis(pulse.liveness));
  }
  void operator()(const Refused& refused) const {
    envelope.mutable_refused()->set_code(refused.code);
    envelope.mutable_refused()->set_message(fit_text(refused.message, limits::kMaxReasonBytes));
  }
};

// ---- reading ----

Welcome read(const Fields& fields, const v1::Welcome& message) {
  if (!is_spoken(message.protocol())) {
    fields.fail("protocol", "version " + std::to_string(message.protocol()) + " is not spoken here");
  }
  return {message.protocol(), read_millis(fields, "heartbeat_ms", message.heartbeat_ms()),
          read_millis(fields, "liveness_ms", message.liveness_ms())};
}

Lease read(const Fields& fields, const v1::Lease& message) {
  if (message.lease() == 0) fields.fail("lease", "is missing");
  if (message.campaign() == 0) fields.fail("campaign", "is missing");
  Lease lease;
  lease.lease = {message.lease()};
  lease.campaign = {message.campaign()};
  lease.spec = fields.digest("spec", message.spec());
  if (fields.count("jobs", message.jobs_size(), limits::kMaxLeaseJobs)) {
    for (int i = 0; i < message.jobs_size(); ++i) {
      const v1::LeasedJob& job = message.jobs(i);
      lease.jobs.push_back({fields.part("jobs", i).at_most("index", job.index(), limits::kMaxCells - 1),
                            job.generation(), job.attempt()});
    }
  }
  lease.timeout = read_millis(fields, "timeout_ms", message.timeout_ms());
  lease.resent = message.resent();
  lease.pack = fields.optional_name("pack", message.pack());
  lease.stall = read_millis(fields, "stall_ms", message.stall_ms());
  return lease;
}

Ack read(const Fields& fields, const v1::Ack& message) {
  return {read_tickets(fields, message.tickets(), limits::kMaxHeldJobs)};
}

Need read(const Fields& fields, const v1::Need& message) {
  Need need;
  if (!fields.count("digests", message.digests_size(), limits::kMaxBatchResults * limits::kMaxArtifacts)) return need;
  for (int i = 0; i < message.digests_size(); ++i) {
    need.digests.push_back(fields.part("digests", i).digest("value", message.digests(i)));
  }
  return need;
}

Revoke read(const Fields& fields, const v1::Revoke& message) {
  return {read_tickets(fields, message.tickets(), limits::kMaxHeldJobs),
          fields.text("reason", message.reason(), limits::kMaxReasonBytes)};
}

Drain read(const Fields&, const v1::Drain& message) {
  return {message.on()};
}

Pulse read(const Fields& fields, const v1::Pulse& message) {
  return {read_millis(fields, "heartbeat_ms", message.heartbeat_ms()),
          read_millis(fields, "liveness_ms", message.liveness_ms())};
}

Refused read(const Fields& fields, const v1::Refused& message) {
  return {fields.name("code", message.code()), fields.text("message", message.message(), limits::kMaxReasonBytes)};
}

}  // namespace

Status parse(std::string_view bytes, google::protobuf::MessageLite& message) {
  static const auto quiet = google::protobuf::SetLogHandler(nullptr);
  (void)quiet;
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Status(Code::kInvalid, "the message is no " + message.GetTypeName());
  }
  return {};
}

std::string encode(const ToWorker& to, std::uint64_t id) {
  Scratch<v1::Envelope> scratch;
  v1::Envelope& envelope = *scratch;
  envelope.set_protocol(to.protocol);
  envelope.set_epoch(to.epoch.value);
  envelope.set_id(id);
  std::visit(Writer{envelope}, to.body);
  return envelope.SerializeAsString();
}

Result<ToWorker> decode_to_worker(std::string_view bytes, const WorkerId& self) {
  Scratch<v1::Envelope> scratch;
  v1::Envelope& envelope = *scratch;
  TROUPE_RETURN_IF_ERROR(parse(bytes, envelope));
  Status status;
  const Fields fields(status);
  if (!is_spoken(envelope.protocol()) && !envelope.has_refused()) {
    fields.fail("protocol", "version " + std::to_string(envelope.protocol()) + " is not spoken here");
    return status;
  }
  ToWorker to{self, {envelope.epoch()}, Pulse{}, 0, envelope.protocol()};
  switch (envelope.body_case()) {
    case v1::Envelope::kWelcome: to.body = read(fields.part("welcome"), envelope.welcome()); break;
    case v1::Envelope::kLease: to.body = read(fields.part("lease"), envelope.lease()); break;
    case v1::Envelope::kAck: to.body = read(fields.part("ack"), envelope.ack()); break;
    case v1::Envelope::kNeed: to.body = read(fields.part("need"), envelope.need()); break;
    case v1::Envelope::kRevoke: to.body = read(fields.part("revoke"), envelope.revoke()); break;
    case v1::Envelope::kDrain: to.body = read(fields.part("drain"), envelope.drain()); break;
    case v1::Envelope::kPulse: to.body = read(fields.part("pulse"), envelope.pulse()); break;
    case v1::Envelope::kRefused: to.body = read(fields.part("refused"), envelope.refused()); break;
    default: fields.fail("body", "is nothing that a coordinator says");
  }
  if (!status.ok()) return status;
  return to;
}

}  // namespace troupe::wire
