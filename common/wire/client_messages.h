// What the CLI asks a coordinator and what it answers, as plain values, with their form on the wire. Each request has
// an id that its reply repeats; asking twice is harmless.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/status.h"
#include "common/domain/messages.h"

namespace troupe::wire {

struct Submit {
  std::string manifest_json;        // manifest::Manifest::resolved()
  std::string key;                  // the same key submits once, however often it is sent
  std::optional<Digest> spec = {};  // instead of manifest_json: of the text, which was uploaded as an artifact
  std::uint64_t sample = 0;  // renders so many cells, spread over all axes, and holds the rest until a release; 0: all
  bool again = false;        // makes a campaign also where an equal manifest is being rendered
  bool anew = false;         // takes nothing over from earlier revisions
  bool operator==(const Submit&) const = default;
};

struct CampaignList {
  bool archived = false;  // these too
  bool operator==(const CampaignList&) const = default;
};

struct CampaignInfo {
  std::string campaign;  // "name" (its newest revision) or "name#2"
  bool operator==(const CampaignInfo&) const = default;
};

enum class Verb { kPause, kResume, kCancel, kRequeue, kRelease, kPriority, kArchive, kUnarchive, kDelete };

struct CampaignVerb {
  std::string campaign;
  Verb verb = Verb::kPause;
  std::string slice;          // of all but kArchive, kUnarchive and kDelete; empty means all cells
  std::set<JobState> states;  // of kRequeue; empty means failed, rejected and cancelled
  int priority = 0;           // of kPriority
  bool operator==(const CampaignVerb&) const = default;
};

struct JobList {
  std::string campaign;
  std::string slice;           // empty means all cells
  std::set<JobState> states;   // empty means all
  JobIndex after = 0;          // rows from this index on
  std::uint32_t limit = 1000;  // at most limits::kMaxPageRows
  bool kept = false;           // of a campaign with select: only cells that it keeps
  bool operator==(const JobList&) const = default;
};

struct JobInfo {
  std::string campaign;
  std::string job;  // an index or an address
  bool operator==(const JobInfo&) const = default;
};

struct WorkerList {
  bool operator==(const WorkerList&) const = default;
};

struct WorkerInfo {
  std::string worker;
  bool operator==(const WorkerInfo&) const = default;
};

enum class WorkerOrder { kDrain, kUndrain, kCordon, kUncordon };

struct WorkerVerb {
  std::string worker;
  WorkerOrder order = WorkerOrder::kDrain;
  bool operator==(const WorkerVerb&) const = default;
};

// Why a job does not run, or what it does.
struct JobExplain {
  std::string campaign;
  std::string job;  // an index or an address
  bool operator==(const JobExplain&) const = default;
};

// Lines of the event log, the oldest first.
struct EventList {
  std::uint64_t since = 0;     // ids after this one
  std::uint32_t limit = 1000;  // at most limits::kMaxPageRows
  std::string campaign = {};   // of this campaign only; empty means all
  WallMillis from = 0;         // not before this time; 0: any
  bool operator==(const EventList&) const = default;
};

struct ServerInfo {
  bool operator==(const ServerInfo&) const = default;
};

struct ServerStop {
  bool operator==(const ServerStop&) const = default;
};

// Removes artifacts that nothing names any more.
struct StoreGc {
  bool dry_run = false;  // counts them only
  bool operator==(const StoreGc&) const = default;
};

// Which cells have a result that was committed after another one; results count up over all campaigns. Answered by
// JSON: {schema, campaign, select: whether it has one, cells: [index ...] in the order of commits, next, more}; ask on
// with since = next.
struct ResultChanges {
  std::string campaign;
  std::optional<std::uint64_t> since = {};  // absent: asks for the newest number alone
  bool operator==(const ResultChanges&) const = default;
};

// The finished pictures of a campaign, a page at a time in the order of the index.
struct ResultList {
  std::string campaign;
  std::string slice;
  JobIndex after = 0;
  std::uint32_t limit = 1000;
  bool kept = false;                 // as of JobList
  std::vector<JobIndex> cells = {};  // of these alone, where there are some; at most limits::kMaxPageRows
  bool operator==(const ResultList&) const = default;
};

struct ClientRequest {
  std::uint64_t id = 0;
  std::variant<Submit, CampaignList, CampaignInfo, CampaignVerb, JobList, JobInfo, WorkerList, WorkerInfo, WorkerVerb,
               ServerInfo, ServerStop, ResultList, JobExplain, EventList, StoreGc, ResultChanges>
      body;
  bool operator==(const ClientRequest&) const = default;
};

struct PictureRow {
  JobIndex index = 0;
  std::uint32_t generation = 0;
  std::string path;  // output.path filled in for the cell: relative, confined
  std::string address;
  Artifact image;
  JobState state = JobState::kDone;  // or kRejected
  std::optional<bool> kept = {};     // by select; unknown while its group is open
  std::optional<double> score = {};  // that select compares
  std::string scores = {};           // all of the result's, a JSON object; empty for none
  bool operator==(const PictureRow&) const = default;
};

struct ResultPage {
  std::string campaign;  // "name#revision"
  std::vector<PictureRow> rows;
  JobIndex next = 0;  // ask again with after = next while more is true
  bool more = false;
  bool operator==(const ResultPage&) const = default;
};

struct ClientReply {
  std::uint64_t id = 0;
  Status status;                   // with its place, where there is one
  std::string json;                // one value with a `schema` number: what --output json prints
  std::optional<ResultPage> page;  // instead, of ResultList
};

// As the worker protocol's: encoding never fails, decoding trusts nothing and names the field that is wrong.
std::string encode(const ClientRequest& request);
std::string encode(const ClientReply& reply);
Result<ClientRequest> decode_request(std::string_view bytes);
Result<ClientReply> decode_reply(std::string_view bytes);

// The id of a request whose body is wrong, so that it can be answered; 0 when even that is not to be had.
std::uint64_t request_id(std::string_view bytes);

}  // namespace troupe::wire
