#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/wire/client_messages.h"
#include "common/wire/convert_parts.h"
#include "common/wire/text.h"
#include "common/wire/version.h"
#include "troupe/v1/client.pb.h"

namespace troupe::wire {
namespace {

constexpr Code kCodes[] = {Code::kInvalid,          Code::kNotFound,    Code::kAlreadyExists,
                           Code::kPermissionDenied, Code::kUnavailable, Code::kTimeout,
                           Code::kCancelled,        Code::kCorrupt,     Code::kTooLarge,
                           Code::kNoSpace,          Code::kIo,          Code::kInternal};

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
  }
  return v1::VERB_UNSPECIFIED;
}

struct Writer {
  v1::ClientRequest& request;

  void operator()(const Submit& body) const {
    request.mutable_submit()->set_manifest_json(body.manifest_json);
    request.mutable_submit()->set_key(body.key);
  }
  void operator()(const CampaignList&) const { request.mutable_campaign_list(); }
  void operator()(const CampaignInfo& body) const { request.mutable_campaign_info()->set_campaign(body.campaign); }
  void operator()(const CampaignVerb& body) const {
    v1::CampaignVerb& message = *request.mutable_campaign_verb();
    message.set_campaign(body.campaign);
    message.set_verb(write_verb(body.verb));
    message.set_slice(body.slice);
    write_states(body.states, message);
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
  void operator()(const WorkerDrain& body) const {
    request.mutable_worker_drain()->set_worker(body.worker);
    request.mutable_worker_drain()->set_off(body.off);
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

Submit read(const Fields& fields, const v1::Submit& message) {
  if (message.manifest_json().empty()) fields.fail("manifest_json", "is empty");
  return {fields.text("manifest_json", message.manifest_json(), limits::kMaxManifestBytes),
          fields.optional_name("key", message.key())};
}

CampaignInfo read(const Fields& fields, const v1::CampaignInfo& message) {
  return {read_campaign(fields, message.campaign())};
}

CampaignVerb read(const Fields& fields, const v1::CampaignVerb& message) {
  return {read_campaign(fields, message.campaign()), read_verb(fields, message.verb()),
          read_slice(fields, message.slice()), read_states(fields, message)};
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

ResultList read(const Fields& fields, const v1::ResultList& message) {
  return {read_campaign(fields, message.campaign()), read_slice(fields, message.slice()), message.after(),
          read_limit(fields, message.limit()), message.kept()};
}

void read_body(const Fields& fields, const v1::ClientRequest& message, ClientRequest& request) {
  switch (message.body_case()) {
    case v1::ClientRequest::kSubmit: request.body = read(fields.part("submit"), message.submit()); break;
    case v1::ClientRequest::kCampaignList: request.body = CampaignList{}; break;
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
    case v1::ClientRequest::kWorkerDrain:
      request.body = WorkerDrain{fields.part("worker_drain").name("worker", message.worker_drain().worker()),
                                 message.worker_drain().off()};
      break;
    case v1::ClientRequest::kServerInfo: request.body = ServerInfo{}; break;
    case v1::ClientRequest::kServerStop: request.body = ServerStop{}; break;
    case v1::ClientRequest::kResultList: request.body = read(fields.part("result_list"), message.result_list()); break;
    default: fields.fail("body", "is nothing that a client asks of this coordinator");
  }
}

// ---- replies ----

void write_status(const Status& status, v1::ClientReply& message) {
  message.set_error_code(code_name(status.code()));
  message.set_error_message(fit_text(status.message(), limits::kMaxManifestBytes));
  if (!status.place()) return;
  message.set_error_file(fit_text(status.place()->file, limits::kMaxPathBytes));
  message.set_error_line(static_cast<std::uint32_t>(std::max(status.place()->line, 0)));
  message.set_error_column(static_cast<std::uint32_t>(std::max(status.place()->column, 0)));
}

Status read_status(const v1::ClientReply& message) {
  Code code = Code::kInternal;  // of a coordinator newer than this
  for (const Code known : kCodes) {
    if (message.error_code() == code_name(known)) code = known;
  }
  if (message.error_file().empty() && message.error_line() == 0) return Status(code, message.error_message());
  return Status(
      code, message.error_message(),
      Place{message.error_file(), static_cast<int>(message.error_line()), static_cast<int>(message.error_column())});
}

void write_page(const ResultPage& page, v1::ResultPage& message) {
  message.set_campaign(page.campaign);
  for (const PictureRow& row : page.rows) {
    v1::ResultRow& written = *message.add_rows();
    written.set_index(row.index);
    written.set_generation(row.generation);
    written.set_path(row.path);
    written.set_address(row.address);
    write_artifact(row.image, *written.mutable_image());
    written.set_state(std::string(name(row.state)));
    if (row.kept) written.set_kept(*row.kept);
    if (row.score) written.set_score(*row.score);
    written.set_scores(row.scores);
  }
  message.set_next(page.next);
  message.set_more(page.more);
}

PictureRow read_row(const Fields& fields, const v1::ResultRow& message) {
  PictureRow row;
  row.index = message.index();
  row.generation = message.generation();
  row.path = fields.text("path", message.path(), limits::kMaxPathBytes);
  if (!is_confined(row.path)) fields.fail("path", "leaves the folder that pictures go to");
  row.address = fields.text("address", message.address(), limits::kMaxSliceBytes);
  fields.require("image", message.has_image());
  row.image = read_artifact(fields.part("image"), message.image());
  const auto state = job_state(message.state());
  if (!state) fields.fail("state", "is no state of a job");
  row.state = state.value_or(JobState::kDone);
  if (message.has_kept()) row.kept = message.kept();
  if (message.has_score()) row.score = message.score();
  row.scores = fields.text("scores", message.scores(), limits::kMaxScoresBytes);
  return row;
}

ResultPage read_page(const Fields& fields, const v1::ResultPage& message) {
  ResultPage page;
  page.campaign = message.campaign();
  page.next = message.next();
  page.more = message.more();
  if (!fields.count("rows", message.rows_size(), limits::kMaxPageRows)) return page;
  for (int i = 0; i < message.rows_size(); ++i) page.rows.push_back(read_row(fields.part("rows", i), message.rows(i)));
  return page;
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

std::string encode(const ClientReply& reply) {
  v1::ClientReply message;
  message.set_protocol(kProtocol);
  message.set_id(reply.id);
  if (!reply.status.ok()) {
    write_status(reply.status, message);
  } else if (reply.page) {
    write_page(*reply.page, *message.mutable_result_page());
  } else {
    message.set_json(reply.json);
  }
  return message.SerializeAsString();
}

Result<ClientReply> decode_reply(std::string_view bytes) {
  v1::ClientReply message;
  TROUPE_RETURN_IF_ERROR(parse(bytes, message));
  ClientReply reply;
  reply.id = message.id();
  if (!message.error_code().empty()) {
    reply.status = read_status(message);
    return reply;
  }
  if (!is_spoken(message.protocol())) {
    return Status(Code::kInvalid, "the coordinator answers in protocol " + std::to_string(message.protocol()) +
                                      ", which this `troupe` does not speak: use one of the same release");
  }
  Status status;
  const Fields fields(status);
  switch (message.body_case()) {
    case v1::ClientReply::kJson: reply.json = message.json(); break;
    case v1::ClientReply::kResultPage: reply.page = read_page(fields.part("result_page"), message.result_page()); break;
    default: fields.fail("body", "is no answer");
  }
  if (!status.ok()) return status;
  return reply;
}

}  // namespace troupe::wire
