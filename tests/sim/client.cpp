#include "tests/sim/client.h"

#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

namespace troupe::sim {
namespace {

testing::CampaignPlan plan_campaign(World& world, std::size_t number) {
  testing::CampaignPlan plan;
  plan.name = number % 2 == 0 ? "spring" : "autumn";  // revisions too
  plan.priority = static_cast<int>(world.random.below(3));
  plan.pack = world.random.chance(0.9) ? "pocket" : "unknown";
  plan.seeds = 1 + world.random.below(world.knobs.most_seeds);
  if (world.random.chance(0.6)) plan.characters = {"mia", "leo"};
  plan.exclude_first = plan.seeds > 1 && world.random.chance(0.4);
  if (world.random.chance(0.5)) plan.select = 1 + world.random.below(plan.seeds);
  plan.retries = static_cast<int>(world.random.below(5));
  plan.timeout_seconds = 40;
  return plan;
}

}  // namespace

void Client::start() {
  for (std::size_t i = 0; i < world_.knobs.campaigns; ++i) {
    const std::string manifest = testing::resolved_json(plan_campaign(world_, i));
    const std::string key = "key" + std::to_string(i);
    world_.timeline.after(world_.between(Millis(0), world_.knobs.trouble / 2),
                          [this, key, manifest] { submit(key, manifest); });
  }
}

void Client::submit(const std::string& key, const std::string& manifest) {
  coordinator_.request(core::SubmitCampaign{0, manifest, key}, [this, key](const core::Reply& reply) {
    if (!reply.status.ok()) return world_.fail("a submit was refused: " + reply.status.to_string());
    const std::string label = nlohmann::json::parse(reply.json).at("campaign");
    const std::string& first = labels_.emplace(key, label).first->second;
    if (first != label) world_.fail("one submit made two campaigns: " + first + " and " + label);
  });
  // The answer may get lost, and then the same is asked again; sometimes it is asked again all the same.
  world_.timeline.after(Millis(3000), [this, key, manifest] {
    if (!labels_.contains(key) || world_.unlucky(0.2)) submit(key, manifest);
  });
}

void Client::command(const std::string& campaign, core::Verb verb) {
  core::CampaignCommand command;
  command.campaign = campaign;
  command.verb = verb;
  if (verb == core::Verb::kRequeue) {
    if (world_.random.chance(0.5)) command.slice = "seed=1";
    if (world_.random.chance(0.4)) command.states = {JobState::kDone};
  }
  world_.trace("command on " + campaign, {static_cast<std::uint64_t>(verb), command.states.size()});
  coordinator_.request(command, [this, verb](const core::Reply& reply) {
    const bool bad_slice = verb == core::Verb::kRequeue && reply.status.code() == Code::kInvalid;
    if (!reply.status.ok() && !bad_slice) world_.fail("a command was refused: " + reply.status.to_string());
  });
}

void Client::drain(const WorkerId& worker, bool on) {
  coordinator_.request(core::DrainWorker{0, worker, on}, [](const core::Reply&) {});
}

void Client::meddle(const std::vector<WorkerId>& workers) {
  if (world_.random.chance(0.2)) return drain(workers[world_.random.below(workers.size())], world_.random.chance(0.4));
  if (labels_.empty()) return;
  const std::string campaign =
      std::next(labels_.begin(), static_cast<long>(world_.random.below(labels_.size())))->second;
  const std::uint64_t dice = world_.random.below(10);
  command(campaign, dice < 2   ? core::Verb::kPause
                    : dice < 6 ? core::Verb::kResume
                    : dice < 7 ? core::Verb::kCancel
                               : core::Verb::kRequeue);
}

void Client::make_peace(const std::vector<WorkerId>& workers) {
  for (const auto& [key, campaign] : labels_) command(campaign, core::Verb::kResume);
  for (const WorkerId& worker : workers) drain(worker, false);
}

}  // namespace troupe::sim
