#include "tests/bench/pair.h"

#include "tests/bench/machine.h"

namespace troupe::bench {
namespace {

constexpr std::uint64_t kCells = 900'000'000;
constexpr double kFirstResult = 30;
const char* const kSettings = "jobs: {lease: 256}\n";

}  // namespace

Result<std::unique_ptr<Pair>> Pair::start(const Options& options, bool curve) {
  const std::string picture = "a picture";
  TROUPE_ASSIGN_OR_RETURN(auto farm, Farm::start(options, curve, kSettings));
  TROUPE_RETURN_IF_ERROR(farm->put_picture(picture));
  TROUPE_RETURN_IF_ERROR(farm->submit("endless", kCells).status());
  std::unique_ptr<Pair> pair(new Pair(options, std::move(farm)));
  TROUPE_ASSIGN_OR_RETURN(const wire::DealerOptions dealer, pair->farm_->worker_side());
  for (std::size_t i = 0; i < kWorkers; ++i) {
    FakeWorkerOptions worker;
    worker.name = "worker-" + std::to_string(i);
    worker.folder = pair->outboxes_.path();
    worker.picture = picture;
    worker.result_bytes = kResultBytes;
    TROUPE_ASSIGN_OR_RETURN(auto started, FakeWorker::start(pair->farm_->context(), dealer, worker, pair->tally_));
    pair->workers_.push_back(std::move(started));
  }
  for (const Stopwatch first; pair->tally_.acked == 0;) {
    if (first.seconds() > kFirstResult) {
      return Status(Code::kTimeout, "no result was acknowledged: " + pair->farm_->log());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return pair;
}

Status Pair::health() const {
  for (const auto& worker : workers_) {
    if (worker->failed()) return Status(Code::kInternal, "a worker of the benchmark failed");
  }
  return {};
}

}  // namespace troupe::bench
