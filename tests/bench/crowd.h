// Thousands of light workers in processes of their own: each a real connection that says hello, beats, takes leases,
// "renders" for a while and reports one result at a time. They have no outbox: what they cost is the coordinator's.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/status.h"
#include "common/wire/socket.h"

namespace troupe::bench {

struct CrowdOptions {
  std::size_t workers = 100;
  wire::DealerOptions coordinator;
  std::string picture;              // the artifact of every result
  std::size_t result_bytes = 1024;  // of a result on the wire
  Millis job{1000};                 // what one job takes
  std::uint32_t jobs_held = 2;      // running and queued together
};

// Shared by the processes of a crowd and the benchmark.
struct CrowdStats {
  std::atomic<std::uint64_t> welcomes;  // of a worker in an epoch, once
  std::atomic<std::uint64_t> epoch;     // the newest
  std::atomic<std::uint64_t> leases;
  std::atomic<std::uint64_t> acked;
  std::atomic<std::uint64_t> sent;  // messages
  std::atomic<std::uint64_t> received;
  std::atomic<std::uint64_t> refused;
  std::atomic<bool> stop;
};

class Crowd {
 public:
  // Forks as few processes as the limit of open files allows: a worker takes two.
  static Result<std::unique_ptr<Crowd>> start(const CrowdOptions& options);
  // Ends the processes.
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  const CrowdStats& stats() const { return *stats_; }
  std::size_t processes() const { return children_.size(); }
  // Of all of them.
  double cpu() const;

 private:
  Crowd() = default;
  CrowdStats* stats_ = nullptr;
  std::vector<pid_t> children_;
};

// The life of one of the processes: workers [first, last) until stats.stop.
void run_crowd(const CrowdOptions& options, std::size_t first, std::size_t last, CrowdStats& stats);

}  // namespace troupe::bench
