#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/wire/client_messages.h"
#include "common/wire/convert_parts.h"
#include "common/wire/text.h"
#include "common/wire/version.h"
#include "troupe/v1/client.pb.h"

namespace troupe::wire {
namespace {

// ---- requests out ----

template <typename States, typename Message>
void write_states(const States& states, Message& message) {
  for (const JobState state : states) message.add_states(std::string(name(state)));
}

v1::Verb write_verb(Verb verb) {
  switch (verb) {
    case Verb::kPause: return v1::VERB_PAUSE;
    case Verb::kResume: return v1::VERB_RESUME;
    case Verb::kCancel: return v1::VERB_CANCEL;
    case Verb::kRequeue: return v1::VERB_REQUEUE;
    case Verb::kRelease: return v1::VERB_RELEASE;
    case Verb::kPriority: return v1::VERB_PRIORITY;
    case Verb::kArchive: return v1::VERB_ARCHIVE;
    case Verb::kUnarchive: return v1::VERB_UNARCHIVE;
    case Verb::kDelete: return v1::VERB_DELETE;
  }
  return v1::VERB_UNSPECIFIED;
}

v1::WorkerOrder write_order(WorkerOrder order) {
  switch (order) {
    case WorkerOrder::kDrain: return v1::WORKER_ORDER_DRAIN;
    case WorkerOrder::kUndrain: return v1::WORKER_ORDER_UNDRAIN;
    case WorkerOrder::kCordon: return v1::WORKER_ORDER_CORDON;
    case WorkerOrder::kUncordon: return v1::WORKER_ORDER_UNCORDON;
  }
  return v1::WORKER_ORDER_UNSPECIFIED;
}

struct Writer {
  v1::ClientRequest& request;

  void operator()(const Submit& body) const {
    v1::Submit& message = *request.mutable_submit();
    message.set_manifest_json(body.manifest_json);
    message.set_key(body.key);
    if (body.spec) message.set_spec(std::string(body.spec->view()));
    message.set_sample(body.sample);
    message.set_again(body.again);
    message.set_anew(body.anew);
  }
  void operator()(const CampaignList& body) const { request.mutable_campaign_list()->set_archived(body.archived); }
  void operator()(const CampaignInfo& body) const { request.mutable_campaign_info()->set_campaign(body.campaign); }
  void operator()(const CampaignVerb& body) const {
    v1::CampaignVerb& message = *request.mutable_campaign_verb();
    message.set_campaign(body.campaign);
    message.set_verb(write_verb(body.verb));
    message.set_slice(body.slice);
    write_states(body.states, message);
    message.set_priority(body.priority);
  }
  void operator()(const JobList& body) const {
    v1::JobList& message = *request.mutable_job_list();
    message.set_campaign(body.campaign);
    message.set_slice(body.slice);
    write_states(body.states, message);
    message.set_after(body.after);
    message.set_limit(body.limit);
    message.set_kept(body.kept);
  }
  void operator()(const JobInfo& body) const {
    request.mutable_job_info()->set_campaign(body.campaign);
    request.mutable_job_info()->set_job(body.job);
  }
  void operator()(const WorkerList&) const { request.mutable_worker_list(); }
  void operator()(const WorkerInfo& body) const { request.mutable_worker_info()->set_worker(body.worker); }
  void operator()(const WorkerVerb& body) const {
    request.mutable_worker_verb()->set_worker(body.worker);
    request.mutable_worker_verb()->set_order(write_order(body.order));
  }
  void operator()(const JobExplain& body) const {
    request.mutable_job_explain()->set_campaign(body.campaign);
    request.mutable_job_explain()->set_job(body.job);
  }
  void operator()(const EventList& body) const {
    v1::EventList& message = *request.mutable_event_list();
    message.set_since(body.since);
    message.set_limit(body.limit);
    message.set_campaign(body.campaign);
    message.set_from(body.from);
  }
  void operator()(const ServerInfo&) const { request.mutable_server_info(); }
  void operator()(const ServerStop&) const { request.mutable_server_stop(); }
  void operator()(const ResultList& body) const {
    v1::ResultList& message = *request.mutable_result_list();
    message.set_campaign(body.campaign);
    message.set_slice(body.slice);
    message.set_after(body.after);
    message.set_limit(body.limit);
    message.set_kept(body.kept);
    message.mutable_cells()->Add(body.cells.begin(), body.cells.end());
  }
  void operator()(const StoreGc& body) const { request.mutable_store_gc()->set_dry_run(body.dry_run); }
  void operator()(const ResultChanges& body) const {
    request.mutable_result_changes()->set_campaign(body.campaign);
    if (body.since) request.mutable_result_changes()->set_since(*body.since);
  }
};

// ---- requests in ----

// "name#revision" is a little longer than a name.
std::string read_campaign(const Fields& fields, const std::string& campaign) {
  if (campaign.empty()) fields.fail("campaign", "is empty");
  return fields.text("campaign", campaign, limits::kMaxNameBytes + 16);
}

template <typename Message>
std::set<JobState> read_states(const Fields& fields, const Message& message) {
  std::set<JobState> states;
  if (!fields.count("states", message.states_size(), kJobStates)) return states;
  for (const std::string& text : message.states()) {
    if (const auto state = job_state(text)) {
      states.insert(*state);
    } else {
      fields.fail("states", "'" + fit_text(text, limits::kMaxNameBytes) + "' is no state of a job");
    }
  }
  return states;
}

Verb read_verb(const Fields& fields, v1::Verb verb) {
  switch (verb) {
    case v1::VERB_PAUSE: return Verb::kPause;
    case v1::VERB_RESUME: return Verb::kResume;
    case v1::VERB_CANCEL: return Verb::kCancel;
    case v1::VERB_REQUEUE: return Verb::kRequeue;
    case v1::VERB_RELEASE: return Verb::kRelease;
    case v1::VERB_PRIORITY: return Verb::kPriority;
    case v1::VERB_ARCHIVE: return Verb::kArchive;
    case v1::VERB_UNARCHIVE: return Verb::kUnarchive;
    case v1::VERB_DELETE: return Verb::kDelete;
    default: fields.fail("verb", "is unknown (" + std::to_string(verb) + ")"); return Verb::kPause;
  }
}

std::string read_slice(const Fields& fields, const std::string& slice) {
  return fields.text("slice", slice, limits::kMaxSliceBytes);
}

// 0 asks for as many as there may be.
std::uint32_t read_limit(const Fields& fields, std::uint32_t limit) {
  if (limit == 0) return limits::kMaxPageRows;
  return static_cast<std::uint32_t>(fields.at_most("limit", limit, limits::kMaxPageRows));
}

WorkerOrder read_order(const Fields& fields, v1::WorkerOrder order) {
  switch (order) {
    case v1::WORKER_ORDER_DRAIN: return WorkerOrder::kDrain;
    case v1::WORKER_ORDER_UNDRAIN: return WorkerOrder::kUndrain;
    case v1::WORKER_ORDER_CORDON: return WorkerOrder::kCordon;
    case v1::WORKER_ORDER_UNCORDON: return WorkerOrder::kUncordon;
    default: fields.fail("order", "is unknown (" + std::to_string(order) + ")"); return WorkerOrder::kDrain;
  }
}

Submit read(const Fields& fields, const v1::Submit& message) {
  const bool by_spec = !message.spec().empty();
  if (message.manifest_json().empty() != by_spec) fields.fail("manifest_json", "or spec must be there, and one alone");
  Submit submit{fields.text("manifest_json", message.manifest_json(), limits::kMaxManifestBytes),
                fields.optional_name("key", message.key())};
  if (by_spec) submit.spec = fields.digest("spec", message.spec());
  submit.sample = fields.at_most("sample", message.sample(), limits::kMaxCells);
  submit.again = message.again();
  submit.anew = message.anew();
  return submit;
}

CampaignInfo read(const Fields& fields, const v1::CampaignInfo& message) {
  return {read_campaign(fields, message.campaign())};
}

int read_priority(const Fields& fields, std::int32_t priority) {
  if (std::abs(priority) > limits::kMaxPriority) {
    fields.fail("priority", "lies between -" + std::to_string(limits::kMaxPriority) + " and " +
                                std::to_string(limits::kMaxPriority));
  }
  return priority;
}

CampaignVerb read(const Fields& fields, const v1::CampaignVerb& message) {
  return {read_campaign(fields, message.campaign()), read_verb(fields, message.verb()),
          read_slice(fields, message.slice()), read_states(fields, message), read_priority(fields, message.priority())};
}

JobList read(const Fields& fields, const v1::JobList& message) {
  return {read_campaign(fields, message.campaign()),
          read_slice(fields, message.slice()),
          read_states(fields, message),
          message.after(),
          read_limit(fields, message.limit()),
          message.kept()};
}

JobInfo read(const Fields& fields, const v1::JobInfo& message) {
  return {read_campaign(fields, message.campaign()), fields.text("job", message.job(), limits::kMaxSliceBytes)};
}

JobExplain read(const Fields& fields, const v1::JobExplain& message) {
  return {read_campaign(fields, message.campaign()), fields.text("job", message.job(), limits::kMaxSliceBytes)};
}

EventList read(const Fields& fields, const v1::EventList& message) {
  return {message.since(), read_limit(fields, message.limit()),
          fields.text("campaign", message.campaign(), limits::kMaxNameBytes + 16), message.from()};
}

ResultList read(const Fields& fields, const v1::ResultList& message) {
  ResultList list{read_campaign(fields, message.campaign()), read_slice(fields, message.slice()), message.after(),
                  read_limit(fields, message.limit()), message.kept()};
  if (fields.count("cells", message.cells_size(), limits::kMaxPageRows)) {
    list.cells.assign(message.cells().begin(), message.cells().end());
  }
  return list;
}

ResultChanges read(const Fields& fields, const v1::ResultChanges& message) {
  ResultChanges changes{read_campaign(fields, message.campaign())};
  if (message.has_since()) changes.since = message.since();
  return changes;
}

void read_body(const Fields& fields, const v1::ClientRequest& message, ClientRequest& request) {
  switch (message.body_case()) {
    case v1::ClientRequest::kSubmit: request.body = read(fields.part("submit"), message.submit()); break;
    case v1::ClientRequest::kCampaignList: request.body = CampaignList{message.campaign_list().archived()}; break;
    case v1::ClientRequest::kCampaignInfo:
      request.body = read(fields.part("campaign_info"), message.campaign_info());
      break;
    case v1::ClientRequest::kCampaignVerb:
      request.body = read(fields.part("campaign_verb"), message.campaign_verb());
      break;
    case v1::ClientRequest::kJobList: request.body = read(fields.part("job_list"), message.job_list()); break;
    case v1::ClientRequest::kJobInfo: request.body = read(fields.part("job_info"), message.job_info()); break;
    case v1::ClientRequest::kWorkerList: request.body = WorkerList{}; break;
    case v1::ClientRequest::kWorkerInfo:
      request.body = WorkerInfo{fields.part("worker_info").name("worker", message.worker_info().worker())};
      break;
    case v1::ClientRequest::kWorkerVerb: {
      const Fields verb = fields.part("worker_verb");
      request.body = WorkerVerb{verb.name("worker", message.worker_verb().worker()),
                                read_order(verb, message.worker_verb().order())};
      break;
    }
    case v1::ClientRequest::kJobExplain: request.body = read(fields.part("job_explain"), message.job_explain()); break;
    case v1::ClientRequest::kEventList: request.body = read(fields.part("event_list"), message.event_list()); break;
    case v1::ClientRequest::kServerInfo: request.body = ServerInfo{}; break;
    case v1::ClientRequest::kServerStop: request.body = ServerStop{}; break;
    case v1::ClientRequest::kResultList: request.body = read(fields.part("result_list"), message.result_list()); break;
    case v1::ClientRequest::kStoreGc: request.body = StoreGc{message.store_gc().dry_run()}; break;
    case v1::ClientRequest::kResultChanges:
      request.body = read(fields.part("result_changes"), message.result_changes());
      break;
    default: fields.fail("body", "is nothing that a client asks of this coordinator");
  }
}

}  // namespace

std::string encode(const ClientRequest& request) {
  v1::ClientRequest message;
  message.set_protocol(kProtocol);
  message.set_id(request.id);
  std::visit(Writer{message}, request.body);
  return message.SerializeAsString();
}

Result<ClientRequest> decode_request(std::string_view bytes) {
  v1::ClientRequest message;
  TROUPE_RETURN_IF_ERROR(parse(bytes, message));
  if (!is_spoken(message.protocol())) {
    return Status(Code::kInvalid, "this coordinator speaks protocol " + std::to_string(kProtocolMin) + " to " +
                                      std::to_string(kProtocolMax) + ", not " + std::to_string(message.protocol()) +
                                      ": use a `troupe` of the same release");
  }
  Status status;
  ClientRequest request;
  request.id = message.id();
  read_body(Fields(status), message, request);
  if (!status.ok()) return status;
  return request;
}

std::uint64_t request_id(std::string_view bytes) {
  v1::ClientRequest message;
  return parse(bytes, message).ok() ? message.id() : 0;
}

}  // namespace troupe::wire
