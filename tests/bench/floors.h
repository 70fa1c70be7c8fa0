// What this machine could do at best: the same bytes without a farm around them.
#pragma once

#include <string>
#include <vector>

#include "common/base/status.h"

namespace troupe::bench {

// Jobs a second through a broker in memory: a libzmq ROUTER in a thread of its own, `workers` DEALERs over TCP that
// each send a result of `bytes` bytes, one message a job, and get a small message (ack and next job) for each, with a
// window in flight.
Result<double> broker_floor(bool curve, std::size_t workers, std::size_t bytes, double seconds);

// Seconds from the connect of so many CURVE DEALERs to the first message of each at a bare ROUTER.
Result<double> handshake_floor(std::size_t connections);

struct Quantiles {
  double p50 = 0, p99 = 0;  // seconds
};
struct SyncFloor {
  double rate = 0;  // writes of 4 KiB, each with an fdatasync, a second
  Quantiles took;
};
// In a preallocated file of that folder.
Result<SyncFloor> sync_floor(const std::string& folder, double seconds);

// Rows of `bytes` bytes a second into one SQLite table (write-ahead log, synchronous FULL), `rows` rows a transaction.
Result<double> sqlite_floor(const std::string& folder, std::size_t rows, std::size_t bytes, double seconds);

// Seconds of one job's chain of waits and nothing else: `hops` messages over plain TCP between two threads, with
// `syncs` syncs of 4 KiB between them.
Result<std::vector<double>> chain_floor(const std::string& folder, int hops, int syncs, double seconds);

}  // namespace troupe::bench
