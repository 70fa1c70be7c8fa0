#include "coordinator/server/job_json.h"

#include "common/base/limits.h"

namespace troupe::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxPageBytes = limits::kMaxMessageBytes / 2;

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

json row_json(const core::JobRow& row) {
  json job = {{"index", row.index},
              {"address", row.address},
              {"state", name(row.state)},
              {"generation", row.generation},
              {"attempt", row.attempt},
              {"failures", row.failures},
              {"worker", text_or_null(row.worker)},
              {"stage", text_or_null(row.stage)},
              {"step", nullptr},
              {"steps", nullptr},
              {"reason", text_or_null(row.reason)},
              {"kept", row.kept ? json(*row.kept) : json(nullptr)},
              {"score", row.score ? json(*row.score) : json(nullptr)}};
  if (!row.stage.empty()) {
    job["step"] = row.step;
    job["steps"] = row.steps;
  }
  return job;
}

void add_result(const store::ResultRow& row, json& job) {
  const JobResult& result = row.result;
  for (const StageTiming& timing : result.timings) {
    job["timings"].push_back({{"stage", timing.stage}, {"seconds", timing.seconds}, {"reused", timing.reused}});
  }
  for (const Artifact& artifact : result.artifacts) {
    job["artifacts"].push_back({{"name", artifact.name},
                                {"sha256", artifact.digest.hex()},
                                {"bytes", artifact.bytes},
                                {"media_type", artifact.media_type}});
  }
  job["log"] = result.log;
  job["result_generation"] = result.ticket.generation;
  if (job["attempt"] == 0 && job["generation"] == result.ticket.generation) job["attempt"] = result.ticket.attempt;
  job["outcome"] = name(result.outcome);
  job["seconds"] = result.seconds;
  job["effective_seed"] = result.effective_seed;
  if (result.pixel_digest != Digest()) job["pixel_sha256"] = result.pixel_digest.hex();
  job["numerics_class"] = text_or_null(result.numerics_class);
  if (result.fault != Fault::kNone) job["fault"] = name(result.fault);
  job["finished"] = iso8601(row.finished);
  job["metadata"] = parse_metadata(result.metadata_json);
  if (job["reason"].is_null()) job["reason"] = text_or_null(result.reason);
  if (job["worker"].is_null()) job["worker"] = text_or_null(row.worker.value);
}

}  // namespace

json parse_metadata(const std::string& text) {
  bool too_deep = false;
  const auto look = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > static_cast<int>(limits::kMaxJsonDepth);
    return !too_deep;
  };
  const json metadata = json::parse(text, look, false);
  return too_deep || !metadata.is_object() ? json(nullptr) : metadata;
}

json job_list_json(const std::string& campaign, const core::JobPage& page) {
  json jobs = json::array();
  JobIndex next = page.next;
  bool more = page.more;
  std::size_t bytes = 0;
  for (const core::JobRow& row : page.rows) {
    json job = row_json(row);
    bytes += job.dump().size();
    if (bytes > kMaxPageBytes && !jobs.empty()) {
      next = row.index;
      more = true;
      break;
    }
    jobs.push_back(std::move(job));
  }
  return {{"schema", 1}, {"campaign", campaign}, {"jobs", std::move(jobs)}, {"next", next}, {"more", more}};
}

json job_info_json(const std::string& campaign, const core::JobRow& row, const std::string& path,
                   const std::optional<store::ResultRow>& result) {
  json job = row_json(row);
  job["schema"] = 1;
  job["campaign"] = campaign;
  job["path"] = text_or_null(path);
  for (const char* list : {"timings", "artifacts", "log"}) job[list] = json::array();
  for (const char* unknown : {"result_generation", "outcome", "seconds", "effective_seed", "pixel_sha256",
                              "numerics_class", "fault", "finished", "metadata"}) {
    job[unknown] = nullptr;
  }
  if (result) add_result(*result, job);
  return job;
}

}  // namespace troupe::server
