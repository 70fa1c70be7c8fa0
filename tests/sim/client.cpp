#include "tests/sim/client.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace troupe::sim {
namespace {

constexpr Millis kFirstSubmits{120'000};
constexpr Millis kAskAgain{3000};
constexpr std::size_t kInMind = 6;  // campaigns that people still care about

testing::CampaignPlan plan_campaign(World& world, std::size_t number) {
  const Knobs& knobs = world.knobs;
  testing::CampaignPlan plan;
  plan.name = number % 2 == 0 ? "spring" : "autumn";  // revisions too
  plan.priority = static_cast<int>(world.random.below(3));
  plan.pack = world.random.chance(knobs.unknown_pack) ? "unknown" : "pocket";
  plan.seeds = 1 + world.random.below(knobs.most_seeds);
  if (world.random.chance(knobs.characters)) plan.characters = {"mia", "leo"};
  plan.exclude_first = plan.seeds > 1 && world.random.chance(0.4);
  if (world.random.chance(0.5)) plan.select = 1 + world.random.below(plan.seeds);
  plan.retries = static_cast<int>(world.random.below(knobs.most_retries + 1));
  plan.timeout_seconds = static_cast<int>(knobs.timeout_seconds);
  return plan;
}

// What a coordinator may say that cannot write, or that is being restarted.
bool is_passing(const Status& status) {
  return status.code() == Code::kNoSpace || status.code() == Code::kUnavailable;
}

}  // namespace

void Client::start() {
  for (std::size_t i = 0; i < world_.knobs.campaigns; ++i) {
    world_.timeline.after(world_.between(Millis(0), std::min(kFirstSubmits, world_.knobs.trouble / 2)),
                          [this] { submit_one(); });
  }
  plan_submits();
}

void Client::plan_submits() {
  world_.timeline.after(world_.between(Millis(0), 2 * world_.knobs.submit_every), [this] {
    if (world_.healing) return;
    submit_one();
    plan_submits();
  });
}

void Client::submit_one() {
  const std::size_t number = submits_++;
  core::SubmitCampaign submit{0, testing::resolved(plan_campaign(world_, number)), "key" + std::to_string(number)};
  if (world_.random.chance(world_.knobs.sample)) submit.sample = 1 + world_.random.below(5);
  submit.again = world_.random.chance(0.5);
  submit.anew = world_.random.chance(0.3);
  this->submit(submit);
}

void Client::submit(const core::SubmitCampaign& submit) {
  coordinator_.request(submit, [this, key = submit.key](const core::Reply& reply) { submitted(key, reply); });
  // The answer may get lost, and then the same is asked again; sometimes it is asked again all the same.
  world_.timeline.after(kAskAgain, [this, submit] {
    const auto known = labels_.find(submit.key);
    if (known == labels_.end() || (known->second.own && world_.unlucky(0.2))) this->submit(submit);
  });
}

void Client::submitted(const std::string& key, const core::Reply& reply) {
  if (is_passing(reply.status)) return;
  if (!reply.status.ok()) return world_.fail("a submit was refused: " + reply.status.to_string());
  const auto answer = nlohmann::json::parse(reply.json);
  const CampaignId id{answer.at("id").get<std::uint64_t>()};
  const std::string label = answer.at("campaign");
  const auto [at, first] = labels_.emplace(key, Submitted{id, !answer.at("existing").get<bool>()});
  if (first) answered_.push_back(label);
  if (at->second.id != id && at->second.own && !world_.ledger.is_deleted(at->second.id)) {
    world_.fail("one submit made two campaigns, one of them " + label);
  }
  const Account* account = world_.ledger.find(id);
  if (world_.ledger.is_deleted(id)) return;
  if (!account || account->label() != label) world_.fail(label + " was answered for and is not durable");
}

void Client::command(core::CampaignCommand command) {
  world_.trace("command on " + command.campaign + " of " + command.slice,
               {static_cast<std::uint64_t>(command.verb), command.states.size()});
  coordinator_.request(std::move(command), [this](const core::Reply& reply) {
    // A slice that the campaign does not have, a campaign that is not over or was deleted: an answer like any other.
    const Code code = reply.status.code();
    if (code == Code::kOk || code == Code::kInvalid || code == Code::kNotFound || is_passing(reply.status)) return;
    world_.fail("a command was refused: " + reply.status.to_string());
  });
}

void Client::drain(const WorkerId& worker, bool on) {
  const bool cordon = world_.random.chance(0.3);
  const core::WorkerVerb verb = cordon ? (on ? core::WorkerVerb::kCordon : core::WorkerVerb::kUncordon)
                                       : (on ? core::WorkerVerb::kDrain : core::WorkerVerb::kUndrain);
  coordinator_.request(core::WorkerCommand{0, worker, verb}, [](const core::Reply&) {});
}

void Client::change_mind() {
  if (answered_.empty()) return;
  using enum core::Verb;
  static constexpr core::Verb kVerbs[] = {kPause,   kPause,   kResume,   kResume,   kResume,
                                          kCancel,  kRequeue, kRequeue,  kRequeue,  kRelease,
                                          kRelease, kArchive, kPriority, kPriority, kUnarchive};
  static constexpr const char* kSlices[] = {"", "", "seed=1", "seed=2", "character=mia", "character=leo,seed=1"};
  const std::size_t among = std::min(kInMind, answered_.size());
  core::CampaignCommand command{};
  command.campaign = answered_[answered_.size() - 1 - world_.random.below(among)];
  command.verb = world_.random.chance(0.02) ? kDelete : kVerbs[world_.random.below(std::size(kVerbs))];
  command.slice = kSlices[world_.random.below(std::size(kSlices))];
  if (command.verb == kRequeue && world_.random.chance(0.4)) command.states = {JobState::kDone};
  if (command.verb == kPriority) command.priority = static_cast<int>(world_.random.below(4)) - 1;
  this->command(std::move(command));
}

void Client::make_peace(const std::vector<WorkerId>& workers) {
  for (const auto& [id, account] : world_.ledger.accounts()) {
    if (is_terminal(account.row.state)) continue;
    for (const core::Verb verb : {core::Verb::kResume, core::Verb::kRelease}) {
      core::CampaignCommand peace{};
      peace.campaign = account.label();
      peace.verb = verb;
      command(std::move(peace));
    }
  }
  for (const WorkerId& worker : workers) {
    for (const core::WorkerVerb verb : {core::WorkerVerb::kUndrain, core::WorkerVerb::kUncordon}) {
      coordinator_.request(core::WorkerCommand{0, worker, verb}, [](const core::Reply&) {});
    }
  }
}

}  // namespace troupe::sim
