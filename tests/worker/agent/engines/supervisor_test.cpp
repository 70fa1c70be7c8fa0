#include "worker/agent/engines/supervisor.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <zmq.hpp>

#include "common/base/files.h"
#include "common/base/log.h"
#include "tests/support/environment.h"
#include "tests/support/jobs.h"
#include "tests/support/temp_folder.h"

namespace troupe::agent {
namespace {

using testing::make_job;
using testing::ScopedEnvironment;
using testing::TempFolder;

// One supervised engine; wait_for drives it as the agent's loop does.
class Farmhand {
 public:
  explicit Farmhand(const std::string& program = TROUPE_BIN_DIR "/fake-engine", std::size_t slots = 1,
                    Millis start_limit = Millis{20000}) {
    SupervisorOptions options;
    options.command.program = program;
    options.slot_arguments.resize(slots, {"--device", "cpu"});
    options.run_folder = options.log_folder = folder.path();
    options.restart = {Millis{1}, Millis{20}};
    options.start_limit = start_limit;
    options.cancel_limit = Millis{100};
    supervisor = std::make_unique<Supervisor>(context, options, random);
  }

  void turn() {
    std::vector<zmq_pollitem_t> items;
    supervisor->add_poll_items(items);
    const Millis wait = supervisor->next_turn(clock.now()) - clock.now();
    zmq_poll(items.data(), static_cast<int>(items.size()), std::clamp<long>(wait.count(), 0, 50));
    for (EngineEvent& event : supervisor->turn(clock.now())) events.push_back(std::move(event));
  }

  // The next event of type T of the slot; its others before it are dropped, those of other slots wait. Fails the test
  // after 20 s.
  template <typename T>
  T wait_for(std::size_t slot = 0) {
    const Instant begin = clock.now();
    while (clock.now() - begin < Millis{20000}) {
      for (auto at = events.begin(); at != events.end();) {
        if (std::visit([](const auto& event) { return event.slot; }, *at) != slot) {
          ++at;
          continue;
        }
        EngineEvent event = std::move(*at);
        at = events.erase(at);
        if (T* wanted = std::get_if<T>(&event)) return std::move(*wanted);
      }
      turn();
    }
    ADD_FAILURE() << "the event did not come";
    return T();
  }

  // The next event, whatever it is; as wait_for.
  EngineEvent next() {
    const Instant begin = clock.now();
    while (events.empty() && clock.now() - begin < Millis{20000}) turn();
    if (events.empty()) {
      ADD_FAILURE() << "no event came";
      return EngineGone();
    }
    EngineEvent event = std::move(events.front());
    events.erase(events.begin());
    return event;
  }

  std::string log_of(std::size_t slot) const {
    return read_file(folder.path() + "/engine-" + std::to_string(slot) + ".log", 1 << 20).value();
  }

  // The number of the run; 0 when the engine cannot take it.
  std::uint64_t run(const chain::ChainJob& job, std::size_t slot = 0) {
    return supervisor->run(slot, {0, chain::to_json(job), "", Millis{60000}}).value_or(0);
  }

  TempFolder folder;
  SystemClock clock;
  SeededRandom random{1};
  zmq::context_t context;
  std::unique_ptr<Supervisor> supervisor;
  std::vector<EngineEvent> events;
};

TEST(Supervisor, RunsJobsOneAfterTheOther) {
  Farmhand hand;
  EXPECT_EQ(hand.wait_for<EngineUp>().ready.numerics_class, "fake/1");
  for (std::uint32_t seed = 1; seed <= 3; ++seed) {
    ASSERT_TRUE(hand.run(make_job(seed, seed)));
    EXPECT_FALSE(hand.run(make_job()));  // it is busy
    EXPECT_EQ(hand.wait_for<RunProgress>().progress.stage, "generate");
    hand.wait_for<RunDrawn>();
    const engine::Done done = hand.wait_for<RunDone>().done;
    EXPECT_EQ(done.result.effective_seed, seed);
    ASSERT_EQ(done.files.size(), 1u);
    EXPECT_EQ(sha256(done.files[0]), done.result.artifacts.at(0).digest);
  }
}

TEST(Supervisor, TheNextRunIsDrawnWhileThePicturesOfTheLastAreWritten) {
  Farmhand hand;
  hand.wait_for<EngineUp>();
  std::vector<std::uint64_t> started{hand.run(make_job(1, 1))};
  std::vector<std::uint64_t> drawn;
  std::vector<std::uint64_t> done;
  while (done.size() < 6 && !HasFailure()) {
    const EngineEvent event = hand.next();
    if (const auto* one = std::get_if<RunDrawn>(&event)) {
      drawn.push_back(one->run);
      if (started.size() < 6) started.push_back(hand.run(make_job(started.size() + 1, 7)));
      EXPECT_NE(started.back(), 0u);  // it takes one although the last is not done
    }
    if (const auto* one = std::get_if<RunDone>(&event)) done.push_back(one->done.run);
  }
  EXPECT_EQ(drawn, started);
  EXPECT_EQ(done, started);
}

// A job whose picture takes longer to write than to draw.
chain::ChainJob large_job(std::uint32_t seed) {
  chain::ChainJob job = make_job(seed, seed);
  job.job.stages[0].parameters["size"] = {2048, 2048};
  return job;
}

TEST(Supervisor, ACrashIsChargedToTheRunOnTheDevice) {
  const ScopedEnvironment crash("TROUPE_FAKE_CRASH", "2");
  Farmhand hand;
  hand.wait_for<EngineUp>();
  ASSERT_TRUE(hand.run(large_job(1)));
  hand.wait_for<RunDrawn>();
  const std::uint64_t second = hand.run(make_job(2));
  ASSERT_TRUE(second);
  const RunFailed failed = hand.wait_for<RunFailed>();
  EXPECT_EQ(failed.failed.run, second);
  EXPECT_FALSE(failed.drawn);
  hand.wait_for<EngineGone>();
  hand.wait_for<EngineUp>();
  EXPECT_TRUE(hand.run(make_job(3)));
}

TEST(Supervisor, ACancelOfTheRunOnTheDeviceLeavesTheOneBeforeAlone) {
  const ScopedEnvironment slow("TROUPE_FAKE_MS", "1500");
  const ScopedEnvironment steps("TROUPE_FAKE_STEPS", "150");
  Farmhand hand;
  hand.wait_for<EngineUp>();
  const std::uint64_t first = hand.run(large_job(1));
  hand.wait_for<RunDrawn>();
  const std::uint64_t second = hand.run(make_job(2));
  ASSERT_TRUE(second);
  hand.supervisor->cancel(0, second, hand.clock.now());
  bool done = false;
  bool cancelled = false;
  while ((!done || !cancelled) && !HasFailure()) {
    const EngineEvent event = hand.next();
    if (const auto* one = std::get_if<RunDone>(&event)) done = one->done.run == first;
    const auto* failed = std::get_if<RunFailed>(&event);
    if (failed == nullptr) continue;
    EXPECT_EQ(failed->failed.run, second);
    EXPECT_TRUE(failed->cancelled);
    EXPECT_FALSE(failed->failed.exiting);
    cancelled = true;
  }
}

TEST(Supervisor, EnginesWaitForWorkWithoutSpinning) {
  TempFolder folder;
  const std::string script =
      folder.write("curious-engine", "#!/bin/sh\necho wait=$OMP_WAIT_POLICY spin=$GOMP_SPINCOUNT >&2\nexit 3\n", 0700);
  {
    Farmhand hand(script);
    hand.wait_for<EngineGone>();
    EXPECT_NE(hand.log_of(0).find("wait=passive spin=0"), std::string::npos) << hand.log_of(0);
  }
  const ScopedEnvironment own("OMP_WAIT_POLICY", "active");
  Farmhand hand(script);
  hand.wait_for<EngineGone>();
  EXPECT_NE(hand.log_of(0).find("wait=active"), std::string::npos) << hand.log_of(0);
}

TEST(Supervisor, AFailedJobLeavesTheEngineFree) {
  const ScopedEnvironment bad("TROUPE_FAKE_MODEL", "1");
  Farmhand hand;
  hand.wait_for<EngineUp>();
  ASSERT_TRUE(hand.run(make_job(1)));
  const RunFailed failed = hand.wait_for<RunFailed>();
  EXPECT_EQ(failed.failed.fault, Fault::kModel);
  EXPECT_NE(failed.failed.reason.find("fake.safetensors"), std::string::npos);
  EXPECT_FALSE(failed.failed.exiting);
  ASSERT_TRUE(hand.run(make_job(2)));
  hand.wait_for<RunDone>();
}

TEST(Supervisor, AJobThatIsNoJobIsRefused) {
  Farmhand hand;
  hand.wait_for<EngineUp>();
  ASSERT_TRUE(hand.supervisor->run(0, {0, "{\"nonsense\": 1}", "", Millis{1000}}));
  EXPECT_EQ(hand.wait_for<RunFailed>().failed.fault, Fault::kInput);
}

TEST(Supervisor, AKilledEngineIsReportedWithItsLastLinesAndReplaced) {
  const Farmhand unused;
  const ScopedEnvironment crash("TROUPE_FAKE_CRASH", "1@" + unused.folder.path() + "/crashed");
  const ScopedEnvironment lines("TROUPE_FAKE_LOG", "150");
  Farmhand hand;
  hand.wait_for<EngineUp>();
  ASSERT_TRUE(hand.run(make_job(1)));
  const RunFailed failed = hand.wait_for<RunFailed>();
  EXPECT_EQ(failed.failed.fault, Fault::kWorker);
  EXPECT_NE(failed.failed.reason.find("signal 9"), std::string::npos) << failed.failed.reason;
  EXPECT_TRUE(failed.failed.exiting);
  ASSERT_EQ(failed.log.size(), 100u);
  EXPECT_EQ(failed.log.back(), "job 1 line 149");
  hand.wait_for<EngineGone>();
  hand.wait_for<EngineUp>();
  ASSERT_TRUE(hand.run(make_job(1)));
  hand.wait_for<RunDone>();
}

TEST(Supervisor, AnIdleEngineThatIsKilledIsReplaced) {
  Farmhand hand;
  const auto pid = static_cast<pid_t>(hand.wait_for<EngineUp>().ready.pid);
  ASSERT_EQ(::kill(pid, SIGKILL), 0);
  hand.wait_for<EngineGone>();
  EXPECT_NE(static_cast<pid_t>(hand.wait_for<EngineUp>().ready.pid), pid);
}

TEST(Supervisor, ACancelledJobStopsAtItsNextStep) {
  const ScopedEnvironment slow("TROUPE_FAKE_MS", "60000");
  const ScopedEnvironment steps("TROUPE_FAKE_STEPS", "6000");
  Farmhand hand;
  hand.wait_for<EngineUp>();
  const std::uint64_t run = hand.run(make_job(1));
  hand.wait_for<RunProgress>();
  hand.supervisor->cancel(0, run, hand.clock.now());
  const RunFailed failed = hand.wait_for<RunFailed>();
  EXPECT_TRUE(failed.cancelled);
  EXPECT_FALSE(failed.failed.exiting);
}

TEST(Supervisor, AHangingEngineIsKilledWhenItsJobIsCancelled) {
  const ScopedEnvironment hang("TROUPE_FAKE_HANG", "1");
  Farmhand hand;
  hand.wait_for<EngineUp>();
  const std::uint64_t run = hand.run(make_job(1));
  while (hand.wait_for<RunProgress>().progress.step < 2) {  // where it hangs
  }
  hand.supervisor->cancel(0, run, hand.clock.now());
  const RunFailed failed = hand.wait_for<RunFailed>();
  EXPECT_TRUE(failed.cancelled);
  EXPECT_TRUE(failed.failed.exiting);
  hand.wait_for<EngineUp>();
}

TEST(Supervisor, AProgramThatIsMissingOrDiesAtOnceIsTriedAgainAndAgain) {
  Farmhand missing("/nonexistent/engine");
  EXPECT_NE(missing.wait_for<EngineGone>().reason.find("/nonexistent/engine"), std::string::npos);
  missing.wait_for<EngineGone>();
  Farmhand dies("/bin/false");
  EXPECT_NE(dies.wait_for<EngineGone>().reason.find("exit code"), std::string::npos);
  dies.wait_for<EngineGone>();
}

TEST(Supervisor, AnEngineThatNeverBecomesReadyIsKilled) {
  TempFolder folder;
  const std::string script = folder.write("mute-engine", "#!/bin/sh\nexec /usr/bin/tail -f /dev/null\n", 0700);
  Farmhand hand(script, 1, Millis{50});
  EXPECT_NE(hand.wait_for<EngineGone>().reason.find("did not become ready"), std::string::npos);
}

TEST(Supervisor, SlotsLiveIndependently) {
  const ScopedEnvironment crash("TROUPE_FAKE_CRASH", "1");
  Farmhand hand(TROUPE_BIN_DIR "/fake-engine", 2);
  hand.wait_for<EngineUp>(0);
  hand.wait_for<EngineUp>(1);
  ASSERT_TRUE(hand.run(make_job(1), 0));
  hand.wait_for<RunFailed>(0);
  ASSERT_TRUE(hand.run(make_job(2), 1));
  hand.wait_for<RunDone>(1);
}

TEST(Supervisor, TakesItsEnginesWithIt) {
  pid_t pid = 0;
  {
    Farmhand hand;
    pid = static_cast<pid_t>(hand.wait_for<EngineUp>().ready.pid);
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

}  // namespace
}  // namespace troupe::agent
