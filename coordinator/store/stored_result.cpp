#include "coordinator/store/stored_result.h"

#include "common/wire/convert.h"
#include "common/wire/scratch.h"
#include "troupe/v1/store.pb.h"

namespace troupe::store {

void encode_result(const core::ResultCommitted& edit, std::string& bytes) {
  wire::Scratch<v1::StoredResult> stored;
  wire::to_proto(edit.result, *stored->mutable_result());
  stored->mutable_result()->clear_ticket();
  stored->set_worker(edit.worker.value);
  stored->set_finished_wall_ms(edit.finished);
  stored->SerializeToString(&bytes);
}

Result<ResultRow> decode_result(std::string_view bytes, const Ticket& key, Rank rank) {
  v1::StoredResult stored;
  if (!stored.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Status(Code::kCorrupt, "it is no stored result");
  }
  Result<JobResult> result = wire::from_proto(stored.result(), wire::TicketPart::kLeftOut);
  if (!result.ok()) return Status(Code::kCorrupt, result.status().message());
  result->ticket = key;
  return ResultRow{rank, std::move(*result), WorkerId{stored.worker()}, stored.finished_wall_ms()};
}

Status visit_artifacts(std::string_view bytes, const std::function<void(const Artifact&)>& visit) {
  v1::StoredResult stored;
  if (!stored.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Status(Code::kCorrupt, "it is no stored result");
  }
  for (const v1::Artifact& artifact : stored.result().artifacts()) {
    const auto digest = Digest::from_bytes(artifact.digest());
    if (!digest) return Status(Code::kCorrupt, "it names an artifact without a digest");
    visit({artifact.name(), *digest, artifact.bytes(), artifact.media_type()});
  }
  return {};
}

}  // namespace troupe::store
