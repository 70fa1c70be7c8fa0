// What can happen to the farm, and what it wants done about it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/manifest.h"
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
  manifest::Manifest manifest;
  std::string key;           // the same key submits once
  std::uint64_t sample = 0;  // renders so many cells, spread over all axes, and holds the rest; 0: all
  bool again = false;        // makes a campaign also where an equal manifest is being rendered
  bool anew = false;         // takes nothing over from earlier revisions
};

enum class Verb { kPause, kResume, kCancel, kRequeue, kRelease, kPriority, kArchive, kUnarchive, kDelete };

struct CampaignCommand {
  RequestId request = 0;
  std::string campaign;  // "name" or "name#revision"
  Verb verb = Verb::kPause;
  std::string slice;          // of these cells; empty means all. Not of kArchive, kUnarchive, kDelete
  std::set<JobState> states;  // of kRequeue: terminal states; empty means failed, rejected, cancelled
  int priority = 0;           // of kPriority
};

// A drained worker finishes what runs, hands the rest back and takes nothing new; a cordoned one gets nothing new and
// keeps what it has. Both orders last until they are taken back, over restarts too.
enum class WorkerVerb { kDrain, kUndrain, kCordon, kUncordon };

struct WorkerCommand {
  RequestId request = 0;
  WorkerId worker;
  WorkerVerb verb = WorkerVerb::kDrain;
};

// The server tried to deliver a notification (Effects::notifications).
struct NotificationTried {
  std::uint64_t id = 0;
  Status status;
};

// Nothing could be written for a while, from `since` on, and now all of it is.
struct StoreRecovered {
  WallMillis since = 0;
  std::string reason;
};

// Time passed: liveness, backoff, deadlines, scheduling, retention.
struct Tick {};

using Event =
    std::variant<WorkerSpoke, SubmitCampaign, CampaignCommand, WorkerCommand, NotificationTried, StoreRecovered, Tick>;

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

// Somebody is to be told that a campaign ended: by a request to `webhook`, or by running `command`, which reads `body`.
// The server says what came of it with NotificationTried.
struct Notification {
  std::uint64_t id = 0;
  std::string webhook;
  std::vector<std::string> command;
  std::string body;  // a JSON object
};

// Messages and replies leave only after all edits are durable.
struct Effects {
  std::vector<Edit> edits;
  std::vector<ToWorker> sends;
  std::vector<Reply> replies;
  std::vector<Note> notes;
  std::vector<Notification> notifications;
};

}  // namespace troupe::core
