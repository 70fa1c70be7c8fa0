// What can happen to the farm, and what it wants done about it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "common/base/status.h"
#include "coordinator/core/edit.h"

namespace troupe::core {

// Asks for an answer under this number; the server ties it to the client's connection.
using RequestId = std::uint64_t;

// A worker spoke. `missing` holds the artifacts named by its Results that the blob store lacks.
struct WorkerSpoke {
  FromWorker message;
  std::set<Digest> missing;
};

struct SubmitCampaign {
  RequestId request = 0;
  std::string manifest_json;  // the resolved form
  std::string key;            // the same key submits once
};

enum class Verb { kPause, kResume, kCancel, kRequeue };

struct CampaignCommand {
  RequestId request = 0;
  std::string campaign;  // "name" or "name#revision"
  Verb verb = Verb::kPause;
  std::string slice;          // of kRequeue; empty means all cells
  std::set<JobState> states;  // of kRequeue: terminal states; empty means failed, rejected, cancelled
};

struct DrainWorker {
  RequestId request = 0;
  WorkerId worker;
  bool on = true;
};

// Time passed: liveness, backoff, deadlines, scheduling.
struct Tick {};

using Event = std::variant<WorkerSpoke, SubmitCampaign, CampaignCommand, DrainWorker, Tick>;

// The answer to a request: a JSON value or an error.
struct Reply {
  RequestId request = 0;
  Status status;
  std::string json;
};

// For the log of the server and, later, the event stream: "lease lost", "worker quarantined", ...
struct Note {
  enum class Level { kInfo, kWarn } level = Level::kInfo;
  std::string text;
};

// Messages and replies leave only after all edits are durable.
struct Effects {
  std::vector<Edit> edits;
  std::vector<ToWorker> sends;
  std::vector<Reply> replies;
  std::vector<Note> notes;
};

}  // namespace troupe::core
