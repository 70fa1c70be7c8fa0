#include "tests/sim/knobs.h"

#include "common/base/hash.h"

namespace troupe::sim {
namespace {

Millis between(Random& random, std::int64_t low, std::int64_t high) {
  return Millis(low + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low + 1))));
}

}  // namespace

Knobs draw_knobs(std::uint64_t seed) {
  SeededRandom random(mix64(seed + 1));
  Knobs knobs;
  knobs.seed = seed;
  knobs.farm.seed = random.next();
  knobs.farm.heartbeat = between(random, 500, 3000);
  knobs.farm.liveness = knobs.farm.heartbeat * 8;
  knobs.farm.resend_lease = between(random, 1000, 6000);
  knobs.farm.deadline_grace = between(random, 5000, 20'000);
  knobs.farm.retry = {Millis(500), Millis(10'000)};
  knobs.farm.lease_jobs = 1 + random.below(8);
  knobs.farm.jobs_a_pass = 4 + random.below(64);
  knobs.workers = 1 + random.below(4);
  knobs.most_slots = 1 + random.below(3);
  knobs.twin = random.chance(0.15);
  knobs.campaigns = 1 + random.below(3);
  knobs.most_seeds = 3 + random.below(20);
  knobs.trouble = between(random, 120'000, 900'000);
  knobs.loss = random.chance(0.2) ? 0.0 : 0.15 * random.unit();
  knobs.duplication = random.chance(0.3) ? 0.0 : 0.10 * random.unit();
  knobs.most_delay = between(random, 2, random.chance(0.2) ? 5000 : 300);
  knobs.commit_delay = between(random, 1, random.chance(0.2) ? 1000 : 20);
  knobs.blob_sync = between(random, 10, 3000);
  knobs.most_job = between(random, 1000, 30'000);
  knobs.engine_crash = 0.05 * random.unit();
  knobs.engine_hang = 0.03 * random.unit();
  knobs.worker_fault = 0.08 * random.unit();
  knobs.disturbance = between(random, 3000, 60'000);
  knobs.blob_vanishes = 0.03 * random.unit();
  return knobs;
}

}  // namespace troupe::sim
