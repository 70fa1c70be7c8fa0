// Drives a Session by hand, as the agent's shell and the coordinator would.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "worker/agent/session/session.h"

namespace troupe::agent::testing {

inline const Digest kSpec = sha256("spec");

class SessionDriver {
 public:
  explicit SessionDriver(std::size_t slots = 1, SessionOptions options = {}) : session_(with_slots(slots, options)) {}

  SessionEffects step(const SessionEvent& event) {
    SessionEffects effects = session_.step(event, now_);
    for (const std::string& broken : session_.check_invariants()) ADD_FAILURE() << broken;
    if (!answer_references) return effects;
    for (std::size_t i = 0; i < effects.size(); ++i) {
      const auto* fetch = std::get_if<FetchReferences>(&effects[i]);
      if (!fetch) continue;
      const SessionEffects more = step(ReferencesReady{fetch->ticket});
      effects.insert(effects.end(), more.begin(), more.end());
    }
    return effects;
  }
  SessionEffects pass(Millis time) {
    now_ = now_ + time;
    return step(Tick{});
  }
  template <typename Body>
  SessionEffects hear(Body body, std::uint64_t epoch = 1) {
    return step(FromCoordinator{ToWorker{WorkerId{"w"}, Epoch{epoch}, std::move(body)}});
  }
  // Started, welcomed, every engine ready.
  void begin(const std::vector<JobResult>& outbox = {}) {
    step(Started{outbox});
    hear(Welcome{1, Millis(2000), Millis(30'000)});
    for (SlotIndex slot = 0; slot < slots_; ++slot) step(EngineReady{slot});
  }
  // A lease of jobs first..first+count-1, whose spec is there.
  SessionEffects lease(JobIndex first, std::size_t count, Millis timeout = Millis(600'000)) {
    Lease lease{LeaseId{1}, CampaignId{1}, kSpec, {}, timeout, false};
    for (JobIndex index = first; index < first + count; ++index) lease.jobs.push_back({index, 0, 1});
    SessionEffects effects = hear(lease);
    SessionEffects more = step(SpecReady{kSpec});
    effects.insert(effects.end(), more.begin(), more.end());
    return effects;
  }

  // Whether references are there as soon as they are asked for.
  bool answer_references = true;

  Session& session() { return session_; }
  Instant now() const { return now_; }

 private:
  SessionOptions with_slots(std::size_t slots, SessionOptions options) {
    slots_ = slots;
    options.worker = WorkerId{"w"};
    options.instance = 7;
    options.profile.slots.resize(slots, Slot{"cpu", "a processor", 0});
    return options;
  }

  std::size_t slots_ = 0;
  Session session_;
  Instant now_{Millis(1000)};
};

inline Ticket ticket(JobIndex index) {
  return {CampaignId{1}, index, 0, 1};
}

inline JobResult picture(JobIndex index) {
  JobResult result;
  result.ticket = ticket(index);
  result.artifacts = {Artifact{"image", sha256(std::to_string(index)), 10, "image/png"}};
  return result;
}

// All effects of that kind.
template <typename Effect>
std::vector<Effect> all(const SessionEffects& effects) {
  std::vector<Effect> found;
  for (const SessionEffect& effect : effects) {
    if (const auto* one = std::get_if<Effect>(&effect)) found.push_back(*one);
  }
  return found;
}

// The bodies of that kind among the messages sent.
template <typename Body>
std::vector<Body> said(const SessionEffects& effects) {
  std::vector<Body> bodies;
  for (const Send& send : all<Send>(effects)) {
    if (const auto* body = std::get_if<Body>(&send.message.body)) bodies.push_back(*body);
  }
  return bodies;
}

}  // namespace troupe::agent::testing
