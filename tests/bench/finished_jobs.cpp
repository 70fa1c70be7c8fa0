#include "tests/bench/finished_jobs.h"

#include <algorithm>
#include <vector>

#include "common/manifest/manifest.h"
#include "common/wire/convert.h"
#include "tests/support/campaigns.h"

namespace troupe::bench {
namespace {

constexpr WallMillis kSomeTime = 1'767'225'600'000;
constexpr double kJobSeconds = 1.5;

}  // namespace

JobResult sample_result(const std::string& picture, std::size_t bytes) {
  JobResult result;
  result.ticket = {{1}, 1, 0, 1};
  result.artifacts = {{"image", sha256(picture), picture.size(), "image/png"}};
  result.pixel_digest = sha256("pixels");
  result.effective_seed = 12345;
  result.numerics_class = "1/2.13.0/AuthenticAMD-25-1/float32/1/1";
  result.timings = {{"generate", kJobSeconds, false}, {"upscale", 0.25, false}, {"encode", 0.01, false}};
  result.seconds = kJobSeconds;
  result.metadata_json = R"({"scores":{"blank":0.5,"identity":0.7},"text":""})";
  const std::size_t have = wire::encoded_bytes(result);
  if (bytes > have) result.metadata_json.insert(result.metadata_json.size() - 2, std::string(bytes - have, 'x'));
  return result;
}

std::string plain_manifest(const std::string& name, std::uint64_t cells) {
  testing::CampaignPlan plan;
  plan.name = name;
  plan.seeds = cells;
  return testing::resolved_json(plan);
}

Status add_campaign(store::Store& store, CampaignId id, const std::string& name, std::uint64_t cells) {
  TROUPE_ASSIGN_OR_RETURN(const auto manifest, manifest::Manifest::from_resolved(plain_manifest(name, cells)));
  core::CampaignRow row;
  row.id = id;
  row.name = name;
  row.spec = manifest.digest();
  row.cells = cells;
  row.submitted = kSomeTime;
  row.started = kSomeTime;
  const core::Edit edit = core::CampaignAdded{std::move(row), manifest.resolved()};
  return store.commit({&edit, 1});
}

Status finish_jobs(store::Store& store, CampaignId campaign, Rank first, Rank last, const JobResult& sample,
                   std::size_t batch) {
  const WorkerId worker{"worker-0"};
  for (Rank from = first; from < last; from += batch) {
    const Rank to = std::min<Rank>(last, from + batch);
    core::JobsGranted granted;
    std::vector<core::Edit> edits(1);
    for (Rank rank = from; rank < to; ++rank) {
      granted.grants.push_back({{from + 1}, campaign, rank, rank, 0, 1, worker, kSomeTime});
      core::ResultCommitted result{rank, sample, worker, kSomeTime, {}};
      result.result.ticket = {campaign, rank, 0, 1};
      edits.emplace_back(std::move(result));
    }
    edits.front() = std::move(granted);
    TROUPE_RETURN_IF_ERROR(store.commit(edits));
  }
  return {};
}

}  // namespace troupe::bench
