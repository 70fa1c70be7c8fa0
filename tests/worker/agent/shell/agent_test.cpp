// The real troupe-worker with fake engines, under a scripted coordinator.
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/base/log.h"
#include "common/manifest/manifest.h"
#include "common/picture/png.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"
#include "tests/worker/agent/shell/scripted_coordinator.h"

namespace troupe::agent {
namespace {

using testing::Process;
using testing::TempFolder;
using namespace std::chrono_literals;

constexpr char kManifest[] = R"(
troupe: 1
name: spring
pack: pocket
prompt: "photo"
sweep: {axes: {seed: {from: 1, count: 20}}}
chain: [{generate: {size: [32, 24], steps: 4}}]
output: {path: "{seed}.png"}
)";

struct Farm {
  explicit Farm(const std::string& manifest = kManifest, const std::map<std::string, std::string>& files = {}) {
    for (const auto& [name, bytes] : files) folder.write(name, bytes);
    folder.write("packs/pocket/model_index.json", "{}");
    folder.write("packs/pocket/vae/config.json", R"({"block_out_channels": [24, 48, 64]})");
    folder.write("packs/pocket/unet/config.json", R"({"sample_size": 32})");
    const auto loaded = manifest::Manifest::load(folder.write("spring.yaml", manifest));
    EXPECT_TRUE(loaded.ok()) << loaded.status().to_string();
    coordinator.emplace(folder.path(), loaded->resolved());
  }

  Process worker(std::map<std::string, std::string> environment = {}, std::vector<std::string> more = {}) {
    std::vector<std::string> command{TROUPE_BIN_DIR "/troupe-worker",
                                     "start",
                                     "--server",
                                     folder.path() + "/server.json",
                                     "--state",
                                     folder.path() + "/worker",
                                     "--packs",
                                     folder.path() + "/packs",
                                     "--engine",
                                     TROUPE_BIN_DIR "/fake-engine",
                                     "--threads",
                                     "1"};
    command.insert(command.end(), more.begin(), more.end());
    return Process({command, std::move(environment)});
  }

  bool serve_until(const std::function<bool()>& done) { return coordinator->serve_until(done); }
  bool serve_until_done(JobIndex jobs) {
    return serve_until([&] {
      for (JobIndex job = 0; job < jobs; ++job) {
        if (!coordinator->done(job)) return false;
      }
      return true;
    });
  }

  TempFolder folder;
  std::optional<ScriptedCoordinator> coordinator;
};

TEST(Agent, RendersWhatItIsGranted) {
  Farm farm;
  farm.coordinator->offer({0, 1, 2, 3});
  Process worker = farm.worker({}, {"--name", "w1", "--tags", "a,b", "--slots", "2"});
  ASSERT_TRUE(farm.serve_until_done(4)) << worker.err();
  const Hello& hello = farm.coordinator->hellos.front();
  EXPECT_EQ(hello.slots.size(), 2u);
  EXPECT_EQ(hello.tags, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(hello.packs.size(), 1u);
  EXPECT_EQ(hello.packs[0].name, "pocket");
  EXPECT_EQ(hello.packs[0].vae_scale, 4);
  const JobResult& result = farm.coordinator->results().at(2).front();
  EXPECT_EQ(result.effective_seed, 3u);
  const auto png = picture::decode_png(farm.coordinator->blob(result.artifacts.at(0).digest));
  ASSERT_TRUE(png.ok()) << png.status().to_string();
  EXPECT_EQ(picture::pixel_digest(png->picture), result.pixel_digest);
}

constexpr char kCast[] = R"(
troupe: 1
name: spring
pack: pocket
characters:
  mia: {prompt: "mia", reference: mia.png}
prompt: "photo of {character}"
sweep: {axes: {character: [mia], seed: {from: 1, count: 20}}}
chain: [{generate: {size: [32, 24], steps: 4}}]
output: {path: "{seed}.png"}
)";

TEST(Agent, BringsTheReferencesOfItsJobsToTheEngine) {
  const std::string mia = *picture::encode_png(picture::make_picture({64, 64}, 3, 200));
  Farm farm(kCast, {{"mia.png", mia}});
  const Digest digest = farm.coordinator->add_blob(mia);
  farm.coordinator->offer({0, 1});
  Process worker = farm.worker();
  ASSERT_TRUE(farm.serve_until_done(2)) << worker.err();
  for (JobIndex job : {0, 1}) {
    const JobResult& result = farm.coordinator->results().at(job).front();
    const auto metadata = nlohmann::json::parse(result.metadata_json);
    EXPECT_EQ(metadata.at("stages").at("generate").at("references").at(0), digest.hex());
  }
  EXPECT_TRUE(std::filesystem::exists(farm.folder.path() + "/worker/references/" + digest.hex()));
}

TEST(Agent, AReferenceThatTheCoordinatorLacksFailsTheJobAsItsInput) {
  Farm farm(kCast, {{"mia.png", *picture::encode_png(picture::make_picture({64, 64}, 3, 200))}});
  farm.coordinator->offer({0});
  Process worker = farm.worker();
  ASSERT_TRUE(farm.serve_until([&] { return farm.coordinator->results().count(0) != 0; })) << worker.err();
  const JobResult failed = farm.coordinator->results().at(0).front();
  EXPECT_EQ(failed.outcome, Outcome::kFailed);
  EXPECT_EQ(failed.fault, Fault::kInput);
  EXPECT_NE(failed.reason.find("reference"), std::string::npos) << failed.reason;
}

TEST(Agent, KeepsTheOutputsOfStagesUnlessToldNotTo) {
  Farm farm;
  farm.coordinator->offer({0});
  Process worker = farm.worker();
  ASSERT_TRUE(farm.serve_until_done(1)) << worker.err();
  EXPECT_FALSE(std::filesystem::is_empty(farm.folder.path() + "/worker/stages"));
  Farm other;
  other.coordinator->offer({0});
  Process forgetful = other.worker({}, {"--stage-cache-gib", "0"});
  ASSERT_TRUE(other.serve_until_done(1)) << forgetful.err();
  EXPECT_FALSE(std::filesystem::exists(other.folder.path() + "/worker/stages"));
}

TEST(Agent, FinishesTheJobInHandWhenItIsToldToStop) {
  Farm farm;
  farm.coordinator->offer({0, 1});
  Process worker = farm.worker({{"TROUPE_FAKE_MS", "300"}});
  ASSERT_TRUE(farm.serve_until([&] {
    return !farm.coordinator->heartbeats.empty() && !farm.coordinator->heartbeats.back().held.empty() &&
           farm.coordinator->heartbeats.back().held.front().state == HeldState::kRunning;
  })) << worker.err();
  worker.signal(SIGTERM);
  ASSERT_TRUE(farm.serve_until([&] { return farm.coordinator->goodbyes > 0; })) << worker.err();
  EXPECT_EQ(worker.wait(20s), 0) << worker.err();
  EXPECT_TRUE(farm.coordinator->done(0));
  EXPECT_FALSE(farm.coordinator->done(1));
}

TEST(Agent, StopsAtOnceWhenItIsToldTwice) {
  Farm farm;
  farm.coordinator->offer({0});
  Process worker = farm.worker({{"TROUPE_FAKE_HANG", "0"}});
  ASSERT_TRUE(farm.serve_until([&] {
    return !farm.coordinator->heartbeats.empty() && !farm.coordinator->heartbeats.back().held.empty();
  })) << worker.err();
  worker.signal(SIGTERM);
  ASSERT_TRUE(farm.serve_until([&] { return farm.coordinator->heartbeats.back().draining; })) << worker.err();
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(20s), 0) << worker.err();
}

TEST(Agent, ReportsAKilledEngineAndGoesOn) {
  Farm farm;
  farm.coordinator->offer({0, 1});
  Process worker =
      farm.worker({{"TROUPE_FAKE_CRASH", "1@" + farm.folder.path() + "/crashed"}, {"TROUPE_FAKE_LOG", "3"}});
  ASSERT_TRUE(farm.serve_until([&] { return farm.coordinator->results().count(1) != 0; })) << worker.err();
  const JobResult failed = farm.coordinator->results().at(1).front();
  EXPECT_EQ(failed.outcome, Outcome::kFailed);
  EXPECT_EQ(failed.fault, Fault::kWorker);
  EXPECT_NE(failed.reason.find("signal 9"), std::string::npos) << failed.reason;
  EXPECT_EQ(failed.log.back(), "job 1 line 2");
  farm.coordinator->offer({1});
  EXPECT_TRUE(farm.serve_until_done(2)) << worker.err();
}

TEST(Agent, FaultsOfAJobAreReportedAndTheEngineLives) {
  Farm farm;
  farm.coordinator->offer({0, 1});
  Process worker = farm.worker({{"TROUPE_FAKE_MODEL", "0"}});
  ASSERT_TRUE(farm.serve_until([&] { return farm.coordinator->done(1); })) << worker.err();
  const JobResult failed = farm.coordinator->results().at(0).front();
  EXPECT_EQ(failed.fault, Fault::kModel);
  EXPECT_NE(failed.reason.find("fake.safetensors"), std::string::npos);
}

TEST(Agent, AJobOfAPackThatItDoesNotHaveFailsAtOnce) {
  std::string manifest = kManifest;
  manifest.replace(manifest.find("pocket"), 6, "sdxl-x");
  Farm farm(manifest);
  farm.coordinator->offer({0});
  Process worker = farm.worker();
  ASSERT_TRUE(farm.serve_until([&] { return farm.coordinator->results().count(0) != 0; })) << worker.err();
  const JobResult failed = farm.coordinator->results().at(0).front();
  EXPECT_EQ(failed.fault, Fault::kModel);
  EXPECT_NE(failed.reason.find("unknown pack \"sdxl-x\"; this worker has: pocket"), std::string::npos) << failed.reason;
}

TEST(Agent, AKilledWorkerSendsWhatItHadFinishedAfterItsRestart) {
  Farm farm;
  farm.coordinator->withhold_acks(true);
  farm.coordinator->offer({0});
  Process first = farm.worker();
  ASSERT_TRUE(farm.serve_until_done(1)) << first.err();
  first.signal(SIGKILL);
  first.wait(20s);
  const std::size_t sent = farm.coordinator->results().at(0).size();
  Process second = farm.worker();
  ASSERT_TRUE(farm.serve_until([&] { return farm.coordinator->results().at(0).size() > sent; })) << second.err();
  EXPECT_EQ(farm.coordinator->results().at(0).front(), farm.coordinator->results().at(0).back());
  EXPECT_EQ(farm.coordinator->hellos.back().held.size(), 1u);
  farm.coordinator->withhold_acks(false);
  ASSERT_TRUE(farm.serve_until([&] { return farm.coordinator->heartbeats.back().held.empty(); })) << second.err();
}

TEST(Agent, EnginesDieWithTheirWorker) {
  Farm farm;
  farm.coordinator->offer({0});
  Process worker = farm.worker({{"TROUPE_FAKE_HANG", "0"}});
  const std::string pid_of_engine = "pgrep -P " + std::to_string(worker.pid()) + " fake-engine";
  std::string engine;
  ASSERT_TRUE(farm.serve_until([&] {
    engine = testing::run({{"/bin/sh", "-c", pid_of_engine}, {}}).out;
    return !engine.empty();
  })) << worker.err();
  worker.signal(SIGKILL);
  worker.wait(20s);
  EXPECT_TRUE(testing::poll_until([&] { return ::kill(std::atoi(engine.c_str()), 0) != 0; }, 20s));
}

TEST(Agent, TwoCannotShareAFolder) {
  Farm farm;
  Process first = farm.worker();
  ASSERT_TRUE(farm.serve_until([&] { return !farm.coordinator->hellos.empty(); })) << first.err();
  Process second = farm.worker();
  EXPECT_EQ(second.wait(20s), 1);
  EXPECT_NE(second.err().find(std::to_string(first.pid())), std::string::npos) << second.err();
}

TEST(Agent, WaitsForACoordinatorThatIsNotThereYet) {
  Farm farm;
  const std::string file = farm.folder.path() + "/server.json";
  std::filesystem::rename(file, file + ".later");
  farm.coordinator->offer({0});
  Process worker = farm.worker();
  ASSERT_TRUE(testing::poll_until([&] { return worker.err().find("no coordinator") != std::string::npos; }, 20s));
  std::filesystem::rename(file + ".later", file);
  EXPECT_TRUE(farm.serve_until_done(1)) << worker.err();
}

TEST(Agent, AWrongOptionIsAUsageError) {
  EXPECT_EQ(testing::run({{TROUPE_BIN_DIR "/troupe-worker", "start", "--slots", "many"}, {}}).code, 2);
  const auto ran = testing::run({{TROUPE_BIN_DIR "/troupe-worker", "start", "--device", "tpu", "--packs", "/tmp"}, {}});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("tpu"), std::string::npos);
}

}  // namespace
}  // namespace troupe::agent
