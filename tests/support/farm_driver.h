// Drives a Farm by hand: a clock that is set, workers that say what the test tells them to, and a memory store behind.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "coordinator/core/farm.h"
#include "coordinator/core/views.h"
#include "coordinator/store/store.h"
#include "tests/support/campaigns.h"

namespace troupe::testing {

class FarmDriver {
 public:
  explicit FarmDriver(core::FarmOptions options = {});

  // Each commits its edits to the store, checks the farm's invariants and returns what came out.
  core::Effects step(const core::Event& event);
  core::Effects pass(Millis time);  // a Tick after that time
  // A new life of the coordinator from what is in the store.
  void restart();

  // The campaign's label, or "" when it was refused.
  std::string submit(const CampaignPlan& plan, const std::string& key = "");
  core::Reply command(const std::string& campaign, core::Verb verb, const std::string& slice = "",
                      std::set<JobState> states = {});

  // A worker with these slots says hello, then that it wants `jobs` jobs.
  core::Effects greet(const std::string& worker, std::size_t jobs, std::size_t slots = 1, std::uint64_t instance = 1);
  core::Effects hello(const std::string& worker, const Hello& profile, std::uint64_t instance = 1);
  core::Effects heartbeat(const std::string& worker, std::uint32_t credits, const std::vector<Held>& held = {},
                          std::uint64_t instance = 1);
  core::Effects results(const std::string& worker, const std::vector<JobResult>& results,
                        const std::set<Digest>& missing = {}, std::uint64_t instance = 1);
  core::Effects say(const std::string& worker, decltype(FromWorker::body) body, std::uint64_t instance = 1);

  JobCounts counts(const std::string& campaign) const;
  std::uint64_t count(const std::string& campaign, JobState state) const;
  std::string state(const std::string& campaign) const;
  core::JobRow job(const std::string& campaign, const std::string& job) const;

  core::Farm& farm() { return *farm_; }
  store::Store& store() { return *store_; }
  Instant now() const { return now_; }
  WallMillis wall() const { return 1'767'225'600'000 + now_.since_start.count(); }
  Epoch epoch() const { return epoch_; }

 private:
  core::FarmOptions options_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<core::Farm> farm_;
  Instant now_{Millis(1'000'000)};
  Epoch epoch_;
};

// A profile with so many slots and the pack "pocket".
Hello profile(std::size_t slots = 1);
// A picture, or a failure, of that ticket.
JobResult done(const Ticket& ticket);
JobResult failed(const Ticket& ticket, Fault fault, const std::string& reason = "because");
Held held(const Ticket& ticket, HeldState state = HeldState::kQueued);

// All bodies of that kind among the messages, for one worker or for all.
template <typename Body>
std::vector<Body> sent(const core::Effects& effects, const std::string& worker = "") {
  std::vector<Body> bodies;
  for (const ToWorker& message : effects.sends) {
    const auto* body = std::get_if<Body>(&message.body);
    if (body && (worker.empty() || message.worker.value == worker)) bodies.push_back(*body);
  }
  return bodies;
}

// The tickets of all leases among the messages.
std::vector<Ticket> leased(const core::Effects& effects, const std::string& worker = "");
// The tickets of all acks among the messages.
std::vector<Ticket> acked(const core::Effects& effects);

}  // namespace troupe::testing
