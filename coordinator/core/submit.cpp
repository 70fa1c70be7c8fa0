#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/limits.h"
#include "coordinator/core/order_facts.h"
#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

// existing: the campaign was there before this submit.
std::string submitted_json(const Campaign& campaign, bool existing) {
  const std::optional<std::uint64_t> held = campaign.held_cells();
  return nlohmann::json{{"schema", 1},
                        {"existing", existing},
                        {"state", name(campaign.row.state)},
                        {"done", campaign.done.size()},
                        {"held", held ? nlohmann::json(*held) : nlohmann::json(nullptr)},
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
  const bool first = earlier == farm.by_name.end();
  row.revision = farm.revisions.next(row.name, first ? 0 : farm.find(earlier->second.back())->row.revision);
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

// The newest revision, where it is being rendered and its manifest is this one.
const Campaign* still_rendered(const FarmState& farm, const std::string& name, const Digest& spec) {
  const auto revisions = farm.by_name.find(name);
  if (revisions == farm.by_name.end()) return nullptr;
  const Campaign* newest = farm.find(revisions->second.back());
  return newest->row.spec == spec && !is_terminal(newest->row.state) ? newest : nullptr;
}

Status check_sample(const SubmitCampaign& event) {
  if (event.sample <= limits::kMaxSample) return {};
  return Status(Code::kInvalid, "a sample has at most " + std::to_string(limits::kMaxSample) + " pictures, not " +
                                    std::to_string(event.sample));
}

}  // namespace

void on_submit(Step& step, const SubmitCampaign& event) {
  FarmState& farm = step.farm;
  const manifest::Manifest& manifest = event.manifest;
  const Result<const Campaign*> earlier = earlier_submit(farm, event.key, manifest.digest());
  if (!earlier.ok() || *earlier) {
    step.out.replies.push_back({event.request, earlier.status(), earlier.ok() ? submitted_json(**earlier, false) : ""});
    return;
  }
  if (const Campaign* same = event.again ? nullptr : still_rendered(farm, manifest.name(), manifest.digest())) {
    step.out.replies.push_back({event.request, Status(), submitted_json(*same, true)});
    return;
  }
  if (const Status status = check_sample(event); !status.ok()) {
    step.out.replies.push_back({event.request, status, ""});
    return;
  }
  const CampaignRow row = make_row(farm, manifest, event.key, step.wall);
  // The text is kept as the manifest spells it, so that row.spec is its digest.
  step.out.edits.push_back(CampaignAdded{row, manifest.resolved()});
  for (FactStored& fact : farm.revisions.given(row.name)) step.out.edits.push_back(std::move(fact));
  farm.add(Campaign(row, manifest));
  Campaign& campaign = farm.campaigns.at(row.id);
  campaign.anew = event.anew;
  if (event.sample > 0 && event.sample < row.cells) campaign.holds.set_sample(campaign.sweep(), event.sample);
  campaign.holds_changed();
  if (campaign.anew || !campaign.holds.empty()) save_orders(step, campaign);
  step.log("submitted", campaign.label(), "",
           nlohmann::json{{"jobs", row.cells}, {"sample", campaign.holds.sample_cells()}}.dump());
  step.info("campaign " + campaign.label() + " submitted: " + std::to_string(row.cells) + " jobs");
  step.out.replies.push_back({event.request, Status(), submitted_json(campaign, false)});
}

}  // namespace troupe::core
