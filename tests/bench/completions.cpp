// Durable completions a second: two workers, results of 1 KB, everything synced on both sides.
#include <thread>

#include "tests/bench/figure.h"
#include "tests/bench/floors.h"
#include "tests/bench/machine.h"
#include "tests/bench/pair.h"

namespace troupe::bench {
namespace {

constexpr std::size_t kRowsATransaction = 512;
constexpr double kWarmUp = 0.3;  // of the timed seconds

struct Seen {
  double rate = 0, coordinator_cpu = 0, workers_cpu = 0, results_a_sync = 0, results_a_message = 0;
};

Result<Seen> run(const Options& options, bool curve) {
  TROUPE_ASSIGN_OR_RETURN(const auto pair, Pair::start(options, curve));
  const auto sleep = [](double time) { std::this_thread::sleep_for(std::chrono::duration<double>(time)); };
  sleep(kWarmUp * options.seconds);
  const Tally& tally = pair->tally();
  const pid_t server = pair->farm().pid();
  const std::uint64_t acked = tally.acked, syncs = tally.syncs, messages = tally.messages;
  const double server_cpu = cpu_seconds(server), own_cpu = own_cpu_seconds();
  const Stopwatch watch;
  sleep(options.seconds);
  const double wall = watch.seconds();
  const auto done = static_cast<double>(tally.acked - acked);
  TROUPE_RETURN_IF_ERROR(pair->health());
  return Seen{done / wall, (cpu_seconds(server) - server_cpu) / wall, (own_cpu_seconds() - own_cpu) / wall,
              done / std::max(1.0, static_cast<double>(tally.syncs - syncs)),
              done / std::max(1.0, static_cast<double>(tally.messages - messages))};
}

Result<Figure> measure(const Options& options, bool curve, double goal, double share) {
  const double floor_seconds = options.seconds / 3;
  TROUPE_ASSIGN_OR_RETURN(const double before, broker_floor(curve, Pair::kWorkers, Pair::kResultBytes, floor_seconds));
  TROUPE_ASSIGN_OR_RETURN(const Seen seen, run(options, curve));
  TROUPE_ASSIGN_OR_RETURN(const double after, broker_floor(curve, Pair::kWorkers, Pair::kResultBytes, floor_seconds));
  TROUPE_ASSIGN_OR_RETURN(const SyncFloor sync, sync_floor(options.folder, floor_seconds));
  TROUPE_ASSIGN_OR_RETURN(const double rows,
                          sqlite_floor(options.folder, kRowsATransaction, Pair::kResultBytes, floor_seconds));
  const double floor = (before + after) / 2;
  Figure figure;
  figure["value"] = rounded(seen.rate);
  figure["unit"] = "completions/s";
  figure["goal"] = ">= " + std::to_string(static_cast<int>(goal)) + ", or >= " + std::to_string(share).substr(0, 4) +
                   " of the broker floor";
  figure["met"] = seen.rate >= goal || seen.rate >= share * floor;
  figure["broker_floor"] = rounded(floor);
  figure["of_floor"] = rounded(seen.rate / floor);
  figure["fsync_floor"] = rounded(sync.rate);
  figure["sqlite_rows_floor"] = rounded(rows);
  figure["coordinator_cores"] = rounded(seen.coordinator_cpu);
  figure["workers_cores"] = rounded(seen.workers_cpu);
  figure["results_a_worker_sync"] = rounded(seen.results_a_sync);
  figure["results_a_worker_message"] = rounded(seen.results_a_message);
  return figure;
}

}  // namespace

Result<Figure> measure_completions_plain(const Options& options) {
  return measure(options, false, 50'000, 0.35);
}

Result<Figure> measure_completions_curve(const Options& options) {
  return measure(options, true, 20'000, 0.40);
}

}  // namespace troupe::bench
