// What the farm keeps on disk, with real programs: events, checks, backups, what is new, and a disk that is full.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/coordinator/store/small_disk.h"
#include "tests/e2e/farm.h"

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

Process submit(Farm& farm, int seeds) {
  return farm.begin({"submit", farm.files().write("spring.yaml", small_manifest("spring", seeds)), "--wait"});
}

std::size_t files_below(const std::string& folder) {
  std::size_t files = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    files += entry.is_regular_file() && entry.path().extension() == ".png" ? 1 : 0;
  }
  return files;
}

TEST(Store, EventsTellWhatHappened) {
  Farm farm;
  farm.start_coordinator();
  Process following = farm.begin({"events", "--follow", "--since", "0", "--output", "json"});
  farm.start_worker("one");
  Process submitted = submit(farm, 4);
  ASSERT_EQ(submitted.wait(60s), 0) << submitted.err();
  const json events = farm.ask({"events", "--since", "0"});
  std::map<std::string, int> kinds;
  std::uint64_t last = 0;
  for (const json& event : events.at("events")) {
    ++kinds[event.at("kind").get<std::string>()];
    EXPECT_EQ(event.at("id"), ++last);
  }
  for (const char* kind : {"submitted", "worker_hello", "leased", "done", "finished"}) {
    EXPECT_GE(kinds[kind], 1) << kind << " in " << events;
  }
  EXPECT_EQ(events.at("next"), last);
  EXPECT_EQ(farm.ask({"events", "spring"}).at("events").back().at("kind"), "finished") << "the pictures come before";
  // Whoever follows has seen the same, a line each.
  EXPECT_TRUE(poll_until([&] { return following.out().find("\"finished\"") != std::string::npos; })) << following.out();
  following.signal(SIGINT);
  EXPECT_EQ(following.wait(20s), 130);
  EXPECT_TRUE(farm.ask({"events", "--since", std::to_string(last)}).at("events").empty());
  EXPECT_EQ(farm.troupe({"events", "--since", "soon"}).code, 2);
  const Ran table = farm.troupe({"events", "spring"});
  EXPECT_NE(table.out.find("submitted  spring#1"), std::string::npos) << table.out;
  EXPECT_EQ(table.out.find("worker_hello"), std::string::npos) << table.out;
}

TEST(Store, AFollowerFetchesEveryPictureOnce) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "40"}});
  Process submitted = submit(farm, 12);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 2; }));
  const std::string folder = farm.folder() + "/pictures";
  Process following = farm.begin({"results", "spring", "--to", folder, "--follow", "--output", "json"});
  ASSERT_EQ(submitted.wait(60s), 0) << submitted.err();
  ASSERT_EQ(following.wait(30s), 0) << following.err();
  const json answer = json::parse(following.out());
  EXPECT_EQ(answer.at("written"), 24);
  EXPECT_EQ(answer.at("unchanged"), 0);
  EXPECT_EQ(files_below(folder), 24u);
}

// A picture is fetched when its group is decided, and a rejected one never.
TEST(Store, AFollowerFetchesWhatSelectKeeps) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "40"}});
  const std::string select = "select: {keep: 2, of: seed, by: sharpness}\n";
  const std::string manifest = farm.files().write("spring.yaml", small_manifest("spring", 5, select));
  Process submitted = farm.begin({"submit", manifest, "--wait"});
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 1; }));
  const std::string folder = farm.folder() + "/pictures";
  Process following = farm.begin({"results", "spring", "--to", folder, "--follow", "--output", "json"});
  ASSERT_EQ(submitted.wait(60s), 0) << submitted.err();
  ASSERT_EQ(following.wait(30s), 0) << following.err();
  EXPECT_EQ(json::parse(following.out()).at("written"), 4);
  EXPECT_EQ(files_below(folder), 4u);
  const json results = farm.ask({"results", "spring"});
  for (const json& kept : results.at("pictures")) {
    EXPECT_TRUE(std::filesystem::exists(folder + "/" + kept.at("path").get<std::string>())) << kept;
  }
}

TEST(Store, ABackupIsAFarm) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "30"}});
  Process submitted = submit(farm, 12);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 6; }));
  const std::string copy = farm.folder() + "/copy";
  const json taken = farm.ask({"store", "backup", copy});
  EXPECT_GE(taken.at("blobs"), 7);
  EXPECT_EQ(farm.troupe({"store", "backup", copy}).code, 1) << "it is there already";
  ASSERT_EQ(submitted.wait(60s), 0) << submitted.err();
  EXPECT_TRUE(farm.ask({"store", "check"}).at("problems").empty()) << "while the coordinator runs";
  const Ran checked = farm.troupe({"store", "check", "--state", copy});
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;

  // Started in the copy, the farm goes on from that moment.
  farm.worker("one").signal(SIGKILL);
  ASSERT_TRUE(farm.worker("one").wait(10s));
  farm.kill_coordinator(SIGKILL);
  std::filesystem::rename(farm.state(), farm.folder() + "/lost");
  std::filesystem::rename(copy, farm.state());
  farm.start_coordinator();
  const std::uint64_t then = farm.done("spring");
  EXPECT_GE(then, 6u);
  EXPECT_LT(then, 24u);
  farm.start_worker("one");  // what it held before is free at once
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}, 60s).code, 0);
  EXPECT_EQ(farm.done("spring"), 24u);
  EXPECT_EQ(farm.troupe({"store", "check"}).code, 0);
  EXPECT_EQ(farm.ask({"store", "gc"}).at("removed"), 0) << "all of it is young";
}

TEST(Store, DamageIsTold) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  Process submitted = submit(farm, 2);
  ASSERT_EQ(submitted.wait(60s), 0) << submitted.err();
  const std::string digest = farm.ask({"results", "spring"}).at("pictures")[0].at("sha256");
  std::ofstream(farm.state() + "/blobs/" + digest.substr(0, 2) + "/" + digest.substr(2)) << "x";
  const Ran checked = farm.troupe({"store", "check"});
  EXPECT_EQ(checked.code, 1);
  EXPECT_NE(checked.out.find(digest), std::string::npos) << checked.out;
  farm.kill_coordinator(SIGTERM);
  EXPECT_EQ(farm.troupe({"store", "check"}).code, 1) << "without a coordinator";
  EXPECT_EQ(farm.ask({"store", "gc", "--dry-run"}).at("removed"), 0) << "without a coordinator";
}

// The disk takes no more than 4 KiB a file, as if it had failed behind that.
TEST(Store, AnIoErrorEndsTheCoordinatorAndItStartsClean) {
  ::signal(SIGXFSZ, SIG_IGN);  // inherited: the write fails, instead of ending the process
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "20"}});
  Process submitted = submit(farm, 20);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 5; }));
  rlimit limit{};
  ASSERT_EQ(::prlimit(farm.coordinator().pid(), RLIMIT_FSIZE, nullptr, &limit), 0);
  limit.rlim_cur = 4096;
  ASSERT_EQ(::prlimit(farm.coordinator().pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
  ASSERT_EQ(farm.coordinator().wait(30s), 1) << farm.coordinator().err();
  EXPECT_NE(farm.coordinator().err().find("what is on disk is whole: start again"), std::string::npos)
      << farm.coordinator().err();
  farm.start_coordinator();
  EXPECT_EQ(submitted.wait(60s), 0) << submitted.out() << submitted.err();
  EXPECT_EQ(farm.done("spring"), 40u);
  EXPECT_EQ(farm.troupe({"store", "check"}).code, 0);
  ::signal(SIGXFSZ, SIG_DFL);
}

// A farm whose state lies on a disk of its own, filled and cleared while it renders.
void render_on_a_full_disk() {
  Farm farm;
  ASSERT_EQ(::mkdir(farm.state().c_str(), 0700), 0);
  ASSERT_EQ(::mount("tmpfs", farm.state().c_str(), "tmpfs", 0, "size=8m"), 0);
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "20"}});
  ASSERT_EQ(farm.troupe({"submit", farm.files().write("spring.yaml", small_manifest("spring", 100))}).code, 0);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 5; }));
  Process waiting = farm.begin({"campaign", "wait", "spring"});
  ASSERT_TRUE(poll_until([&] { return !(waiting.out() + waiting.err()).empty(); }));
  fill_disk(farm.state(), "filler");
  const auto trouble = [&] { return farm.ask({"server", "info"}).at("trouble"); };
  EXPECT_TRUE(poll_until([&] { return trouble().is_string(); })) << "nobody is told that the disk is full";
  const Ran refused = farm.troupe({"campaign", "info", "spring"});
  EXPECT_NE(refused.code, 0);
  EXPECT_NE(refused.err.find("cannot write"), std::string::npos) << refused.err;
  ASSERT_EQ(std::remove((farm.state() + "/filler").c_str()), 0);
  EXPECT_TRUE(poll_until([&] { return trouble().is_null(); })) << farm.coordinator().err();
  EXPECT_EQ(waiting.wait(120s), 0) << waiting.err() << farm.coordinator().err();
  EXPECT_EQ(farm.done("spring"), 200u);
  const Ran checked = farm.troupe({"store", "check"});
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  EXPECT_EQ(farm.coordinator().wait(0s), std::nullopt) << "it went on all the time";
  farm.kill_coordinator(SIGTERM);
  ::umount2(farm.state().c_str(), MNT_DETACH);
}

TEST(Store, AFullDiskIsWaitedOut) {
  TempFolder scratch;
  on_small_disk(scratch.path(), 1 << 20, render_on_a_full_disk);
}

}  // namespace
}  // namespace troupe::testing
