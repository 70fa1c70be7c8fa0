#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "worker/agent/session/session_state.h"

namespace troupe::agent {
namespace {

// Half of what a message may have: envelopes and the fields not counted here fit into the rest.
constexpr std::size_t kMostBatchBytes = limits::kMaxMessageBytes / 2;

std::size_t bytes_about(const JobResult& result) {
  std::size_t bytes = 512 + result.metadata_json.size() + result.reason.size() + result.numerics_class.size();
  for (const std::string& line : result.log) bytes += line.size() + 8;
  for (const Artifact& artifact : result.artifacts) bytes += artifact.name.size() + artifact.media_type.size() + 64;
  for (const StageTiming& timing : result.timings) bytes += timing.stage.size() + 24;
  return bytes;
}

void want_upload(Turn& turn, const Digest& digest) {
  turn.state.uploads.try_emplace(digest).first->second.again = turn.now;
}

void drop_idle_uploads(SessionState& state) {
  std::erase_if(state.uploads, [&](const auto& upload) {
    return std::none_of(state.outbox.begin(), state.outbox.end(), [&](const auto& entry) {
      return !entry.second.given_up && entry.second.missing.contains(upload.first);
    });
  });
}

void file_result(Turn& turn, const JobResult& result) {
  Stored stored;
  stored.result = result;
  stored.send_at = turn.now;
  for (const Artifact& artifact : result.artifacts) {
    stored.missing.insert(artifact.digest);
    want_upload(turn, artifact.digest);
  }
  const bool replaces = turn.state.outbox.contains(result.ticket);
  turn.state.outbox[result.ticket] = std::move(stored);
  if (replaces) drop_idle_uploads(turn.state);
}

// The artifact will never arrive. Its results become failures, which another try may mend.
void give_up(Turn& turn, const Digest& digest, const Status& status) {
  for (auto& [ticket, stored] : turn.state.outbox) {
    if (stored.given_up || !stored.missing.contains(digest)) continue;
    stored.given_up = true;
    JobResult failed;
    failed.ticket = ticket;
    failed.outcome = Outcome::kFailed;
    failed.fault = Fault::kWorker;
    failed.reason = "the picture was made but cannot be delivered: " + status.to_string();
    failed.seconds = stored.result.seconds;
    turn.warn(failed.reason);
    turn.out.push_back(StoreResult{std::move(failed)});
  }
}

}  // namespace

void take_over_outbox(Turn& turn, const std::vector<JobResult>& results) {
  for (const JobResult& result : results) file_result(turn, result);
}

void on_stored(Turn& turn, const JobResult& result) {
  SessionState& state = turn.state;
  const Job* job = state.find(result.ticket);
  if (job && job->unwanted) {
    turn.out.push_back(ForgetResults{{result.ticket}});
    return;  // the job goes when its engine is free
  }
  const std::size_t before = state.capacity();
  if (job) forget_job(state, result.ticket);
  // An ack names a ticket, not a result: of two results of one ticket only one may be on its way.
  const auto first = state.outbox.find(result.ticket);
  if (first == state.outbox.end() || first->second.given_up) file_result(turn, result);
  if (state.capacity() != before) state.link.heartbeat_soon = true;
}

void on_uploaded(Turn& turn, const Uploaded& event) {
  for (const Digest& digest : event.digests) {
    turn.state.uploads.erase(digest);
    for (auto& [ticket, stored] : turn.state.outbox) stored.missing.erase(digest);
  }
}

void on_upload_failed(Turn& turn, const UploadFailed& event) {
  const Code code = event.status.code();
  const bool never = code == Code::kNotFound || code == Code::kCorrupt || code == Code::kTooLarge;
  for (const Digest& digest : event.digests) {
    const auto at = turn.state.uploads.find(digest);
    if (at == turn.state.uploads.end()) continue;
    at->second.in_flight = false;
    at->second.again = turn.after(++at->second.tries);
    if (never) give_up(turn, digest, event.status);
  }
  if (never) drop_idle_uploads(turn.state);
}

void on_ack(Turn& turn, const Ack& ack) {
  SessionState& state = turn.state;
  const std::size_t before = state.capacity();
  ForgetResults forget;
  for (const Ticket& ticket : ack.tickets) {
    if (state.outbox.erase(ticket) > 0) forget.tickets.push_back(ticket);
  }
  drop_idle_uploads(state);
  if (!forget.tickets.empty()) turn.out.push_back(std::move(forget));
  if (state.capacity() != before) state.link.heartbeat_soon = true;
}

void on_need(Turn& turn, const Need& need) {
  for (const Digest& digest : need.digests) {
    for (auto& [ticket, stored] : turn.state.outbox) {
      const auto& artifacts = stored.result.artifacts;
      const bool names = std::any_of(artifacts.begin(), artifacts.end(),
                                     [&](const Artifact& artifact) { return artifact.digest == digest; });
      if (!names || stored.given_up) continue;
      stored.missing.insert(digest);
      stored.send_at = turn.now;
      want_upload(turn, digest);
    }
  }
}

void keep_delivering(Turn& turn) {
  SessionState& state = turn.state;
  UploadArtifacts upload;
  for (auto& [digest, attempt] : state.uploads) {
    if (attempt.in_flight || turn.now < attempt.again) continue;
    attempt.in_flight = true;
    upload.digests.push_back(digest);
  }
  if (!upload.digests.empty()) turn.out.push_back(std::move(upload));
  if (!state.link.welcomed) return;
  Results batch;
  std::size_t bytes = 0;
  for (auto& [ticket, stored] : state.outbox) {
    if (!stored.missing.empty() || stored.given_up || turn.now < stored.send_at) continue;
    const std::size_t more = bytes_about(stored.result);
    if (!batch.results.empty() &&
        (batch.results.size() == limits::kMaxBatchResults || bytes + more > kMostBatchBytes)) {
      turn.send(std::exchange(batch, {}));
      bytes = 0;
    }
    bytes += more;
    batch.results.push_back(stored.result);
    stored.send_at = turn.after(++stored.sends);
  }
  if (!batch.results.empty()) turn.send(std::move(batch));
}

}  // namespace troupe::agent
