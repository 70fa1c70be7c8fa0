// What workers and the coordinator say to each other, as plain values: the vocabulary that coordinator/core and the
// worker's session are written in. common/wire/convert turns them into protobuf and back, validated.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/base/ids.h"
#include "common/domain/states.h"

namespace troupe {

// One granted try of one job.
struct Ticket {
  CampaignId campaign;
  JobIndex index = 0;
  std::uint32_t generation = 0;
  std::uint32_t attempt = 0;
  auto operator<=>(const Ticket&) const = default;
};

struct Slot {
  std::string device;  // "cpu", "cuda:0"
  std::string name;    // the device's name, for people
  std::uint64_t memory_bytes = 0;
  auto operator<=>(const Slot&) const = default;
};

struct PackOffer {
  std::string name;
  Digest digest;
  int vae_scale = 0;
  auto operator<=>(const PackOffer&) const = default;
};

enum class HeldState { kQueued, kRunning, kUploading };

struct Held {
  Ticket ticket;
  HeldState state = HeldState::kQueued;
  std::string stage;  // running: the stage's name
  std::uint32_t step = 0;
  std::uint32_t steps = 0;
  double seconds = 0;  // since it began to run
  auto operator<=>(const Held&) const = default;
};

struct Artifact {
  std::string name;  // "image" is the finished picture
  Digest digest;
  std::uint64_t bytes = 0;
  std::string media_type;
  auto operator<=>(const Artifact&) const = default;
};

// `stage` is the name of a stage or one of those below. reused: its output came from the stage cache.
struct StageTiming {
  std::string stage;
  double seconds = 0;
  bool reused = false;
  auto operator<=>(const StageTiming&) const = default;
};

// What a job spends beside its stages: on reading models, on scoring its picture, on writing PNGs. No stage has such a
// name.
inline constexpr char kLoadTiming[] = "load";
inline constexpr char kGatesTiming[] = "gates";
inline constexpr char kEncodeTiming[] = "encode";

inline bool is_stage(const StageTiming& timing) {
  return timing.stage != kLoadTiming && timing.stage != kGatesTiming && timing.stage != kEncodeTiming;
}

// How one attempt ended, whichever way. Failures travel the same durable road as pictures.
struct JobResult {
  Ticket ticket;
  Outcome outcome = Outcome::kDone;
  std::vector<Artifact> artifacts;
  Digest pixel_digest;
  std::uint64_t effective_seed = 0;
  std::string numerics_class;
  std::vector<StageTiming> timings;
  double seconds = 0;
  std::string metadata_json;
  Fault fault = Fault::kNone;  // of kFailed, with the two that follow
  std::string reason;
  std::vector<std::string> log;
  std::uint64_t peak_memory_bytes = 0;  // of the device's memory while it ran; 0 is unknown
  bool engine_died = false;  // of kFailed by the worker: the engine's process ended with the job in its hands
  bool operator==(const JobResult&) const = default;
};

// ---- from a worker ----

struct Hello {
  std::string host;
  std::uint32_t protocol_min = 0;
  std::uint32_t protocol_max = 0;
  std::string version;
  std::vector<Slot> slots;
  std::vector<std::string> tags;
  std::vector<PackOffer> packs;
  std::vector<Held> held;
  bool draining = false;
  std::string pool = {};                 // the pool of machines that it belongs to; empty for none
  std::vector<std::string> loaded = {};  // packs whose models its engines have in memory
  bool operator==(const Hello&) const = default;
};

struct Heartbeat {
  std::uint32_t credits = 0;  // how many more jobs the worker wants to hold
  std::vector<Held> held;     // everything that it holds, results in the outbox included
  bool draining = false;
  std::string trouble;                   // why it wants nothing for long, else empty
  std::vector<std::string> loaded = {};  // packs whose models its engines have in memory
  bool operator==(const Heartbeat&) const = default;
};

struct Results {
  std::vector<JobResult> results;
  bool operator==(const Results&) const = default;
};

// Handed back unfinished; counts against nobody.
struct Release {
  std::vector<Ticket> tickets;
  std::string reason;
  bool operator==(const Release&) const = default;
};

struct Goodbye {
  bool operator==(const Goodbye&) const = default;
};

// `instance` is random and new with each start of the agent, so that two agents that share an id are told apart.
struct FromWorker {
  WorkerId worker;
  std::uint64_t instance = 0;
  Epoch epoch;  // the coordinator's life that the worker last heard of
  std::variant<Hello, Heartbeat, Results, Release, Goodbye> body;
  std::uint32_t protocol = 1;  // the version that both speak; 1 before the first Welcome
  bool operator==(const FromWorker&) const = default;
};

// ---- to a worker ----

struct Welcome {
  std::uint32_t protocol = 0;  // the newest version that both speak, and the one to speak from now on
  Millis heartbeat{0};
  Millis liveness{0};
  auto operator<=>(const Welcome&) const = default;
};

struct LeasedJob {
  JobIndex index = 0;
  std::uint32_t generation = 0;
  std::uint32_t attempt = 0;
  auto operator<=>(const LeasedJob&) const = default;
};

struct Lease {
  LeaseId lease;
  CampaignId campaign;
  Digest spec;  // of the campaign's resolved manifest: an artifact of the coordinator's blob store
  std::vector<LeasedJob> jobs;
  Millis timeout{0};  // what one job may take from its start
  bool resent = false;
  std::string pack = {};  // what the jobs are rendered with
  Millis stall{0};        // what may pass between two steps of a stage before the job counts as hung; 0 is unknown
  bool operator==(const Lease&) const = default;
};

// These results are durable, or nobody wants them: forget them.
struct Ack {
  std::vector<Ticket> tickets;
  bool operator==(const Ack&) const = default;
};

// Upload these artifacts, then send the results that name them again.
struct Need {
  std::vector<Digest> digests;
  bool operator==(const Need&) const = default;
};

struct Revoke {
  std::vector<Ticket> tickets;
  std::string reason;
  bool operator==(const Revoke&) const = default;
};

struct Drain {
  bool on = true;
  auto operator<=>(const Drain&) const = default;
};

// Every heartbeat is answered by one. The interval to keep from now on and the silence that the coordinator bears, as
// they suit the farm's size now; 0 (from a coordinator of protocol 1) means as before.
struct Pulse {
  Millis heartbeat{0};
  Millis liveness{0};
  auto operator<=>(const Pulse&) const = default;
};

// code: "protocol", "duplicate_worker", "unknown_worker" (say hello again), "not_authorised".
struct Refused {
  std::string code;
  std::string message;
  bool operator==(const Refused&) const = default;
};

// `instance` says which start of the agent is meant, where two share an id (one of them is Refused). It is not on the
// wire: who sends the message uses it to choose the connection.
struct ToWorker {
  WorkerId worker;
  Epoch epoch;
  std::variant<Welcome, Lease, Ack, Need, Revoke, Drain, Pulse, Refused> body;
  std::uint64_t instance = 0;
  std::uint32_t protocol = 1;  // the version that both speak
  bool operator==(const ToWorker&) const = default;
};

}  // namespace troupe
