// A campaign from submit to pictures, as a user goes through it.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <set>

#include "tests/e2e/farm.h"

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::set<std::string> pictures_in(const std::string& folder) {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".png") found.insert(std::filesystem::relative(entry.path(), folder).string());
  }
  return found;
}

TEST(Campaign, RendersEveryCellAndFetchesThemUnderTheirNames) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  farm.start_worker("two");
  const std::string manifest = farm.files().write("spring.yaml", small_manifest("spring", 12));
  const Ran submitted = farm.troupe({"submit", manifest, "--wait"});
  EXPECT_EQ(submitted.code, 0) << submitted.out << submitted.err;

  const json info = farm.ask({"campaign", "info", "spring"});
  EXPECT_EQ(info.at("state"), "finished");
  EXPECT_EQ(info.at("cells"), 24);
  EXPECT_EQ(info.at("counts").at("done"), 24);
  EXPECT_EQ(info.at("counts").size(), 8u);
  EXPECT_TRUE(info.at("seconds_per_job").is_number());
  EXPECT_TRUE(info.at("finished").is_string());

  const std::string to = farm.folder() + "/out";
  EXPECT_EQ(farm.ask({"results", "spring", "--to", to}).at("written"), 24);
  const auto found = pictures_in(to);
  EXPECT_EQ(found.size(), 24u);
  EXPECT_TRUE(found.contains("mia/1.png"));
  EXPECT_TRUE(found.contains("leo/12.png"));
  const json again = farm.ask({"results", "spring", "character=mia", "--to", to});
  EXPECT_EQ(again.at("written"), 0);
  EXPECT_EQ(again.at("unchanged"), 12);

  const Ran sheet = farm.troupe({"sheet", "spring", "--to", farm.folder() + "/sheet.png"});
  EXPECT_EQ(sheet.code, 0) << sheet.err;
  EXPECT_GT(std::filesystem::file_size(farm.folder() + "/sheet.png"), 10000u);

  const json job = farm.ask({"job", "info", "spring", "character=leo,seed=3"});
  EXPECT_EQ(job.at("state"), "done");
  EXPECT_EQ(job.at("address"), "character=leo,seed=3");
  EXPECT_EQ(job.at("artifacts").at(0).at("name"), "image");
  EXPECT_EQ(farm.ask({"worker", "list"}).at("workers").size(), 2u);
}

TEST(Campaign, SelectKeepsTheBestOfEachGroup) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  const std::string select = "select: {keep: 2, of: seed, by: sharpness}\n";
  const std::string manifest = farm.files().write("spring.yaml", small_manifest("spring", 5, select));
  ASSERT_EQ(farm.troupe({"submit", manifest, "--wait"}).code, 0);

  for (const char* character : {"character=mia", "character=leo"}) {
    const json jobs = farm.ask({"job", "list", "spring", character}).at("jobs");
    ASSERT_EQ(jobs.size(), 5u);
    double worst_kept = 1e9, best_left = -1;
    int kept = 0;
    for (const json& job : jobs) {
      const double score = job.at("score");
      kept += job.at("kept").get<bool>();
      (job.at("kept") == true ? worst_kept = std::min(worst_kept, score) : best_left = std::max(best_left, score));
    }
    EXPECT_EQ(kept, 2) << jobs;
    EXPECT_GE(worst_kept, best_left) << jobs;
  }
  EXPECT_EQ(farm.ask({"job", "list", "spring", "--kept"}).at("jobs").size(), 4u);
  EXPECT_EQ(farm.ask({"results", "spring", "--to", farm.folder() + "/kept"}).at("written"), 4);
  EXPECT_EQ(farm.ask({"results", "spring", "--all", "--to", farm.folder() + "/all"}).at("written"), 10);

  farm.kill_coordinator(SIGKILL);
  farm.start_coordinator();
  EXPECT_EQ(farm.ask({"job", "list", "spring", "--kept"}).at("jobs").size(), 4u) << "after a restart";
}

TEST(Campaign, TheSheetIsAPageToo) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  const std::string manifest = farm.files().write("spring.yaml", small_manifest("spring", 2));
  ASSERT_EQ(farm.troupe({"submit", manifest, "--wait"}).code, 0);
  EXPECT_EQ(farm.troupe({"sheet", "spring"}).code, 2) << "it needs to know where to";
  const std::string folder = farm.folder() + "/page";
  const json written = farm.ask({"sheet", "spring", "character=mia", "--html", folder});
  EXPECT_EQ(written.at("pages"), json::array({folder + "/index.html"}));
  EXPECT_EQ(pictures_in(folder), (std::set<std::string>{"mia/1.png", "mia/2.png"}));
  const std::string file = farm.folder() + "/sheet.html";
  ASSERT_EQ(farm.troupe({"sheet", "spring", "--html", file}).code, 0);
  EXPECT_GT(std::filesystem::file_size(file), 10000u);

  const Ran told = farm.troupe({"job", "info", "--from", folder + "/mia/2.png"});
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_NE(told.out.find("character=mia,seed=2"), std::string::npos) << told.out;
  const json story = farm.ask({"job", "info", "--from", folder + "/mia/2.png"});
  EXPECT_EQ(story.at("troupe").at("campaign"), "spring");
  EXPECT_EQ(farm.troupe({"job", "info", "--from", farm.folder() + "/none.png"}).code, 1);
}

TEST(Campaign, FailedJobsGiveExitFourAndTheirReason) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_INPUT", "3"}});
  const std::string manifest = farm.files().write("spring.yaml", small_manifest("spring", 4));
  EXPECT_EQ(farm.troupe({"submit", manifest, "--wait"}).code, 4);
  const json failed = farm.ask({"job", "list", "spring", "--status", "failed"});
  ASSERT_EQ(failed.at("jobs").size(), 1u);
  EXPECT_EQ(failed.at("jobs").at(0).at("index"), 3);
  const json job = farm.ask({"job", "info", "spring", "3"});
  EXPECT_EQ(job.at("fault"), "input");
  EXPECT_FALSE(job.at("reason").get<std::string>().empty());
}

TEST(Campaign, AnUnknownPackFailsAtOnceAndTheWorkerLives) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  std::string text = small_manifest("nowhere", 2);
  text.replace(text.find("pack: pocket"), 12, "pack: missing-pack");
  EXPECT_EQ(farm.troupe({"submit", farm.files().write("nowhere.yaml", text), "--wait"}).code, 4);
  const json job = farm.ask({"job", "info", "nowhere", "0"});
  EXPECT_NE(job.at("reason").get<std::string>().find("missing-pack"), std::string::npos) << job;
  EXPECT_EQ(farm.troupe({"submit", farm.files().write("ok.yaml", small_manifest("ok", 2)), "--wait"}).code, 0);
}

TEST(Campaign, PauseHoldsResumeGoesOnCancelEnds) {
  Farm farm;
  farm.start_coordinator();
  const std::string manifest = farm.files().write("spring.yaml", small_manifest("spring", 20));
  ASSERT_EQ(farm.troupe({"submit", manifest}).code, 0);
  EXPECT_EQ(farm.ask({"campaign", "pause", "spring"}).at("state"), "paused");
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "30"}});
  ASSERT_TRUE(poll_until([&] { return farm.ask({"worker", "list"}).at("workers").size() == 1; }));
  EXPECT_EQ(farm.ask({"campaign", "info", "spring"}).at("counts").at("waiting"), 40);
  EXPECT_EQ(farm.ask({"campaign", "resume", "spring"}).at("state"), "active");
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") > 0; }));
  EXPECT_EQ(farm.troupe({"campaign", "cancel", "spring"}).code, 0);
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}).code, 5);
  const json counts = farm.ask({"campaign", "info", "spring"}).at("counts");
  EXPECT_EQ(counts.at("done").get<int>() + counts.at("cancelled").get<int>(), 40);
  EXPECT_GT(counts.at("cancelled").get<int>(), 0);
  EXPECT_EQ(farm.troupe({"campaign", "requeue", "spring"}).code, 0);
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}).code, 0);
  EXPECT_EQ(farm.done("spring"), 40u);
}

TEST(Campaign, ATimeoutLeavesItGoing) {
  Farm farm;
  farm.start_coordinator();
  const std::string manifest = farm.files().write("spring.yaml", small_manifest("spring", 1));
  EXPECT_EQ(farm.troupe({"submit", manifest, "--wait", "--timeout", "1s"}).code, 6);
  EXPECT_EQ(farm.ask({"campaign", "info", "spring"}).at("state"), "active");
}

TEST(Campaign, TheSameKeySubmitsOnceAndANewOneMakesARevision) {
  Farm farm;
  farm.start_coordinator();
  const std::string manifest = farm.files().write("spring.yaml", small_manifest("spring", 1));
  EXPECT_EQ(farm.ask({"submit", manifest, "--key", "monday"}).at("campaign"), "spring#1");
  EXPECT_EQ(farm.ask({"submit", manifest, "--key", "monday"}).at("campaign"), "spring#1");
  EXPECT_EQ(farm.ask({"submit", manifest, "--again"}).at("campaign"), "spring#2");
  EXPECT_EQ(farm.ask({"campaign", "info", "spring"}).at("revision"), 2);
  EXPECT_EQ(farm.ask({"campaign", "info", "spring#1"}).at("revision"), 1);
}

TEST(Campaign, ADrainedWorkerFinishesAndTakesNothingNew) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  ASSERT_TRUE(poll_until([&] { return farm.ask({"worker", "list"}).at("workers").size() == 1; }));
  EXPECT_EQ(farm.troupe({"worker", "drain", "one"}).code, 0);
  ASSERT_EQ(farm.troupe({"submit", farm.files().write("spring.yaml", small_manifest("spring", 2))}).code, 0);
  EXPECT_EQ(farm.ask({"worker", "info", "one"}).at("state"), "draining");
  EXPECT_EQ(farm.ask({"campaign", "info", "spring"}).at("counts").at("waiting"), 4);
  EXPECT_EQ(farm.troupe({"worker", "drain", "--off", "one"}).code, 0);
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}).code, 0);
}

}  // namespace
}  // namespace troupe::testing
