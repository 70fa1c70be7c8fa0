#include <algorithm>
#include <utility>

#include "worker/agent/session/session_state.h"

namespace troupe::agent {
namespace {

void say_hello_soon(Turn& turn) {
  turn.state.link.welcomed = false;
  turn.state.link.hellos = 0;
  turn.state.link.hello_at = turn.now;
}

void keep_beat(Link& link, Millis heartbeat, Millis liveness) {
  link.heartbeat = std::max(Millis(1), heartbeat);
  link.liveness = std::max(link.heartbeat, liveness);
}

// The farm's size decides how often a worker is to speak; what was planned sooner is kept.
void on_pulse(Turn& turn, const Pulse& pulse) {
  if (pulse.heartbeat.count() <= 0) return;
  Link& link = turn.state.link;
  keep_beat(link, pulse.heartbeat, pulse.liveness);
  link.heartbeat_at = std::min(link.heartbeat_at, turn.now + link.heartbeat);
}

void on_welcome(Turn& turn, const Welcome& welcome) {
  Link& link = turn.state.link;
  link.welcomed = true;
  link.hellos = 0;
  link.protocol = welcome.protocol;
  keep_beat(link, welcome.heartbeat, welcome.liveness);
  link.heartbeat_at = turn.now;
  // What was sent before may be lost with the connection, or with a former life of the coordinator.
  for (auto& [ticket, stored] : turn.state.outbox) {
    stored.sends = 0;
    stored.send_at = turn.now;
  }
}

void on_drain(Turn& turn, const Drain& drain) {
  if (turn.state.drain_order == drain.on) return;
  turn.state.drain_order = drain.on;
  turn.state.link.heartbeat_soon = true;
  turn.info(drain.on ? "told to drain: no new work" : "told to take work again");
  if (drain.on) hand_back_queued(turn, "the worker drains");
}

void on_refused(Turn& turn, const Refused& refused) {
  Link& link = turn.state.link;
  if (refused.code == "unknown_worker") {
    // Several messages may be answered so; one hello is enough.
    if (link.welcomed) say_hello_soon(turn);
    return;
  }
  link.welcomed = false;
  turn.warn("the coordinator refuses this worker: " + refused.message);
  if (refused.code == "protocol") {
    turn.out.push_back(Exit{Status(Code::kInvalid, refused.message)});
    turn.state.over = true;
  }
}

struct Receive {
  Turn& turn;
  void operator()(const Welcome& body) const { on_welcome(turn, body); }
  void operator()(const Lease& body) const { on_lease(turn, body); }
  void operator()(const Ack& body) const { on_ack(turn, body); }
  void operator()(const Need& body) const { on_need(turn, body); }
  void operator()(const Revoke& body) const { on_revoke(turn, body); }
  void operator()(const Drain& body) const { on_drain(turn, body); }
  void operator()(const Pulse& body) const { on_pulse(turn, body); }
  void operator()(const Refused& body) const { on_refused(turn, body); }
};

void greet(Turn& turn) {
  Link& link = turn.state.link;
  Hello hello = turn.state.options.profile;
  hello.held = turn.state.held(turn.now);
  hello.draining = turn.state.draining();
  hello.loaded = turn.state.loaded();
  turn.send(std::move(hello));
  link.hello_at = turn.after(++link.hellos);
}

void beat(Turn& turn) {
  SessionState& state = turn.state;
  Heartbeat heartbeat;
  heartbeat.held = state.held(turn.now);
  const auto active = static_cast<std::size_t>(
      std::count_if(state.jobs.begin(), state.jobs.end(), [](const Job& job) { return !job.unwanted; }));
  const std::size_t capacity = state.capacity();
  heartbeat.credits = static_cast<std::uint32_t>(capacity > active ? capacity - active : 0);
  heartbeat.draining = state.draining();
  heartbeat.loaded = state.loaded();
  if (state.outbox_full) {
    heartbeat.trouble = state.outbox_trouble.empty() ? "the outbox is full" : state.outbox_trouble;
  } else if (state.no_room_for_results()) {
    heartbeat.trouble = "the outbox is full: " + std::to_string(state.outbox.size()) + " results wait for delivery";
  } else if (state.engineless_since) {
    heartbeat.trouble = state.engine_trouble;
  }
  turn.send(std::move(heartbeat));
  state.link.heartbeat_soon = false;
  state.link.heartbeat_at = turn.now + state.link.heartbeat;
}

}  // namespace

void on_connected(Turn& turn) {
  turn.state.link.patience_from = turn.now;
  say_hello_soon(turn);
}

void on_coordinator(Turn& turn, const ToWorker& message) {
  Link& link = turn.state.link;
  if (message.epoch < link.epoch) return;  // from a former life of the coordinator
  link.patience_from = turn.now;
  if (message.epoch > link.epoch) {
    link.epoch = message.epoch;
    if (!std::holds_alternative<Welcome>(message.body)) say_hello_soon(turn);
  }
  std::visit(Receive{turn}, message.body);
}

void keep_link(Turn& turn) {
  Link& link = turn.state.link;
  if (turn.now - link.patience_from >= link.liveness) {
    turn.warn("the coordinator was silent for " + std::to_string(link.liveness.count() / 1000) + " s: connecting anew");
    turn.out.push_back(Reconnect{});
    link.patience_from = turn.now;
    link.welcomed = false;
    link.hello_at = turn.after(++link.hellos);
  }
  if (!link.welcomed && turn.now >= link.hello_at) greet(turn);
  if (link.welcomed && (link.heartbeat_soon || turn.now >= link.heartbeat_at)) beat(turn);
  // After the heartbeat, which says whether more work is wanted. Unsent ones are told by what later heartbeats leave
  // out.
  for (auto& [reason, tickets] : turn.releases) {
    if (link.welcomed) turn.send(Release{std::move(tickets), reason});
  }
  turn.releases.clear();
}

}  // namespace troupe::agent
