// Everything that a store promises, looked at: the database, every result, every artifact. Changes nothing, and may run
// beside a coordinator.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/base/status.h"

namespace troupe::store {

struct CheckOptions {
  bool hashes = true;  // reads every artifact's bytes; else only whether those named are there, with the right size
  std::function<void(std::uint64_t bytes)> on_bytes = [](std::uint64_t) {};  // so many were read, all together
};

struct CheckReport {
  std::uint64_t campaigns = 0, results = 0, events = 0;
  std::uint64_t blobs = 0, blob_bytes = 0;
  std::vector<std::string> problems;  // a line each; many of a kind are cut short
};

// Of the database and the blob folder of a state folder. An error only when it cannot be looked at at all: it is not
// there, it is no database of this program, its schema is not the newest.
Result<CheckReport> check_store(const std::string& database, const std::string& blobs, const CheckOptions& options);

}  // namespace troupe::store
