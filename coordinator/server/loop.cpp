#include "coordinator/server/loop.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/wire/convert.h"
#include "coordinator/core/farm_state.h"

namespace troupe::server {
namespace {

constexpr Millis kLongestWait{1000};
constexpr Millis kStopGrace{10'000};  // for the last edits to become durable
constexpr Millis kForgetEvery{60'000};
constexpr Millis kFirstCollect{600'000};  // after the start, when workers are back and busy

// A request is answered by the number that its reply repeats; one without is not worth an answer.
bool takes_answers(const ClientAddress& to) {
  return to.id != 0;
}

}  // namespace

Status Loop::run() {
  next_tick_ = parts_.clock.now();
  next_forget_ = next_tick_ + kForgetEvery;
  next_collect_ = next_tick_ + std::min(parts_.collect, kFirstCollect);
  while (!stopping_) {
    TROUPE_RETURN_IF_ERROR(wait());
    TROUPE_RETURN_IF_ERROR(watch_committer());
    take_finished();
    if (takes_workers()) TROUPE_RETURN_IF_ERROR(take_workers());
    if (takes_clients()) TROUPE_RETURN_IF_ERROR(take_clients());
    tick();
    close_batch();
    deliver();
  }
  // What was accepted is made durable and answered; a full disk is not waited for, since nobody was promised anything.
  const Instant until = parts_.clock.now() + kStopGrace;
  while (outbox_.size() > 0 && !in_trouble_ && parts_.clock.now() < until) {
    wire::Waitable items[] = {{nullptr, parts_.committer.descriptor()}};
    TROUPE_RETURN_IF_ERROR(wire::wait_readable(items, until - parts_.clock.now()));
    TROUPE_RETURN_IF_ERROR(watch_committer());
    deliver();
  }
  return {};
}

Status Loop::wait() {
  Millis timeout = kLongestWait;
  if (takes_workers()) timeout = std::clamp(next_tick_ - parts_.clock.now(), Millis(0), kLongestWait);
  if ((clients_waiting_ && takes_clients()) || (workers_waiting_ && takes_workers())) timeout = Millis(0);
  std::vector<wire::Waitable> items = {{nullptr, parts_.stop.descriptor()},
                                       {nullptr, parts_.committer.descriptor()},
                                       {nullptr, parts_.queries.descriptor()},
                                       {nullptr, parts_.chores.descriptor()},
                                       {nullptr, parts_.notifier.descriptor()}};
  if (takes_clients()) items.push_back({parts_.clients.handle()});
  if (takes_workers()) items.push_back({parts_.workers.handle()});
  TROUPE_RETURN_IF_ERROR(wire::wait_readable(items, timeout));
  if (items[0].ready) stopping_ = true;
  return {};
}

Status Loop::watch_committer() {
  parts_.committer.clear();
  const Status failure = parts_.committer.failure();
  if (!failure.ok()) return failure.with_context("the store failed; what is on disk is whole: start again");
  const Status trouble = parts_.committer.trouble();
  if (trouble.ok() == !in_trouble_) return {};
  in_trouble_ = !trouble.ok();
  if (in_trouble_) {
    logger("server")->error("nothing can be written, no new work is taken until it can: {}", trouble.message());
    trouble_ = {parts_.clock.wall(), trouble.message()};
  } else {
    logger("server")->info("writing again");
    step(trouble_);
  }
  return {};
}

bool Loop::takes_clients() const {
  return outbox_.size() < limits::kMaxBatchesInFlight || in_trouble_;
}

bool Loop::takes_workers() const {
  return outbox_.size() < limits::kMaxBatchesInFlight && !in_trouble_;
}

void Loop::take_finished() {
  for (const core::NotificationTried& tried : parts_.notifier.take()) step(tried);
  take_finished(parts_.queries);
  take_finished(parts_.chores);
}

void Loop::take_finished(QueryThread& queries) {
  for (QueryThread::Finished& finished : queries.take()) {
    long_asked_.erase({finished.to.peer, finished.to.id});
    if (finished.result.submit) {
      finished.result.submit->request = next_request_++;
      asked_[finished.result.submit->request] = finished.to;
      step(*finished.result.submit);
    } else {
      finished.result.reply.id = finished.to.id;
      send_now(finished.to, finished.result.reply);
    }
  }
}

Status Loop::take_workers() {
  workers_waiting_ = false;
  for (std::size_t taken = 0; taken < limits::kMaxDrainMessages; ++taken) {
    TROUPE_ASSIGN_OR_RETURN(const auto received, parts_.workers.receive());
    if (!received) return {};
    on_worker(*received);
  }
  workers_waiting_ = true;
  return {};
}

Status Loop::take_clients() {
  clients_waiting_ = false;
  for (std::size_t taken = 0; taken < limits::kMaxDrainMessages; ++taken) {
    TROUPE_ASSIGN_OR_RETURN(const auto received, parts_.clients.receive());
    if (!received) return {};
    on_client(*received);
  }
  clients_waiting_ = true;
  return {};
}

void Loop::tick() {
  const Instant now = parts_.clock.now();
  if (now >= next_forget_) {
    peers_.forget_silent(now, parts_.forget_peer);
    next_forget_ = now + kForgetEvery;
  }
  if (now >= next_collect_) {
    next_collect_ = now + parts_.collect;
    collect();
  }
  // Workers whose messages wait here are not to be taken for silent.
  if (now < next_tick_ || !takes_workers() || workers_waiting_) return;
  step(core::Tick{});
}

void Loop::collect() {
  Query query = [work = collect_garbage(parts_.blobs, false)](store::StoreReader& reader) {
    QueryResult result = work(reader);
    if (result.reply.status.ok()) {
      logger("server")->info("looked for artifacts that nothing names: {}", result.reply.json);
    } else {
      logger("server")->warn("could not look for artifacts that nothing names: {}", result.reply.status.to_string());
    }
    return result;
  };
  parts_.chores.post(ClientAddress{}, std::move(query));
}

void Loop::step(const core::Event& event) {
  const Instant now = parts_.clock.now();
  core::Effects effects = parts_.farm.step(event, now, parts_.clock.wall());
  for (const ToWorker& message : effects.sends) {
    const auto* refused = std::get_if<Refused>(&message.body);
    if (refused) dropped_.count(refused->code == "unknown_worker" ? kDroppedWorkerNoHello : kDroppedWorkerRefused);
  }
  std::move(effects.edits.begin(), effects.edits.end(), std::back_inserter(edits_));
  std::move(effects.sends.begin(), effects.sends.end(), std::back_inserter(batch_.sends));
  std::move(effects.notifications.begin(), effects.notifications.end(), std::back_inserter(batch_.notifications));
  for (core::Reply& answered : effects.replies) {
    const auto asked = asked_.find(answered.request);
    if (asked == asked_.end()) continue;
    reply(asked->second, std::move(answered.status), std::move(answered.json));
    asked_.erase(asked);
  }
  for (const core::Note& note : effects.notes) {
    logger("farm")->log(note.level == core::Note::Level::kWarn ? spdlog::level::warn : spdlog::level::info, "{}",
                        note.text);
  }
  // No other event puts a tick off: that a worker is silent is noticed by ticks alone, however much the others talk.
  const Instant next = parts_.farm.next_tick(now);
  next_tick_ = std::holds_alternative<core::Tick>(event) ? next : std::min(next_tick_, next);
}

void Loop::close_batch() {
  if (!edits_.empty()) submitted_ = parts_.committer.submit(std::exchange(edits_, {}));
  if (batch_.empty()) return;
  batch_.needs = submitted_;
  outbox_.push(std::exchange(batch_, {}));
}

void Loop::deliver() {
  const std::uint64_t durable = parts_.committer.durable();
  for (Batch batch; outbox_.pop(durable, batch);) {
    for (const ToWorker& message : batch.sends) send(message);
    if (!batch.notifications.empty()) parts_.notifier.post(std::move(batch.notifications));
    for (const auto& [to, answer] : batch.replies) send_now(to, answer);
    for (auto& [to, query] : batch.queries) {
      if (parts_.queries.post(to, std::move(query))) continue;
      dropped_.count(kDroppedClientBusy);
      send_now(to, {to.id, Status(Code::kUnavailable, "the coordinator has too much to do: ask again"), "", {}});
    }
  }
}

Dropped Loop::dropped() const {
  Dropped all = dropped_;
  all.count(kDroppedResult, parts_.farm.state().results_never_leased);
  if (!parts_.blob_thread) return all;
  const BlobCounters blobs = parts_.blob_thread->counters();
  all.count(kDroppedBlobRefused, blobs.refused);
  all.count(kDroppedBlobForbidden, blobs.not_authorised);
  all.count(kDroppedBlobExpired, blobs.expired);
  return all;
}

// ---- workers ----

bool Loop::may(const std::string& user, wire::Role role) const {
  return !parts_.allowed || parts_.allowed->role_of(user) == role;
}

void Loop::on_worker(const wire::Received& received) {
  const Instant now = parts_.clock.now();
  auto message = received.refused || received.parts.size() != 1
                     ? Result<FromWorker>(Status(Code::kTooLarge, "too many parts or bytes"))
                     : wire::decode_from_worker(received.parts[0]);
  if (!message.ok()) {
    dropped_.count(message.status().code() == Code::kTooLarge ? kDroppedWorkerTooLarge : kDroppedWorkerMalformed);
    if (bad_messages_.due(now)) {
      logger("server")->warn("dropped a worker's message reason={} dropped={}", message.status().message(),
                             bad_messages_.count());
    }
    return;
  }
  if (!may(received.user, wire::Role::kWorker)) {
    dropped_.count(kDroppedWorkerForbidden);
    refuse(received.peer, *message, "not_authorised", "this key is not that of a worker");
    return;
  }
  switch (peers_.heard(received.peer, received.user, *message, now)) {
    case Peers::Verdict::kForeign:
      dropped_.count(kDroppedWorkerForeign);
      refuse(received.peer, *message, "not_authorised", "a worker of this name came with another key");
      return;
    case Peers::Verdict::kSayHello:
      dropped_.count(kDroppedWorkerNoHello);
      refuse(received.peer, *message, "unknown_worker", "say hello first");
      return;
    case Peers::Verdict::kWelcome: break;
  }
  std::set<Digest> lacking = missing(*message);
  step(core::WorkerSpoke{std::move(message).value(), std::move(lacking)});
}

std::set<Digest> Loop::missing(const FromWorker& message) const {
  std::set<Digest> lacking;
  const auto* results = std::get_if<Results>(&message.body);
  if (!results) return lacking;
  Digest last;
  for (const JobResult& result : results->results) {
    for (const Artifact& artifact : result.artifacts) {
      if (artifact.digest == last) continue;  // many blank pictures are one
      last = artifact.digest;
      if (!parts_.blobs.has(artifact.digest)) lacking.insert(artifact.digest);
    }
  }
  return lacking;
}

void Loop::refuse(const std::string& connection, const FromWorker& message, const char* code, const char* why) {
  if (std::holds_alternative<Goodbye>(message.body)) return;
  parts_.workers.send(connection, wire::encode(ToWorker{message.worker, parts_.epoch, Refused{code, why}}));
}

void Loop::send(const ToWorker& message) {
  const std::string* connection = peers_.find(message.worker, message.instance);
  if (!connection) return;
  // What cannot go now is derived again from the worker's next heartbeat.
  const wire::Sent sent = parts_.workers.send(*connection, wire::encode(message));
  if (sent == wire::Sent::kSent) return;
  dropped_.count(kDroppedWorkerUnsent);
  if (sent == wire::Sent::kGone) peers_.forget(message.worker, message.instance);
  if (unsent_.due(parts_.clock.now())) {
    logger("server")->warn("could not send to worker={} {} unsent={}", message.worker.value,
                           sent == wire::Sent::kGone ? "it is gone" : "it does not read", unsent_.count());
  }
}

// ---- clients ----

void Loop::on_client(const wire::Received& received) {
  if (received.refused || received.parts.size() != 1) {
    dropped_.count(kDroppedClientTooLarge);
    if (bad_messages_.due(parts_.clock.now())) {
      logger("server")->warn("dropped a client's message reason=too large dropped={}", bad_messages_.count());
    }
    return;
  }
  const ClientAddress to{received.peer, wire::request_id(received.parts[0])};
  if (!may(received.user, wire::Role::kClient)) {
    dropped_.count(kDroppedClientForbidden);
    send_now(to, {to.id, Status(Code::kPermissionDenied, "this key is not that of a client"), "", {}});
    return;
  }
  const auto request = wire::decode_request(received.parts[0]);
  if (!request.ok()) {
    dropped_.count(kDroppedClientMalformed);
    send_now(to, {to.id, request.status(), "", {}});
    return;
  }
  const Status trouble = parts_.committer.trouble();
  const bool about_server = std::holds_alternative<wire::ServerInfo>(request->body) ||
                            std::holds_alternative<wire::ServerStop>(request->body);
  if (!trouble.ok() && !about_server) {
    dropped_.count(kDroppedClientBusy);
    send_now(to, {to.id, trouble.with_context("the coordinator cannot write and takes no work until it can"), "", {}});
    return;
  }
  const core::RequestId number = next_request_++;
  Handling handling =
      handle(*request, {parts_.farm.state(), parts_.blobs, parts_.file, parts_.state_folder, parts_.clock.now(),
                        parts_.clock.wall(), trouble, number, parts_.runs_commands, dropped()});
  if (about_server && std::holds_alternative<std::string>(handling)) {
    send_now(to, {to.id, {}, std::get<std::string>(handling), {}});
    return;
  }
  if (std::holds_alternative<core::Event>(handling)) asked_[number] = to;
  answer(to, std::move(handling));
}

void Loop::answer(const ClientAddress& to, Handling handling) {
  if (auto* json = std::get_if<std::string>(&handling)) {
    reply(to, Status(), std::move(*json));
  } else if (auto* status = std::get_if<Status>(&handling)) {
    reply(to, std::move(*status), "");
  } else if (auto* event = std::get_if<core::Event>(&handling)) {
    step(*event);
  } else if (auto* query = std::get_if<Query>(&handling)) {
    batch_.queries.emplace_back(to, std::move(*query));
  } else if (auto* chore = std::get_if<Chore>(&handling)) {
    if (!long_asked_.insert({to.peer, to.id}).second) return;
    if (parts_.chores.post(to, std::move(chore->query))) return;
    long_asked_.erase({to.peer, to.id});
    dropped_.count(kDroppedClientBusy);
    reply(to, Status(Code::kUnavailable, "the coordinator has too much to do: ask again"), "");
  } else {
    logger("server")->info("a client asked to stop");
    reply(to, Status(), std::move(std::get<StopServer>(handling).json));
    stopping_ = true;
  }
}

void Loop::reply(const ClientAddress& to, Status status, std::string json) {
  batch_.replies.emplace_back(to, wire::ClientReply{to.id, std::move(status), std::move(json), {}});
}

void Loop::send_now(const ClientAddress& to, const wire::ClientReply& answer) {
  if (!takes_answers(to)) return;
  const std::string bytes = wire::encode(answer);
  if (parts_.clients.send(to.peer, bytes) != wire::Sent::kTooLarge) return;
  const Status status(Code::kTooLarge, "the answer has " + std::to_string(bytes.size()) + " bytes, at most " +
                                           std::to_string(limits::kMaxMessageBytes) + " can be sent: ask for less");
  parts_.clients.send(to.peer, wire::encode(wire::ClientReply{to.id, status, "", {}}));
}

}  // namespace troupe::server
