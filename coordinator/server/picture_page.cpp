#include "coordinator/server/picture_page.h"

#include <algorithm>

#include "common/base/limits.h"
#include "common/manifest/job.h"
#include "coordinator/server/job_json.h"

namespace troupe::server {
namespace {

constexpr std::size_t kMaxPageBytes = limits::kMaxMessageBytes / 2;
constexpr std::size_t kRowBytes = 256;  // of a row less its texts, generously
constexpr std::string_view kPicture = "image";

// ["gates"] of a result's metadata, as text; empty for none, and for more than a page can carry for each row.
std::string scores_text(const std::string& metadata_json) {
  const nlohmann::json metadata = parse_metadata(metadata_json);
  if (!metadata.is_object() || !metadata.contains("gates") || !metadata["gates"].is_object()) return {};
  std::string text = metadata["gates"].dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return text.size() <= limits::kMaxScoresBytes ? text : "";
}

}  // namespace

Result<wire::ResultPage> picture_page(store::StoreReader& reader, CampaignId campaign,
                                      const manifest::Manifest& manifest, const core::JobPage& page) {
  std::vector<Rank> ranks;
  for (const core::JobRow& row : page.rows) ranks.push_back(row.rank);
  TROUPE_ASSIGN_OR_RETURN(const auto results, reader.results_by_rank(campaign, ranks));
  wire::ResultPage pictures;
  pictures.next = page.next;
  pictures.more = page.more;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    if (!results[i]) continue;
    const auto& artifacts = results[i]->result.artifacts;
    const auto image = std::find_if(artifacts.begin(), artifacts.end(),
                                    [](const Artifact& artifact) { return artifact.name == kPicture; });
    if (image == artifacts.end()) continue;
    const core::JobRow& row = page.rows[i];
    TROUPE_ASSIGN_OR_RETURN(std::string path, manifest::output_path(manifest, row.index));
    std::string scores = scores_text(results[i]->result.metadata_json);
    bytes += kRowBytes + path.size() + row.address.size() + scores.size();
    if (bytes > kMaxPageBytes && !pictures.rows.empty()) {
      pictures.next = row.index;
      pictures.more = true;
      break;
    }
    pictures.rows.push_back({row.index, results[i]->result.ticket.generation, std::move(path), row.address, *image,
                             row.state, row.kept, row.score, std::move(scores)});
  }
  return pictures;
}

}  // namespace troupe::server
