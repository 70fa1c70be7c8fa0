#include "tests/support/campaigns.h"

#include <nlohmann/json.hpp>

namespace troupe::testing {

std::string resolved_json(const CampaignPlan& plan) {
  nlohmann::ordered_json root;
  root["troupe"] = 1;
  root["name"] = plan.name;
  root["priority"] = plan.priority;
  root["pack"] = plan.pack;
  if (!plan.project.empty()) root["project"] = plan.project;
  nlohmann::ordered_json axes = nlohmann::ordered_json::object();
  std::string path = "{seed}.png";
  if (!plan.characters.empty()) {
    for (const std::string& character : plan.characters) {
      const auto own = plan.prompts.find(character);
      root["characters"][character] = {
          {"prompt", own == plan.prompts.end() ? "a portrait of " + character : own->second}};
    }
    axes["character"] = plan.characters;
    path = "{character}/" + path;
  }
  root["prompt"] = plan.characters.empty() ? "photo" : "photo of {character}";
  axes["seed"] = {{"from", 1}, {"count", plan.seeds}};
  root["sweep"]["axes"] = axes;
  if (plan.exclude_first) {
    nlohmann::ordered_json rule = {{"seed", nlohmann::ordered_json::array({1})}};
    if (!plan.characters.empty()) rule["character"] = nlohmann::ordered_json::array({plan.characters.front()});
    root["sweep"]["exclude"] = nlohmann::ordered_json::array({rule});
  }
  if (!plan.tags.empty()) root["sweep"]["require"]["tags"] = plan.tags;
  if (!plan.pool.empty()) root["sweep"]["require"]["pool"] = plan.pool;
  root["chain"] = nlohmann::ordered_json::array({{{"generate", {{"size", {64, 64}}, {"steps", 2}}}}});
  if (plan.select > 0) root["select"] = {{"keep", plan.select}, {"of", "seed"}, {"by", "sharpness"}};
  root["limits"] = {{"retries", plan.retries}, {"timeout", std::to_string(plan.timeout_seconds) + "s"}};
  if (plan.running > 0) root["limits"]["running"] = plan.running;
  if (plan.hours > 0) root["limits"]["hours"] = plan.hours;
  root["output"] = {{"path", path}};
  if (!plan.notify.empty()) root["notify"] = nlohmann::ordered_json::parse(plan.notify);
  return root.dump();
}

manifest::Manifest resolved(const CampaignPlan& plan) {
  return manifest::Manifest::from_resolved(resolved_json(plan)).value();
}

}  // namespace troupe::testing
