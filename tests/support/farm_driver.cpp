#include "tests/support/farm_driver.h"

#include <gtest/gtest.h>

#include <utility>

namespace troupe::testing {

FarmDriver::FarmDriver(core::FarmOptions options) : options_(std::move(options)), store_(store::make_memory_store()) {
  restart();
}

void FarmDriver::restart() {
  const Result<core::Snapshot> snapshot = store_->load();
  ASSERT_TRUE(snapshot.ok());
  epoch_ = Epoch{snapshot->epoch.value + 1};
  const std::vector<core::Edit> edits = {core::EpochStarted{epoch_}};
  ASSERT_TRUE(store_->commit(edits).ok());
  farm_ = std::make_unique<core::Farm>(options_, epoch_, *snapshot, now_, wall());
}

core::Effects FarmDriver::step(const core::Event& event) {
  core::Effects effects = farm_->step(event, now_, wall());
  const Status committed = store_->commit(effects.edits);
  EXPECT_TRUE(committed.ok()) << committed.to_string();
  for (const std::string& broken : farm_->check_invariants(true)) ADD_FAILURE() << broken;
  return effects;
}

core::Effects FarmDriver::pass(Millis time) {
  now_ = now_ + time;
  return step(core::Tick{});
}

std::string FarmDriver::submit(const CampaignPlan& plan, const std::string& key) {
  const core::Effects effects = step(core::SubmitCampaign{1, resolved(plan), key, 0, true, false});
  const core::Reply& reply = effects.replies.at(0);
  EXPECT_TRUE(reply.status.ok()) << reply.status.to_string();
  return reply.status.ok() ? nlohmann::json::parse(reply.json).at("campaign").get<std::string>() : "";
}

core::Reply FarmDriver::command(const std::string& campaign, core::Verb verb, const std::string& slice,
                                std::set<JobState> states) {
  return step(core::CampaignCommand{1, campaign, verb, slice, std::move(states)}).replies.at(0);
}

core::Effects FarmDriver::say(const std::string& worker, decltype(FromWorker::body) body, std::uint64_t instance) {
  return step(core::WorkerSpoke{FromWorker{WorkerId{worker}, instance, epoch_, std::move(body)}, {}});
}

core::Effects FarmDriver::hello(const std::string& worker, const Hello& profile, std::uint64_t instance) {
  return say(worker, profile, instance);
}

core::Effects FarmDriver::heartbeat(const std::string& worker, std::uint32_t credits, const std::vector<Held>& held,
                                    std::uint64_t instance) {
  return say(worker, Heartbeat{credits, held, false, ""}, instance);
}

core::Effects FarmDriver::greet(const std::string& worker, std::size_t jobs, std::size_t slots,
                                std::uint64_t instance) {
  hello(worker, profile(slots), instance);
  return heartbeat(worker, static_cast<std::uint32_t>(jobs), {}, instance);
}

core::Effects FarmDriver::results(const std::string& worker, const std::vector<JobResult>& results,
                                  const std::set<Digest>& missing, std::uint64_t instance) {
  return step(core::WorkerSpoke{FromWorker{WorkerId{worker}, instance, epoch_, Results{results}}, missing});
}

JobCounts FarmDriver::counts(const std::string& campaign) const {
  const auto info = core::campaign_info(farm_->state(), campaign, wall());
  JobCounts counts{};
  for (std::size_t i = 0; i < kJobStates; ++i) {
    counts[i] = info->at("counts").at(std::string(name(static_cast<JobState>(i)))).get<std::uint64_t>();
  }
  return counts;
}

std::uint64_t FarmDriver::count(const std::string& campaign, JobState state) const {
  return counts(campaign)[static_cast<std::size_t>(state)];
}

std::string FarmDriver::state(const std::string& campaign) const {
  return core::campaign_info(farm_->state(), campaign, wall())->at("state").get<std::string>();
}

core::JobRow FarmDriver::job(const std::string& campaign, const std::string& job) const {
  const Result<CampaignId> id = core::find_campaign(farm_->state(), campaign);
  const Result<core::JobRow> row = core::find_job(farm_->state(), *id, job);
  EXPECT_TRUE(row.ok()) << row.status().to_string();
  return *row;
}

Hello profile(std::size_t slots) {
  Hello hello;
  hello.host = "here";
  hello.protocol_min = 1;
  hello.protocol_max = 1;
  hello.slots.resize(slots, Slot{"cpu", "a processor", 0});
  hello.packs = {PackOffer{"pocket", sha256("pocket"), 4}};
  return hello;
}

JobResult done(const Ticket& ticket) {
  JobResult result;
  result.ticket = ticket;
  result.artifacts = {Artifact{"image", sha256("picture " + std::to_string(ticket.index)), 1000, "image/png"}};
  result.seconds = 2;
  return result;
}

JobResult failed(const Ticket& ticket, Fault fault, const std::string& reason) {
  JobResult result;
  result.ticket = ticket;
  result.outcome = Outcome::kFailed;
  result.fault = fault;
  result.reason = reason;
  return result;
}

Held held(const Ticket& ticket, HeldState state) {
  Held one;
  one.ticket = ticket;
  one.state = state;
  return one;
}

std::vector<Ticket> leased(const core::Effects& effects, const std::string& worker) {
  std::vector<Ticket> tickets;
  for (const Lease& lease : sent<Lease>(effects, worker)) {
    for (const LeasedJob& job : lease.jobs) {
      tickets.push_back({lease.campaign, job.index, job.generation, job.attempt});
    }
  }
  return tickets;
}

std::vector<Ticket> acked(const core::Effects& effects) {
  std::vector<Ticket> tickets;
  for (const Ack& ack : sent<Ack>(effects)) tickets.insert(tickets.end(), ack.tickets.begin(), ack.tickets.end());
  return tickets;
}

}  // namespace troupe::testing
