// Faults with owners: bad workers, poisonous jobs, hung steps, stragglers, pictures that differ.
#include <gtest/gtest.h>

#include "coordinator/core/divergence.h"
#include "coordinator/core/farm_state.h"
#include "tests/support/farm_driver.h"

namespace troupe::core {
namespace {

using testing::acked;
using testing::done;
using testing::failed;
using testing::FarmDriver;
using testing::held;
using testing::leased;
using testing::sent;

std::string worker_state(FarmDriver& farm, const std::string& worker) {
  return worker_info(farm.farm().state(), worker, farm.now())->at("state").get<std::string>();
}

std::vector<std::string> logged(const Effects& effects) {
  std::vector<std::string> kinds;
  for (const Edit& edit : effects.edits) {
    if (const auto* event = std::get_if<EventLogged>(&edit)) kinds.push_back(event->event.kind);
  }
  return kinds;
}

bool contains(const std::vector<std::string>& kinds, const std::string& kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

JobResult dead(const Ticket& ticket) {
  JobResult result = failed(ticket, Fault::kWorker, "the engine was killed by signal 11");
  result.engine_died = true;
  result.log = {"loading", "boom"};
  return result;
}

// The worker spoils job after job; what came of the last.
Effects spoil(FarmDriver& farm, const std::string& worker, int jobs, std::vector<Ticket>& running) {
  Effects last;
  for (int i = 0; i < jobs; ++i) {
    last = farm.results(worker, {failed(running.at(0), Fault::kWorker, "the device fell off the bus")});
    running = leased(last, worker);
  }
  return last;
}

TEST(Quarantine, AWorkerThatSpoilsJobAfterJobGetsNoMoreUntilOneGoesWell) {
  FarmDriver farm;
  farm.submit({.seeds = 1000, .retries = 50});
  farm.greet("good", 1);
  std::vector<Ticket> running = leased(farm.greet("bad", 1));
  const Effects last = spoil(farm, "bad", 5, running);
  EXPECT_TRUE(contains(logged(last), "quarantined"));
  EXPECT_EQ(worker_state(farm, "bad"), "quarantined");
  EXPECT_TRUE(running.empty());
  farm.heartbeat("bad", 1);
  farm.pass(Millis(20'000));
  EXPECT_TRUE(leased(farm.heartbeat("bad", 1), "bad").empty());
  farm.heartbeat("good", 0);
  farm.pass(Millis(20'000));
  farm.heartbeat("bad", 1);
  const std::vector<Ticket> probe = leased(farm.pass(Millis(21'000)), "bad");
  ASSERT_EQ(probe.size(), 1u) << "one job tries it";
  const Effects well = farm.results("bad", {done(probe[0])});
  EXPECT_TRUE(contains(logged(well), "probed"));
  EXPECT_EQ(worker_state(farm, "bad"), "busy");
}

TEST(Quarantine, AProbeThatGoesWrongDoublesTheWaitAlsoOverARestart) {
  FarmDriver farm;
  farm.submit({.seeds = 1000, .retries = 50});
  farm.greet("good", 1);
  std::vector<Ticket> running = leased(farm.greet("bad", 1));
  spoil(farm, "bad", 5, running);
  for (int i = 0; i < 3; ++i) {
    running = leased(farm.pass(Millis(20'500)), "bad");
    farm.heartbeat("bad", 1);
  }
  ASSERT_EQ(running.size(), 1u);
  farm.results("bad", {failed(running[0], Fault::kWorker)});
  EXPECT_EQ(farm.farm().state().workers.at(WorkerId{"bad"}).quarantine->wait, Millis(120'000));
  farm.restart();
  farm.greet("bad", 1);
  EXPECT_EQ(worker_state(farm, "bad"), "quarantined");
}

TEST(Quarantine, NeverTheLastWorkerThatTakesWork) {
  FarmDriver farm;
  farm.submit({.seeds = 1000, .retries = 50});
  std::vector<Ticket> running = leased(farm.greet("alone", 1));
  spoil(farm, "alone", 12, running);
  EXPECT_EQ(running.size(), 1u);
}

TEST(Quarantine, FaultsOfTheInputBlameNoWorker) {
  FarmDriver farm;
  farm.submit({.seeds = 1000});
  farm.greet("other", 1);
  std::vector<Ticket> running = leased(farm.greet("w", 1));
  for (int i = 0; i < 20; ++i) running = leased(farm.results("w", {failed(running.at(0), Fault::kInput)}), "w");
  EXPECT_EQ(running.size(), 1u);
}

TEST(Poison, AJobThatKillsThreeEnginesFailsWithTheLastWords) {
  FarmDriver farm;
  farm.submit({.seeds = 1, .retries = 50});
  Ticket ticket = leased(farm.greet("a", 1)).at(0);
  farm.greet("b", 1);
  farm.greet("c", 1);
  Effects effects = farm.results("a", {dead(ticket)});
  farm.restart();  // which forgets no death
  for (const std::string worker : {"a", "b", "c"}) farm.greet(worker, 1);
  for (int deaths = 1; deaths < 3; ++deaths) {
    const Effects again = farm.pass(Millis(5000));
    ASSERT_EQ(leased(again).size(), 1u);
    ticket = leased(again)[0];
    effects = farm.results(farm.job("spring", "0").worker, {dead(ticket)});
  }
  EXPECT_EQ(farm.count("spring", JobState::kFailed), 1u);
  EXPECT_TRUE(contains(logged(effects), "poison"));
  const auto committed = std::ranges::find_if(
      effects.edits, [](const Edit& edit) { return std::holds_alternative<ResultCommitted>(edit); });
  ASSERT_NE(committed, effects.edits.end());
  const JobResult& result = std::get<ResultCommitted>(*committed).result;
  EXPECT_EQ(result.log, (std::vector<std::string>{"loading", "boom"}));
  EXPECT_NE(result.reason.find("3 engines died of this job"), std::string::npos);
  EXPECT_TRUE(farm.farm().state().deaths.empty());
}

TEST(Stall, AStepThatNeverEndsEndsTheJobAndTheLeaseSaysSo) {
  FarmOptions options;
  options.stall_least = Millis(10'000);
  options.deadline_grace = Millis(5'000);
  FarmDriver farm(options);
  farm.submit({.seeds = 50, .retries = 0, .timeout_seconds = 6000});
  const std::vector<Ticket> tickets = leased(farm.greet("w", 2));
  const auto running = [&](std::uint32_t step) {
    Held one = held(tickets[0], HeldState::kRunning);
    one.stage = "generate";
    one.step = step;
    one.steps = 20;
    return one;
  };
  for (std::uint32_t step = 1; step <= 5; ++step) {
    farm.heartbeat("w", 0, {running(step), held(tickets[1])});
    farm.pass(Millis(1000));
  }
  Hello second = testing::profile();
  second.protocol_max = 2;
  farm.hello("v", second);
  EXPECT_EQ(sent<Lease>(farm.heartbeat("v", 1), "v").at(0).stall, Millis(30'000));
  Effects late;
  for (int i = 0; i < 40; ++i) {
    farm.pass(Millis(1000));
    farm.heartbeat("v", 1);
    late = farm.heartbeat("w", 0, {running(5), held(tickets[1])});
    if (!sent<Revoke>(late, "w").empty()) break;
  }
  ASSERT_EQ(sent<Revoke>(late, "w").size(), 1u);
  EXPECT_NE(sent<Revoke>(late, "w")[0].reason.find("made no step"), std::string::npos);
  EXPECT_EQ(farm.count("spring", JobState::kFailed), 1u);
}

// Nine jobs took two seconds each; the tenth runs on "slow" for longer than thrice that.
Ticket straggle(FarmDriver& farm) {
  farm.submit({.seeds = 10});
  const Ticket slow = leased(farm.greet("slow", 1)).at(0);
  farm.heartbeat("slow", 0, {held(slow, HeldState::kRunning)});
  std::vector<Ticket> running = leased(farm.greet("fast", 1));
  while (!running.empty()) running = leased(farm.results("fast", {done(running[0])}), "fast");
  farm.heartbeat("fast", 1);
  return slow;
}

TEST(Twins, AStragglerAtTheTailIsRunTwiceAndTheFirstResultCounts) {
  FarmDriver farm;
  const Ticket slow = straggle(farm);
  const std::vector<Ticket> twin = leased(farm.pass(Millis(10'000)), "fast");
  ASSERT_EQ(twin.size(), 1u);
  EXPECT_EQ(twin[0].index, slow.index);
  EXPECT_EQ(twin[0].attempt, 2u);
  EXPECT_TRUE(sent<Revoke>(farm.heartbeat("slow", 0, {held(slow, HeldState::kRunning)}), "slow").empty());
  EXPECT_TRUE(leased(farm.pass(Millis(10'000))).empty()) << "two are enough";
  const Effects first = farm.results("slow", {done(slow)});
  EXPECT_EQ(farm.state("spring"), "finished");
  EXPECT_EQ(sent<Revoke>(first, "fast").at(0).tickets, twin);
  EXPECT_EQ(acked(farm.results("fast", {done(twin[0])})), twin);
}

TEST(Twins, TheTwinMayBeFirstToo) {
  FarmDriver farm;
  const Ticket slow = straggle(farm);
  const Ticket twin = leased(farm.pass(Millis(10'000)), "fast").at(0);
  const Effects first = farm.results("fast", {done(twin)});
  EXPECT_EQ(sent<Revoke>(first, "slow").at(0).tickets, std::vector<Ticket>{slow});
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(Twins, WhenTheTwinFailsTheStragglerGoesOnAndItsResultCounts) {
  FarmDriver farm;
  const Ticket slow = straggle(farm);
  const Ticket twin = leased(farm.pass(Millis(10'000)), "fast").at(0);
  farm.results("fast", {failed(twin, Fault::kWorker)});
  EXPECT_EQ(farm.count("spring", JobState::kWaiting), 1u);
  EXPECT_TRUE(sent<Revoke>(farm.heartbeat("slow", 0, {held(slow, HeldState::kRunning)}), "slow").empty());
  farm.results("slow", {done(slow)});
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(Twins, WhenTheStragglerFailsOrIsLostTheTwinGoesOn) {
  FarmDriver farm;
  const Ticket slow = straggle(farm);
  const Ticket twin = leased(farm.pass(Millis(10'000)), "fast").at(0);
  farm.results("slow", {failed(slow, Fault::kWorker)});
  EXPECT_EQ(farm.job("spring", std::to_string(slow.index)).failures, 0u);
  farm.results("fast", {done(twin)});
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(Twins, AfterARestartTheNewestGrantStandsAndTheOldResultStillCounts) {
  FarmDriver farm;
  const Ticket slow = straggle(farm);
  const Ticket twin = leased(farm.pass(Millis(10'000)), "fast").at(0);
  farm.restart();
  EXPECT_EQ(farm.job("spring", std::to_string(slow.index)).worker, "fast");
  farm.hello("slow", testing::profile());
  farm.results("slow", {done(slow)});
  EXPECT_EQ(farm.state("spring"), "finished");
  farm.hello("fast", testing::profile());
  EXPECT_EQ(acked(farm.results("fast", {done(twin)})).size(), 1u);
}

TEST(Twins, ACancelEndsBoth) {
  FarmDriver farm;
  straggle(farm);
  farm.pass(Millis(10'000));
  const Effects cancelled = farm.step(CampaignCommand{1, "spring", Verb::kCancel, "", {}});
  EXPECT_EQ(sent<Revoke>(cancelled, "slow").size(), 1u);
  EXPECT_EQ(sent<Revoke>(cancelled, "fast").size(), 1u);
}

Digest image_of(const std::string& pixels) {
  return sha256("image of " + pixels);
}

JobResult drawn(const Ticket& ticket, const std::string& pixels, const std::string& numerics) {
  JobResult result = done(ticket);
  result.pixel_digest = sha256(pixels);
  result.numerics_class = numerics;
  result.artifacts.at(0).digest = image_of(pixels);
  return result;
}

TEST(Divergence, EqualInputsWithOtherPixelsInOneClassAreAnEvent) {
  FarmDriver farm;
  farm.submit({.seeds = 1});
  const Ticket first = leased(farm.greet("a", 1)).at(0);
  farm.results("a", {drawn(first, "x", "avx2")});
  farm.command("spring", Verb::kRequeue, "", {JobState::kDone});
  const JobRow row = farm.job("spring", "0");
  ASSERT_EQ(row.state, JobState::kLeased);
  const Ticket second{first.campaign, 0, row.generation, row.attempt};
  EXPECT_FALSE(contains(logged(farm.results("a", {drawn(second, "x", "avx2")})), "divergence"));
  farm.command("spring", Verb::kRequeue, "", {JobState::kDone});
  const Ticket third{first.campaign, 0, farm.job("spring", "0").generation, 1};
  const Effects other = farm.results("a", {drawn(third, "y", "avx2")});
  EXPECT_TRUE(contains(logged(other), "divergence"));
  for (const Edit& edit : other.edits) {
    const auto* event = std::get_if<EventLogged>(&edit);
    if (!event || event->event.kind != kDivergence) continue;
    EXPECT_EQ(divergent_images(event->event.detail_json), (std::vector<Digest>{image_of("y"), image_of("x")}));
  }
  EXPECT_EQ(divergent_images("no JSON"), std::vector<Digest>());
  EXPECT_EQ(divergent_images(R"({"image": "ab", "other_image": 3})"), std::vector<Digest>());
  farm.command("spring", Verb::kRequeue, "", {JobState::kDone});
  const Ticket fourth{first.campaign, 0, farm.job("spring", "0").generation, 1};
  EXPECT_FALSE(contains(logged(farm.results("a", {drawn(fourth, "z", "avx512")})), "divergence"))
      << "classes may differ";
}

TEST(Budget, HoursOfWorkersTimeEndACampaign) {
  FarmDriver farm;
  farm.submit({.seeds = 100, .hours = 0.01});
  Ticket ticket = leased(farm.greet("w", 1)).at(0);
  JobResult result = done(ticket);
  result.seconds = 20;
  const std::vector<Ticket> next = leased(farm.results("w", {result}));
  farm.pass(Millis(11'000));
  farm.restart();
  Hello back = testing::profile();
  back.held = {held(next.at(0), HeldState::kRunning)};
  farm.hello("w", back);
  result = done(next.at(0));
  result.seconds = 20;
  farm.results("w", {result});
  EXPECT_EQ(farm.state("spring"), "failed");
  EXPECT_EQ(farm.count("spring", JobState::kDone), 2u);
  EXPECT_EQ(farm.count("spring", JobState::kCancelled), 98u);
  farm.command("spring", Verb::kRequeue);
  EXPECT_EQ(farm.state("spring"), "active") << "with as many hours more";
}

TEST(Late, AResultOfAnyGrantedAttemptOfTheGenerationCommits) {
  FarmDriver farm;
  farm.submit({.seeds = 1, .retries = 5});
  std::vector<Ticket> attempts = leased(farm.greet("w", 1));
  for (int i = 0; i < 3; ++i) {
    farm.results("w", {failed(attempts.back(), Fault::kWorker)});
    farm.heartbeat("w", 1);
    const std::vector<Ticket> next = leased(farm.pass(Millis(20'000)));
    ASSERT_EQ(next.size(), 1u);
    attempts.push_back(next[0]);
  }
  farm.restart();
  farm.hello("old", testing::profile());
  EXPECT_EQ(acked(farm.results("old", {done(attempts[1])})).size(), 1u);
  EXPECT_EQ(farm.state("spring"), "finished");
}

TEST(Orders, CordonAndDrainOutlastARestart) {
  FarmDriver farm;
  farm.submit({.seeds = 10});
  farm.greet("cordoned", 1);
  farm.greet("drained", 1);
  farm.step(WorkerCommand{1, WorkerId{"cordoned"}, WorkerVerb::kCordon});
  farm.step(WorkerCommand{2, WorkerId{"drained"}, WorkerVerb::kDrain});
  farm.restart();
  EXPECT_TRUE(leased(farm.greet("cordoned", 2), "cordoned").size() <= 1) << "only what it holds is sent again";
  EXPECT_EQ(worker_state(farm, "cordoned"), "cordoned");
  EXPECT_EQ(sent<Drain>(farm.hello("drained", testing::profile()), "drained").at(0).on, true);
  farm.step(WorkerCommand{3, WorkerId{"cordoned"}, WorkerVerb::kUncordon});
  farm.restart();
  farm.greet("cordoned", 2);
  EXPECT_EQ(worker_state(farm, "cordoned"), "busy");
}

TEST(Beat, TheFarmsSizeDecidesAndPulsesTellWorkersOfProtocolTwo) {
  FarmOptions options;
  options.heartbeats_a_second = 2;
  FarmDriver farm(options);
  Hello modern = testing::profile();
  modern.protocol_max = 2;
  farm.hello("modern", modern);
  EXPECT_EQ(sent<Pulse>(farm.heartbeat("modern", 0)).at(0).heartbeat, Millis(2000));
  for (int i = 0; i < 9; ++i) farm.greet("w" + std::to_string(i), 0);
  const Pulse pulse = sent<Pulse>(farm.heartbeat("modern", 0)).at(0);
  EXPECT_EQ(pulse.heartbeat, Millis(8000));
  EXPECT_EQ(pulse.liveness, Millis(32'000));
  EXPECT_EQ(sent<Pulse>(farm.heartbeat("w0", 0)).at(0), Pulse{}) << "protocol 1 has an empty pulse";
  farm.pass(Millis(31'000));
  EXPECT_NE(worker_state(farm, "modern"), "lost");
  farm.pass(Millis(2000));
  EXPECT_EQ(worker_state(farm, "modern"), "lost");
}

TEST(Learned, SecondsAJobSurviveARestart) {
  FarmDriver farm;
  farm.submit({.seeds = 10});
  JobResult result = done(leased(farm.greet("w", 1)).at(0));
  result.seconds = 7;
  farm.results("w", {result});
  farm.pass(Millis(11'000));
  farm.restart();
  EXPECT_EQ(campaign_info(farm.farm().state(), "spring", farm.wall())->at("seconds_per_job"), 7.0);
}

}  // namespace
}  // namespace troupe::core
