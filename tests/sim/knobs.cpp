#include "tests/sim/knobs.h"

#include <algorithm>
#include <cmath>

#include "common/base/hash.h"

namespace troupe::sim {
namespace {

constexpr Range kWeight{0, 3, 0};

Millis millis(double value) {
  return Millis(static_cast<Millis::rep>(std::llround(value)));
}

template <typename T>
T whole(double value) {
  return static_cast<T>(std::llround(value));
}

template <Trouble trouble>
void set_weight(Knobs& knobs, double value) {
  knobs.weights[static_cast<std::size_t>(trouble)] = whole<std::uint64_t>(value);
}

std::uint64_t name_hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = mix64(hash ^ static_cast<unsigned char>(c));
  return hash;
}

double draw(Random& random, KnobKind kind, const Range& range) {
  const double unit = random.unit();
  if (random.chance(range.never)) return 0;
  switch (kind) {
    case KnobKind::kCount: return std::floor(range.low + unit * (range.high - range.low + 1 - 1e-9));
    case KnobKind::kChance: return range.low + unit * (range.high - range.low);
    case KnobKind::kTime: break;
  }
  const double low = std::max(range.low * 1000, 1.0);
  const double high = std::max(range.high * 1000, low);
  return low * std::pow(high / low, unit);
}

using enum KnobKind;

std::vector<KnobSpec> workload_specs() {
  return {
      {"workload", "workers", kCount, {1, 5}, [](Knobs& k, double v) { k.workers = whole<std::size_t>(v); }},
      {"workload", "slots", kCount, {1, 3}, [](Knobs& k, double v) { k.most_slots = whole<std::size_t>(v); }},
      {"workload", "twins", kCount, {1, 1, 0.85}, [](Knobs& k, double v) { k.twins = whole<std::size_t>(v); }},
      {"workload", "campaigns", kCount, {1, 3}, [](Knobs& k, double v) { k.campaigns = whole<std::size_t>(v); }},
      {"workload", "submit_every", kTime, {120, 1200}, [](Knobs& k, double v) { k.submit_every = millis(v); }},
      {"workload", "seeds", kCount, {3, 22}, [](Knobs& k, double v) { k.most_seeds = whole<std::uint64_t>(v); }},
      {"workload", "characters", kChance, {0.6, 0.6}, [](Knobs& k, double v) { k.characters = v; }},
      {"workload", "unknown_pack", kChance, {0.1, 0.1}, [](Knobs& k, double v) { k.unknown_pack = v; }},
      {"workload", "sample", kChance, {0.1, 0.1}, [](Knobs& k, double v) { k.sample = v; }},
      {"workload", "old_protocol", kChance, {0, 0.5, 0.5}, [](Knobs& k, double v) { k.old_protocol = v; }},
      {"workload", "retries", kCount, {0, 4}, [](Knobs& k, double v) { k.most_retries = whole<std::uint64_t>(v); }},
      {"workload",
       "timeout",
       kTime,
       {20, 60},
       [](Knobs& k, double v) { k.timeout_seconds = std::max<std::uint64_t>(1, whole<std::uint64_t>(v / 1000)); }},
      {"workload", "job", kTime, {1, 30}, [](Knobs& k, double v) { k.job = millis(v); }},
      {"workload", "input_fault", kChance, {0, 0.04}, [](Knobs& k, double v) { k.input_fault = v; }},
      {"workload", "rejection", kChance, {0, 0.1}, [](Knobs& k, double v) { k.rejection = v; }},
      {"workload", "poison", kChance, {0, 0.1, 0.7}, [](Knobs& k, double v) { k.poison = v; }},
      {"workload", "bad_nodes", kCount, {1, 1, 0.8}, [](Knobs& k, double v) { k.bad_nodes = whole<std::uint64_t>(v); }},
      {"workload", "trouble", kTime, {120, 900}, [](Knobs& k, double v) { k.trouble = millis(v); }},
  };
}

std::vector<KnobSpec> farm_specs() {
  return {
      {"farm", "heartbeat", kTime, {0.5, 5}, [](Knobs& k, double v) { k.farm.heartbeat = millis(v); }},
      {"farm", "liveness", kTime, {16, 40}, [](Knobs& k, double v) { k.farm.liveness = millis(v); }},
      {"farm", "resend_lease", kTime, {5, 10}, [](Knobs& k, double v) { k.farm.resend_lease = millis(v); }},
      {"farm", "deadline_grace", kTime, {5, 20}, [](Knobs& k, double v) { k.farm.deadline_grace = millis(v); }},
      {"farm", "retry_first", kTime, {0.5, 0.5}, [](Knobs& k, double v) { k.farm.retry.first = millis(v); }},
      {"farm", "retry_most", kTime, {10, 10}, [](Knobs& k, double v) { k.farm.retry.most = millis(v); }},
      {"farm", "forget", kTime, {60, 3600}, [](Knobs& k, double v) { k.farm.forget_worker = millis(v); }},
      {"farm", "lease_jobs", kCount, {1, 8}, [](Knobs& k, double v) { k.farm.lease_jobs = whole<std::size_t>(v); }},
      {"farm", "target_lease", kTime, {1, 60}, [](Knobs& k, double v) { k.farm.target_lease = millis(v); }},
      {"farm", "save_learned", kTime, {1, 10}, [](Knobs& k, double v) { k.farm.save_learned = millis(v); }},
      {"farm", "archive_after", kTime, {60, 1800, 0.6}, [](Knobs& k, double v) { k.farm.archive_after = millis(v); }},
      {"farm", "delete_after", kTime, {120, 3600, 0.6}, [](Knobs& k, double v) { k.farm.delete_after = millis(v); }},
      {"farm", "age_step", kTime, {60, 1800, 0.3}, [](Knobs& k, double v) { k.farm.age_step = millis(v); }},
      {"farm", "straggler", kCount, {2, 4, 0.3}, [](Knobs& k, double v) { k.farm.straggler = v; }},
      {"farm", "stall_steps", kCount, {3, 30, 0.3}, [](Knobs& k, double v) { k.farm.stall_steps = v; }},
      {"farm", "stall_least", kTime, {10, 300}, [](Knobs& k, double v) { k.farm.stall_least = millis(v); }},
      {"farm",
       "quarantine_faults",
       kCount,
       {2, 6},
       [](Knobs& k, double v) { k.farm.quarantine_faults = whole<std::size_t>(v); }},
      {"farm", "quarantine_wait", kTime, {5, 60}, [](Knobs& k, double v) { k.farm.quarantine_wait = millis(v); }},
      {"farm", "quarantine_most", kTime, {60, 900}, [](Knobs& k, double v) { k.farm.quarantine_most = millis(v); }},
      {"farm",
       "poison_deaths",
       kCount,
       {1, 4, 0.2},
       [](Knobs& k, double v) { k.farm.poison_deaths = whole<std::size_t>(v); }},
      {"farm", "jobs_a_pass", kCount, {4, 68}, [](Knobs& k, double v) { k.farm.jobs_a_pass = whole<std::size_t>(v); }},
  };
}

std::vector<KnobSpec> fault_specs() {
  return {
      {"faults", "loss", kChance, {0, 0.15, 0.2}, [](Knobs& k, double v) { k.loss = v; }},
      {"faults", "duplication", kChance, {0, 0.1, 0.3}, [](Knobs& k, double v) { k.duplication = v; }},
      {"faults", "delay", kTime, {0.002, 5}, [](Knobs& k, double v) { k.delay = millis(v); }},
      {"faults", "commit", kTime, {0.001, 1}, [](Knobs& k, double v) { k.commit = millis(v); }},
      {"faults", "blob_sync", kTime, {0.01, 3}, [](Knobs& k, double v) { k.blob_sync = millis(v); }},
      {"faults", "blob_vanishes", kChance, {0, 0.03}, [](Knobs& k, double v) { k.blob_vanishes = v; }},
      {"faults", "engine_crash", kChance, {0, 0.05}, [](Knobs& k, double v) { k.engine_crash = v; }},
      {"faults", "engine_hang", kChance, {0, 0.03}, [](Knobs& k, double v) { k.engine_hang = v; }},
      {"faults", "engine_slow", kChance, {0, 0.05}, [](Knobs& k, double v) { k.engine_slow = v; }},
      {"faults", "out_of_memory", kChance, {0, 0.08}, [](Knobs& k, double v) { k.out_of_memory = v; }},
      {"faults", "crash_between", kChance, {0, 0.001}, [](Knobs& k, double v) { k.crash_between = v; }},
      {"faults", "disturbance", kTime, {3, 60}, [](Knobs& k, double v) { k.disturbance = millis(v); }},
      {"faults", "outage", kTime, {2, 90}, [](Knobs& k, double v) { k.outage = millis(v); }},
      {"faults", "clock_jump", kTime, {1, 86'400}, [](Knobs& k, double v) { k.clock_jump = millis(v); }},
  };
}

std::vector<KnobSpec> weight_specs() {
  return {
      {"weights", "coordinator_crash", kCount, kWeight, set_weight<Trouble::kCoordinatorCrash>},
      {"weights", "coordinator_disk_full", kCount, {1, 1, 0.7}, set_weight<Trouble::kCoordinatorDiskFull>},
      {"weights", "worker_crash", kCount, kWeight, set_weight<Trouble::kWorkerCrash>},
      {"weights", "worker_freeze", kCount, kWeight, set_weight<Trouble::kWorkerFreeze>},
      {"weights", "worker_terminate", kCount, kWeight, set_weight<Trouble::kWorkerTerminate>},
      {"weights", "worker_disk_full", kCount, kWeight, set_weight<Trouble::kWorkerDiskFull>},
      {"weights", "cut", kCount, kWeight, set_weight<Trouble::kCut>},
      {"weights", "cut_one_way", kCount, kWeight, set_weight<Trouble::kCutOneWay>},
      {"weights", "partition", kCount, {1, 1, 0.5}, set_weight<Trouble::kPartition>},
      {"weights", "clock_jump", kCount, {1, 1, 0.5}, set_weight<Trouble::kClockJump>},
      {"weights", "join", kCount, {1, 1, 0.7}, set_weight<Trouble::kJoin>},
      {"weights", "leave", kCount, {1, 1, 0.7}, set_weight<Trouble::kLeave>},
      {"weights", "verb", kCount, kWeight, set_weight<Trouble::kVerb>},
      {"weights", "drain", kCount, {1, 1, 0.5}, set_weight<Trouble::kDrain>},
  };
}

}  // namespace

const std::vector<KnobSpec>& knob_specs() {
  static const std::vector<KnobSpec> specs = [] {
    std::vector<KnobSpec> all = workload_specs();
    for (const auto& more : {farm_specs(), fault_specs(), weight_specs()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }();
  return specs;
}

Knobs draw_knobs(std::uint64_t seed, const Ranges& ranges) {
  Knobs knobs;
  knobs.seed = mix64(seed + 1);
  knobs.farm.seed = mix64(seed + 2);
  for (const KnobSpec& spec : knob_specs()) {
    const std::string key = std::string(spec.section) + "." + std::string(spec.name);
    const auto narrowed = ranges.find(key);
    SeededRandom random(mix64(seed + 3) ^ name_hash(key));
    spec.set(knobs, draw(random, spec.kind, narrowed == ranges.end() ? spec.range : narrowed->second));
  }
  return knobs;
}

}  // namespace troupe::sim
