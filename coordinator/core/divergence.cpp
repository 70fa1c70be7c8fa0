#include "coordinator/core/divergence.h"

#include <nlohmann/json.hpp>

#include "coordinator/core/step.h"

namespace troupe::core {
namespace {

using nlohmann::json;

constexpr char kImage[] = "image";
constexpr char kOtherImage[] = "other_image";

RecentPicture picture_of(const JobResult& result, const WorkerId& worker) {
  RecentPicture picture{result.pixel_digest, {}, result.numerics_class, worker};
  for (const Artifact& artifact : result.artifacts) {
    if (artifact.name == "image") picture.image = artifact.digest;
  }
  return picture;
}

}  // namespace

void compare_pictures(Step& step, const Campaign& campaign, const JobResult& result, const WorkerId& worker) {
  if (result.outcome != Outcome::kDone || result.pixel_digest == Digest()) return;
  const RecentPicture picture = picture_of(result, worker);
  const auto other = step.farm.recent.compare({campaign.row.id, result.ticket.index}, picture);
  if (!other) return;
  for (const WorkerId& id : {worker, other->worker}) {
    if (Worker* known = step.farm.find(id)) ++known->divergences;
  }
  const std::string job = campaign.label() + " " + campaign.describe(result.ticket.index);
  step.warn(job + " has other pixels from " + worker.value + " than from " + other->worker.value +
            ", though both compute alike (" + picture.numerics_class + ")");
  const json detail = {{"index", result.ticket.index},        {"numerics_class", picture.numerics_class},
                       {kImage, picture.image.hex()},         {"pixels", picture.pixels.hex()},
                       {"other_worker", other->worker.value}, {kOtherImage, other->image.hex()},
                       {"other_pixels", other->pixels.hex()}};
  step.log(kDivergence, campaign.label(), worker.value, detail.dump());
}

std::vector<Digest> divergent_images(const std::string& detail_json) {
  const json detail = json::parse(detail_json, nullptr, false);
  std::vector<Digest> images;
  if (!detail.is_object()) return images;
  for (const char* key : {kImage, kOtherImage}) {
    const auto text = detail.find(key);
    if (text == detail.end() || !text->is_string()) continue;
    if (const auto digest = Digest::from_hex(text->get<std::string>())) images.push_back(*digest);
  }
  return images;
}

}  // namespace troupe::core
