// What one simulated farm is like: drawn from its seed, so that each seed is another world.
#pragma once

#include <cstdint>

#include "common/base/random.h"
#include "coordinator/core/farm.h"

namespace troupe::sim {

// Deliberate mistakes: the simulator must find each of them, or it proves nothing.
enum class Bug {
  kNone,
  kAckBeforeCommit,    // acks leave before the batch that commits the results is durable
  kLeaseBeforeCommit,  // so do leases
  kNoGenerationCheck,  // a result counts whatever generation it is of
  kForgetEarly,        // the outbox is emptied when a result was sent, not when it was acknowledged
  kBlobBeforeSync,     // an upload is confirmed before the blob is durable
};

struct Knobs {
  std::uint64_t seed = 1;
  Bug bug = Bug::kNone;

  core::FarmOptions farm;
  std::size_t workers = 3;
  std::size_t most_slots = 2;
  bool twin = false;  // one more agent under the id of the first
  std::size_t campaigns = 2;
  std::uint64_t most_seeds = 12;
  Millis trouble{600'000};     // how long things go wrong, before everything heals
  Millis patience{7'200'000};  // after that, to converge

  // The network, while things go wrong.
  double loss = 0.02;
  double duplication = 0.02;
  Millis least_delay{1};
  Millis most_delay{200};
  Millis commit_delay{10};  // most
  Millis blob_sync{400};    // most
  // Of one job on an engine, the first of these that happens.
  Millis most_job{15'000};
  double engine_crash = 0.02;
  double engine_hang = 0.01;
  double worker_fault = 0.03;
  double input_fault = 0.02;
  double rejection = 0.05;
  // Mean time between disturbances.
  Millis disturbance{20'000};
  double blob_vanishes = 0.01;  // after its upload, before the result commits
};

Knobs draw_knobs(std::uint64_t seed);

}  // namespace troupe::sim
