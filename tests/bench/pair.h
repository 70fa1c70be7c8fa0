// A coordinator and fake workers that ask for all that they can get, on one endless campaign.
#pragma once

#include <memory>
#include <vector>

#include "tests/bench/fake_worker.h"
#include "tests/bench/farm.h"

namespace troupe::bench {

class Pair {
 public:
  static constexpr std::size_t kWorkers = 2;
  static constexpr std::size_t kResultBytes = 1024;

  // Returns when the first result is acknowledged.
  static Result<std::unique_ptr<Pair>> start(const Options& options, bool curve);

  Farm& farm() { return *farm_; }
  const Tally& tally() const { return tally_; }
  // OK while all workers work.
  Status health() const;
  void stop_workers() { workers_.clear(); }

 private:
  Pair(const Options& options, std::unique_ptr<Farm> farm) : outboxes_(options.folder), farm_(std::move(farm)) {}

  testing::TempFolder outboxes_;
  std::unique_ptr<Farm> farm_;
  Tally tally_;
  std::vector<std::unique_ptr<FakeWorker>> workers_;
};

}  // namespace troupe::bench
