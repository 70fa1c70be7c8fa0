#include "coordinator/store/garbage.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/manifest/manifest.h"
#include "coordinator/core/divergence.h"

namespace troupe::store {
namespace {

// All digests that results, campaigns and divergences name, sorted.
Result<std::vector<Digest>> named_digests(StoreReader& reader) {
  std::vector<Digest> named;
  TROUPE_RETURN_IF_ERROR(reader.visit_artifacts([&](const Artifact& artifact) { named.push_back(artifact.digest); }));
  TROUPE_RETURN_IF_ERROR(reader.visit_manifests([&](const core::CampaignRow& row, const std::string& json) -> Status {
    named.push_back(row.spec);
    const auto manifest = manifest::Manifest::from_resolved(json);
    if (!manifest.ok()) return manifest.status().with_context("the manifest of " + row.name);
    for (const manifest::PromptGroup& group : manifest->groups()) {
      for (const manifest::NamedPrompt& entry : group.entries) {
        if (entry.reference) named.push_back(entry.reference->digest);
      }
    }
    return Status();
  }));
  TROUPE_RETURN_IF_ERROR(reader.visit_events(core::kDivergence, [&](const core::FarmEvent& event) {
    for (const Digest& image : core::divergent_images(event.detail_json)) named.push_back(image);
  }));
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  return named;
}

}  // namespace

Result<GarbageReport> collect_garbage(StoreReader& reader, BlobStore& blobs, bool dry_run) {
  TROUPE_ASSIGN_OR_RETURN(const std::vector<Digest> named, named_digests(reader));
  GarbageReport report;
  std::vector<std::pair<Digest, std::uint64_t>> unnamed;
  TROUPE_RETURN_IF_ERROR(blobs.visit([&](const Digest& digest, std::uint64_t bytes) {
    ++report.blobs;
    report.bytes += bytes;
    if (!std::binary_search(named.begin(), named.end(), digest)) unnamed.emplace_back(digest, bytes);
  }));
  if (!dry_run) TROUPE_RETURN_IF_ERROR(blobs.forget_halves());
  for (const auto& [digest, bytes] : unnamed) {
    ++report.unnamed;
    report.unnamed_bytes += bytes;
    if (dry_run) continue;
    TROUPE_ASSIGN_OR_RETURN(const bool removed, blobs.remove_idle(digest));
    if (!removed) continue;
    ++report.removed;
    report.removed_bytes += bytes;
  }
  return report;
}

}  // namespace troupe::store
