// A worker as the farm knows it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "common/domain/messages.h"
#include "coordinator/core/market.h"
#include "coordinator/core/rules/quarantine.h"

namespace troupe::core {

// A worker that spoils jobs: it gets one at a time, to try it.
struct Quarantine {
  std::string reason;
  Millis wait{0};    // before the present probe
  Instant probe_at;  // one job is granted from then on
};

struct Worker {
  WorkerId id;
  std::uint64_t instance = 0;
  // False for one that is only known by the grants it had when the coordinator started: it has a liveness period to say
  // hello and keep them.
  bool greeted = false;
  bool lost = false;  // silent for longer than the liveness period
  Instant heard;
  Hello profile;  // of its last hello

  bool reported = false;   // a heartbeat came since the hello
  std::size_t wanted = 0;  // jobs that it wants to hold, running and queued together
  bool draining = false;   // by its own word
  std::string trouble;
  std::optional<bool> drain_order;  // what the operator told it in this life of the coordinator
  bool cordoned = false;            // gets nothing new by the operator's order

  std::uint32_t protocol = 1;    // the newest that both speak
  Millis told_heartbeat{0};      // what it was last asked to keep
  std::set<std::string> loaded;  // packs whose models its engines have in memory, as far as is known
  rules::Health health;
  std::optional<Quarantine> quarantine;
  std::uint64_t divergences = 0;  // pictures of it that differ from equal ones of its numerics class

  // What the market and the list of hungry workers have of it.
  std::optional<OfferId> offer;
  std::size_t slots_offered = 0;  // 0 while it takes no work
  std::optional<Load> hungry;
  std::optional<Instant> watched;  // when it is looked at next

  std::set<std::pair<CampaignId, Rank>> grants;
  std::size_t busy = 0;         // grants that still occupy it: all but those whose result is in its outbox
  std::uint64_t jobs_done = 0;  // in this life of the coordinator
  std::uint64_t jobs_failed = 0;

  void take(CampaignId campaign, Rank rank, HeldState state) {
    if (grants.insert({campaign, rank}).second && state != HeldState::kUploading) ++busy;
  }
  void leave(CampaignId campaign, Rank rank, HeldState state) {
    if (grants.erase({campaign, rank}) > 0 && state != HeldState::kUploading) --busy;
  }
  // Of one of its grants.
  void change(HeldState from, HeldState to) {
    busy += static_cast<std::size_t>(to != HeldState::kUploading);
    busy -= static_cast<std::size_t>(from != HeldState::kUploading);
  }

  bool live() const { return greeted && !lost; }
  bool takes_work() const { return live() && reported && !draining && !drain_order.value_or(false) && !cordoned; }
  std::size_t slots() const { return profile.slots.empty() ? 1 : profile.slots.size(); }
  // By the name of the first slot's: slots of one machine are alike.
  const std::string& device() const;
  Load load() const { return static_cast<Load>(busy * kFullLoad / slots()); }
};

// `busy` jobs are granted to it and not yet rendered.
WorkerState state_of(const Worker& worker, std::size_t busy);

}  // namespace troupe::core
