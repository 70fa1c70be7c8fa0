// What a worker can be told: configs/worker.yaml, and the same words on the command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/status.h"

namespace troupe::agent {

// How to reach the coordinator. Either `file` alone: the coordinator's server.json, or the folder that holds it; it is
// read again when it changes. Or the other four: for a machine that has no such file.
struct ServerConfig {
  std::string file;
  std::string endpoint;       // "tcp://HOST:PORT" of its worker socket
  std::string blob_endpoint;  // "tcp://HOST:PORT" of its blob socket
  std::string key;            // its public key, 40 characters; empty: plain
  std::string own_key_file;   // this worker's secret key, with `key`
};

struct WorkerConfig {
  ServerConfig server;
  std::string state;               // this worker's folder: its id, outbox, logs
  std::string name;                // its id; empty: made from the host's name at the first start
  int slots = 1;                   // engines
  std::string device = "cpu";      // "cpu", "cuda", "cuda:N", "auto"; "cuda" gives each slot a GPU of its own
  std::string dtype = "auto";      // of jobs that say "auto": "fp32", "bf16", "fp16", "auto"
  int threads = 0;                 // of the CPU, for each slot; 0: the cores shared out
  std::vector<std::string> packs;  // folders of packs, or packs
  std::vector<std::string> tags;
  std::string pool;    // of machines, which campaigns may require; empty: none
  std::string engine;  // its program; empty: troupe-engine beside this one
  int ahead = 1;       // jobs held beyond the running one, for each slot
  std::uint64_t outbox_bytes = 4ull << 30;
  std::uint64_t stage_cache_bytes = 2ull << 30;  // of outputs of stages, kept to be used again; 0 keeps none
  std::chrono::seconds grace{60};                // after SIGTERM

  // kInvalid says which value is wrong and what would be right.
  Status validate() const;
};

// The file at `path`: every key known, every value of its type; anything else is kInvalid with file, line and column.
// Relative paths are meant from the file's folder. Not yet validated: the command line may have more to say.
Result<WorkerConfig> read_worker_config(const std::string& path);

// "a:b" or "a,b" -> a, b; empty parts are left out.
std::vector<std::string> split_list(const std::string& text, char separator);

}  // namespace troupe::agent
