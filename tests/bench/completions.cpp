// Durable completions a second: two workers, results of 1 KB, everything synced on both sides.
#include <thread>

#include "tests/bench/fake_worker.h"
#include "tests/bench/farm.h"
#include "tests/bench/figure.h"
#include "tests/bench/floors.h"
#include "tests/bench/machine.h"

namespace troupe::bench {
namespace {

constexpr std::size_t kWorkers = 2;
constexpr std::size_t kResultBytes = 1024;
constexpr std::size_t kRowsATransaction = 512;
constexpr std::uint64_t kCells = 500'000'000;
constexpr double kWarmUp = 0.3;  // of the timed seconds
const char* const kSettings = "jobs: {lease: 256}\n";

struct Seen {
  double rate = 0, coordinator_cpu = 0, workers_cpu = 0, results_a_sync = 0, results_a_message = 0;
};

// After `warm_up` seconds, over `seconds`.
Result<Seen> watch(const Farm& farm, const std::vector<std::unique_ptr<FakeWorker>>& workers, const Tally& tally,
                   double warm_up, double seconds) {
  const auto sleep = [](double time) { std::this_thread::sleep_for(std::chrono::duration<double>(time)); };
  for (const Stopwatch first; tally.acked == 0;) {
    if (first.seconds() > 30) return Status(Code::kTimeout, "no result was acknowledged: " + farm.log());
    sleep(0.01);
  }
  sleep(warm_up);
  const std::uint64_t acked = tally.acked, syncs = tally.syncs, messages = tally.messages;
  const double server_cpu = cpu_seconds(farm.pid()), own_cpu = cpu_seconds(::getpid());
  const Stopwatch watch;
  sleep(seconds);
  const double wall = watch.seconds();
  const auto done = static_cast<double>(tally.acked - acked);
  for (const auto& worker : workers) {
    if (worker->failed()) return Status(Code::kInternal, "a worker of the benchmark failed");
  }
  return Seen{done / wall, (cpu_seconds(farm.pid()) - server_cpu) / wall, (cpu_seconds(::getpid()) - own_cpu) / wall,
              done / std::max(1.0, static_cast<double>(tally.syncs - syncs)),
              done / std::max(1.0, static_cast<double>(tally.messages - messages))};
}

Result<Seen> run(const Options& options, bool curve) {
  const std::string picture = "a picture";
  TROUPE_ASSIGN_OR_RETURN(const auto farm, Farm::start(options, curve, kSettings));
  TROUPE_RETURN_IF_ERROR(farm->put_picture(picture));
  TROUPE_RETURN_IF_ERROR(farm->submit("completions", kCells).status());
  TROUPE_ASSIGN_OR_RETURN(const wire::DealerOptions dealer, farm->worker_side());
  const testing::TempFolder outboxes(options.folder);
  Tally tally;
  std::vector<std::unique_ptr<FakeWorker>> workers;
  for (std::size_t i = 0; i < kWorkers; ++i) {
    FakeWorkerOptions worker;
    worker.name = "worker-" + std::to_string(i);
    worker.folder = outboxes.path();
    worker.picture = picture;
    worker.result_bytes = kResultBytes;
    TROUPE_ASSIGN_OR_RETURN(auto started, FakeWorker::start(farm->context(), dealer, worker, tally));
    workers.push_back(std::move(started));
  }
  return watch(*farm, workers, tally, kWarmUp * options.seconds, options.seconds);
}

Result<Figure> measure(const Options& options, bool curve, double goal, double share) {
  const double floor_seconds = options.seconds / 3;
  TROUPE_ASSIGN_OR_RETURN(const double before, broker_floor(curve, kWorkers, kResultBytes, floor_seconds));
  TROUPE_ASSIGN_OR_RETURN(const Seen seen, run(options, curve));
  TROUPE_ASSIGN_OR_RETURN(const double after, broker_floor(curve, kWorkers, kResultBytes, floor_seconds));
  TROUPE_ASSIGN_OR_RETURN(const SyncFloor sync, sync_floor(options.folder, floor_seconds));
  TROUPE_ASSIGN_OR_RETURN(const double rows,
                          sqlite_floor(options.folder, kRowsATransaction, kResultBytes, floor_seconds));
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
