#include "common/base/limits.h"
#include "common/wire/convert.h"
#include "common/wire/convert_parts.h"
#include "common/wire/scratch.h"
#include "common/wire/text.h"
#include "common/wire/version.h"

namespace troupe::wire {
namespace {

constexpr int kMaxVaeScale = 64;

// ---- writing ----

v1::HeldState write_state(HeldState state) {
  switch (state) {
    case HeldState::kQueued: return v1::HELD_STATE_QUEUED;
    case HeldState::kRunning: return v1::HELD_STATE_RUNNING;
    case HeldState::kUploading: return v1::HELD_STATE_UPLOADING;
  }
  return v1::HELD_STATE_UNSPECIFIED;
}

void write_held(const Held& held, v1::Held& message) {
  write_ticket(held.ticket, *message.mutable_ticket());
  message.set_state(write_state(held.state));
  message.set_stage(held.stage);
  message.set_step(held.step);
  message.set_steps(held.steps);
  message.set_seconds(held.seconds);
}

// Who says it: the first fields of every body.
template <typename Body>
Body& signed_by(const FromWorker& from, Body& body) {
  body.set_worker(from.worker.value);
  body.set_instance(from.instance);
  return body;
}

struct Writer {
  const FromWorker& from;
  v1::Envelope& envelope;

  void operator()(const Hello& hello) const {
    v1::Hello& message = signed_by(from, *envelope.mutable_hello());
    message.set_host(fit_text(hello.host, limits::kMaxNameBytes));
    message.set_protocol_min(hello.protocol_min);
    message.set_protocol_max(hello.protocol_max);
    message.set_version(hello.version);
    for (const Slot& slot : hello.slots) {
      v1::Slot& written = *message.add_slots();
      written.set_device(slot.device);
      written.set_name(fit_text(slot.name, limits::kMaxNameBytes));
      written.set_memory_bytes(slot.memory_bytes);
    }
    for (const std::string& tag : hello.tags) message.add_tags(tag);
    for (const PackOffer& pack : hello.packs) {
      v1::Pack& written = *message.add_packs();
      written.set_name(pack.name);
      written.set_digest(std::string(pack.digest.view()));
      written.set_vae_scale(static_cast<std::uint32_t>(pack.vae_scale));
    }
    for (const Held& held : hello.held) write_held(held, *message.add_held());
    message.set_draining(hello.draining);
    message.set_pool(hello.pool);
    for (const std::string& pack : hello.loaded) message.add_loaded(pack);
  }
  void operator()(const Heartbeat& heartbeat) const {
    v1::Heartbeat& message = signed_by(from, *envelope.mutable_heartbeat());
    message.set_credits(heartbeat.credits);
    for (const Held& held : heartbeat.held) write_held(held, *message.add_held());
    message.set_draining(heartbeat.draining);
    message.set_trouble(fit_text(heartbeat.trouble, limits::kMaxReasonBytes));
    for (const std::string& pack : heartbeat.loaded) message.add_loaded(pack);
  }
  void operator()(const Results& results) const {
    v1::Results& message = signed_by(from, *envelope.mutable_results());
    for (const JobResult& result : results.results) write_result(result, *message.add_results());
  }
  void operator()(const Release& release) const {
    v1::Release& message = signed_by(from, *envelope.mutable_release());
    for (const Ticket& ticket : release.tickets) write_ticket(ticket, *message.add_tickets());
    message.set_reason(fit_text(release.reason, limits::kMaxReasonBytes));
  }
  void operator()(const Goodbye&) const { signed_by(from, *envelope.mutable_goodbye()); }
};

// ---- reading ----

HeldState read_state(const Fields& fields, v1::HeldState state) {
  switch (state) {
    case v1::HELD_STATE_QUEUED: return HeldState::kQueued;
    case v1::HELD_STATE_RUNNING: return HeldState::kRunning;
    case v1::HELD_STATE_UPLOADING: return HeldState::kUploading;
    default: fields.fail("state", "is unknown (" + std::to_string(state) + ")"); return HeldState::kQueued;
  }
}

std::vector<Held> read_held(const Fields& fields, const google::protobuf::RepeatedPtrField<v1::Held>& messages) {
  std::vector<Held> all;
  if (!fields.count("held", messages.size(), limits::kMaxHeldJobs)) return all;
  all.reserve(static_cast<std::size_t>(messages.size()));
  for (int i = 0; i < messages.size(); ++i) {
    const Fields part = fields.part("held", i);
    const v1::Held& message = messages.Get(i);
    part.require("ticket", message.has_ticket());
    Held held;
    held.ticket = read_ticket(part.part("ticket"), message.ticket());
    held.state = read_state(part, message.state());
    held.stage = part.optional_name("stage", message.stage());
    held.step = message.step();
    held.steps = message.steps();
    held.seconds = part.seconds("seconds", message.seconds());
    all.push_back(std::move(held));
  }
  return all;
}

std::vector<std::string> read_loaded(const Fields& fields,
                                     const google::protobuf::RepeatedPtrField<std::string>& messages) {
  std::vector<std::string> packs;
  if (!fields.count("loaded", messages.size(), limits::kMaxWorkerPacks)) return packs;
  for (const std::string& pack : messages) packs.push_back(fields.name("loaded", pack));
  return packs;
}

Hello read(const Fields& fields, const v1::Hello& message) {
  Hello hello;
  hello.host = fields.optional_name("host", message.host());
  hello.protocol_min = message.protocol_min();
  hello.protocol_max = message.protocol_max();
  hello.version = fields.optional_name("version", message.version());
  if (fields.count("slots", message.slots_size(), limits::kMaxWorkerSlots)) {
    for (int i = 0; i < message.slots_size(); ++i) {
      const Fields part = fields.part("slots", i);
      const v1::Slot& slot = message.slots(i);
      hello.slots.push_back(
          {part.name("device", slot.device()), part.optional_name("name", slot.name()), slot.memory_bytes()});
    }
  }
  if (fields.count("tags", message.tags_size(), limits::kMaxWorkerTags)) {
    for (const std::string& tag : message.tags()) hello.tags.push_back(fields.name("tags", tag));
  }
  if (fields.count("packs", message.packs_size(), limits::kMaxWorkerPacks)) {
    for (int i = 0; i < message.packs_size(); ++i) {
      const Fields part = fields.part("packs", i);
      const v1::Pack& pack = message.packs(i);
      hello.packs.push_back({part.name("name", pack.name()), part.digest("digest", pack.digest()),
                             static_cast<int>(part.at_most("vae_scale", pack.vae_scale(), kMaxVaeScale))});
    }
  }
  hello.held = read_held(fields, message.held());
  hello.draining = message.draining();
  hello.pool = fields.optional_name("pool", message.pool());
  hello.loaded = read_loaded(fields, message.loaded());
  return hello;
}

Heartbeat read(const Fields& fields, const v1::Heartbeat& message) {
  Heartbeat heartbeat;
  heartbeat.credits = static_cast<std::uint32_t>(fields.at_most("credits", message.credits(), limits::kMaxHeldJobs));
  heartbeat.held = read_held(fields, message.held());
  heartbeat.draining = message.draining();
  heartbeat.trouble = fields.text("trouble", message.trouble(), limits::kMaxReasonBytes);
  heartbeat.loaded = read_loaded(fields, message.loaded());
  return heartbeat;
}

Results read(const Fields& fields, const v1::Results& message) {
  Results results;
  if (!fields.count("results", message.results_size(), limits::kMaxBatchResults)) return results;
  results.results.reserve(static_cast<std::size_t>(message.results_size()));
  for (int i = 0; i < message.results_size() && fields.ok(); ++i) {
    const Fields part = fields.part("results", i);
    part.require("ticket", message.results(i).has_ticket());
    results.results.push_back(read_result(part, message.results(i)));
  }
  return results;
}

Release read(const Fields& fields, const v1::Release& message) {
  return {read_tickets(fields, message.tickets(), limits::kMaxHeldJobs),
          fields.text("reason", message.reason(), limits::kMaxReasonBytes)};
}

Goodbye read(const Fields&, const v1::Goodbye&) {
  return {};
}

template <typename Message>
void read_body(const Fields& fields, const Message& message, FromWorker& from) {
  from.worker = {fields.name("worker", message.worker())};
  from.instance = message.instance();
  from.body = read(fields, message);
}

}  // namespace

std::string encode(const FromWorker& from, std::uint64_t id) {
  Scratch<v1::Envelope> scratch;
  v1::Envelope& envelope = *scratch;
  envelope.set_protocol(from.protocol);
  envelope.set_epoch(from.epoch.value);
  envelope.set_id(id);
  std::visit(Writer{from, envelope}, from.body);
  return envelope.SerializeAsString();
}

Result<FromWorker> decode_from_worker(std::string_view bytes) {
  Scratch<v1::Envelope> scratch;
  v1::Envelope& envelope = *scratch;
  TROUPE_RETURN_IF_ERROR(parse(bytes, envelope));
  Status status;
  const Fields fields(status);
  if (!is_spoken(envelope.protocol()) && !envelope.has_hello()) {
    fields.fail("protocol", "version " + std::to_string(envelope.protocol()) + " is not spoken here");
    return status;
  }
  FromWorker from;
  from.epoch = {envelope.epoch()};
  from.protocol = envelope.protocol();
  switch (envelope.body_case()) {
    case v1::Envelope::kHello: read_body(fields.part("hello"), envelope.hello(), from); break;
    case v1::Envelope::kHeartbeat: read_body(fields.part("heartbeat"), envelope.heartbeat(), from); break;
    case v1::Envelope::kResults: read_body(fields.part("results"), envelope.results(), from); break;
    case v1::Envelope::kRelease: read_body(fields.part("release"), envelope.release(), from); break;
    case v1::Envelope::kGoodbye: read_body(fields.part("goodbye"), envelope.goodbye(), from); break;
    default: fields.fail("body", "is nothing that a worker says");
  }
  if (!status.ok()) return status;
  return from;
}

}  // namespace troupe::wire
