// What one simulated farm is like: drawn from its seed, so that each seed is another world. A scenario narrows the
// ranges that knobs are drawn from.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/random.h"
#include "coordinator/core/farm.h"

namespace troupe::sim {

// What can go wrong from outside. Each happens as often as its weight says, compared with the others.
enum class Trouble {
  kCoordinatorCrash,
  kCoordinatorDiskFull,
  kWorkerCrash,
  kWorkerFreeze,     // SIGSTOP, or a machine that swaps
  kWorkerTerminate,  // SIGTERM: it drains and is started again
  kWorkerDiskFull,
  kCut,        // the network of one worker, both ways
  kCutOneWay,  // nothing comes through to the coordinator, or nothing from it
  kPartition,  // the network of half of the workers
  kClockJump,  // of the coordinator's wall clock
  kJoin,       // a new worker
  kLeave,      // a worker goes for good, with its disk
  kVerb,       // somebody changes his mind about a campaign
  kDrain,      // or about a worker
};
inline constexpr std::size_t kTroubles = 14;

struct Knobs {
  std::uint64_t seed = 1;
  core::FarmOptions farm;

  // The workload.
  std::size_t workers = 3;
  std::size_t most_slots = 2;    // of a worker
  std::size_t twins = 0;         // more agents, under the ids of the first
  std::size_t campaigns = 2;     // submitted in the first minutes
  Millis submit_every{600'000};  // mean time between further ones
  std::uint64_t most_seeds = 12;
  double characters = 0.6;  // chance of a second axis
  double unknown_pack = 0.1;
  double sample = 0.1;        // chance of a campaign that is submitted as a sample
  double old_protocol = 0.2;  // chance of a worker that speaks the version before, each start
  std::uint64_t most_retries = 4;
  std::uint64_t timeout_seconds = 40;
  Millis job{15'000};           // of one job at most
  double input_fault = 0.02;    // of one try
  double rejection = 0.05;      // of one try
  double poison = 0.0;          // of one cell: it kills every engine that tries it
  std::uint64_t bad_nodes = 0;  // workers whose engines fail every job, until healing

  // How long things go wrong, before everything heals; and how long it may take then to converge.
  Millis trouble{600'000};
  Millis patience{7'200'000};

  // The network, while things go wrong.
  double loss = 0.02;
  double duplication = 0.02;
  Millis delay{200};  // at most; messages overtake each other
  // The coordinator's disk: at most.
  Millis commit{10};
  Millis blob_sync{400};
  double blob_vanishes = 0.01;  // after its upload, before the result commits
  // Engines, each try.
  double engine_crash = 0.02;
  double engine_hang = 0.01;
  double engine_slow = 0.02;  // takes ten times as long
  double out_of_memory = 0.03;
  // Either side dies between two effects, each effect.
  double crash_between = 0.0001;
  // Mean time between disturbances from outside, and how long one lasts at most.
  Millis disturbance{20'000};
  Millis outage{60'000};
  Millis clock_jump{3'600'000};  // at most, either way
  std::array<std::uint64_t, kTroubles> weights{};
};

// A range that a knob is drawn from.
struct Range {
  double low = 0;
  double high = 0;
  double never = 0;  // the chance of 0 instead
};

enum class KnobKind {
  kCount,   // a whole number, every one as likely
  kTime,    // seconds; every order of magnitude as likely
  kChance,  // 0 to 1
};

// One knob: where scenarios name it, and what it is drawn from where they do not.
struct KnobSpec {
  std::string_view section;  // "workload", "farm", "faults", "weights"
  std::string_view name;
  KnobKind kind;
  Range range;
  void (*set)(Knobs& knobs, double value);  // times in milliseconds
};
const std::vector<KnobSpec>& knob_specs();

// Ranges instead of those of the specs, by "section.name".
using Ranges = std::map<std::string, Range>;

// Each knob is drawn for itself: a scenario that fixes one leaves the others as they are.
Knobs draw_knobs(std::uint64_t seed, const Ranges& ranges = {});

}  // namespace troupe::sim
