#include <nlohmann/json.hpp>
#include <utility>

#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

std::string submitted_json(const Campaign& campaign) {
  return nlohmann::json{{"schema", 1},
                        {"id", campaign.row.id.value},
                        {"campaign", campaign.label()},
                        {"name", campaign.row.name},
                        {"revision", campaign.row.revision},
                        {"cells", campaign.row.cells}}
      .dump();
}

CampaignRow make_row(FarmState& farm, const manifest::Manifest& manifest, const std::string& key, WallMillis wall) {
  CampaignRow row;
  row.id = CampaignId{++farm.last_campaign};
  row.name = manifest.name();
  const auto earlier = farm.by_name.find(row.name);
  if (earlier != farm.by_name.end()) row.revision = farm.campaigns.at(earlier->second.back()).row.revision + 1;
  row.project = manifest.project();
  row.priority = manifest.priority();
  row.spec = manifest.digest();
  row.submit_key = key;
  row.cells = manifest.sweep().cells();
  row.submitted = wall;
  return row;
}

// The campaign that this submit already made, or an error when its key was used for something else.
Result<const Campaign*> earlier_submit(const FarmState& farm, const std::string& key, const Digest& spec) {
  const auto at = farm.by_key.find(key);
  if (key.empty() || at == farm.by_key.end()) return nullptr;
  const Campaign* campaign = farm.find(at->second);
  if (campaign->row.spec == spec) return campaign;
  return Status(Code::kAlreadyExists, "the submit key \"" + key + "\" belongs to " + campaign->label() +
                                          ", which has another manifest: submit with a new key");
}

}  // namespace

void on_submit(Step& step, const SubmitCampaign& event) {
  FarmState& farm = step.farm;
  Result<manifest::Manifest> manifest = manifest::Manifest::from_resolved(event.manifest_json);
  if (!manifest.ok()) {
    step.out.replies.push_back({event.request, manifest.status(), ""});
    return;
  }
  const Result<const Campaign*> earlier = earlier_submit(farm, event.key, manifest->digest());
  if (!earlier.ok() || *earlier) {
    step.out.replies.push_back({event.request, earlier.status(), earlier.ok() ? submitted_json(**earlier) : ""});
    return;
  }
  const CampaignRow row = make_row(farm, *manifest, event.key, step.wall);
  // The text is kept as the manifest spells it, so that row.spec is its digest.
  step.out.edits.push_back(CampaignAdded{row, manifest->resolved()});
  farm.add(Campaign(row, std::move(manifest).value()));
  const Campaign& campaign = farm.campaigns.at(row.id);
  step.info("campaign " + campaign.label() + " submitted: " + std::to_string(row.cells) + " jobs");
  step.out.replies.push_back({event.request, Status(), submitted_json(campaign)});
}

}  // namespace troupe::core
