// What an agent and the engine of one of its slots say to each other, as plain values. proto/troupe/v1/engine.proto is
// their form on the socket; same machine, same build, so there are no versions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/domain/messages.h"

namespace troupe::engine {

// ---- from the agent ----

// Render this. `run` counts the runs of one engine, so that answers about an earlier one are told apart.
struct Run {
  std::uint64_t run = 0;
  std::string job_json;  // chain::to_json(ChainJob)
  std::string pack_folder;
  Millis timeout{0};                              // for information: the agent kills an engine that passes it
  std::map<Digest, std::string> references = {};  // files on this machine, by the digests of chain::references
  bool reuse = true;                              // outputs of former runs may be used again
  bool operator==(const Run&) const = default;
};

// Stop the run at the next step; answered by Failed with a reason. An engine whose device is done with it ignores this.
struct Cancel {
  std::uint64_t run = 0;
  bool operator==(const Cancel&) const = default;
};

// Leave at once, when idle.
struct Shutdown {
  bool operator==(const Shutdown&) const = default;
};

// ---- from the engine ----

// An engine has one run on its device and, beside it, at most one whose pictures are being written: it takes the next
// run after Ready, Free, or a Failed without Free before it, unless that says that it leaves.

// The first message: it can take a run.
struct Ready {
  std::string device;          // the device's name, for people
  std::string numerics_class;  // numerics_class.h
  std::uint64_t pid = 0;
  bool operator==(const Ready&) const = default;
};

struct Progress {
  std::uint64_t run = 0;
  std::string stage;
  std::uint32_t step = 0;
  std::uint32_t steps = 0;
  bool operator==(const Progress&) const = default;
};

// The device is done with the run, whose Done or Failed follows; those of earlier runs came before.
struct Free {
  std::uint64_t run = 0;
  bool operator==(const Free&) const = default;
};

// `result.ticket` is unset: the agent knows it. files[i] holds the bytes of result.artifacts[i].
struct Done {
  std::uint64_t run = 0;
  JobResult result;
  std::vector<std::string> files;
  bool operator==(const Done&) const = default;
};

struct Failed {
  std::uint64_t run = 0;
  Fault fault = Fault::kWorker;
  std::string reason;
  bool exiting = false;  // the engine cannot take another run and leaves
  bool operator==(const Failed&) const = default;
};

using Message = std::variant<Run, Cancel, Shutdown, Ready, Progress, Free, Done, Failed>;

// The parts of one message: the protobuf first, then the files of a Done.
std::vector<std::string> encode(const Message& message);
// kCorrupt or kTooLarge says what does not hold.
Result<Message> decode(std::vector<std::string> parts);

}  // namespace troupe::engine
