#include <algorithm>

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
