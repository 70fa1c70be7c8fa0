// What an operator tells a campaign, or a part of it, while real programs render it.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "tests/e2e/farm.h"

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

json info(const Farm& farm, const std::string& campaign) {
  return farm.ask({"campaign", "info", campaign});
}

// Nothing of it is granted, and nothing may run.
bool rests(const Farm& farm, const std::string& campaign) {
  const json now = info(farm, campaign);
  const json& counts = now.at("counts");
  return counts.at("leased") == 0 && counts.at("running") == 0 && counts.at("uploading") == 0 &&
         counts.at("waiting") == now.at("held");
}

std::string submit(Farm& farm, const std::string& text, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {"submit", farm.files().write("spring.yaml", text)};
  words.insert(words.end(), more.begin(), more.end());
  return farm.ask(words).at("campaign").get<std::string>();
}

// As submit(), to its end; what it said.
Ran render(Farm& farm, const std::string& text, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"submit", farm.files().write("spring.yaml", text), "--wait"};
  words.insert(words.end(), more.begin(), more.end());
  return farm.troupe(words, 90s);
}

TEST(Verbs, APausedSliceWaitsOverARestartWhileTheRestRenders) {
  Farm farm;
  farm.start_coordinator();
  submit(farm, small_manifest("spring", 6));
  const Ran paused = farm.troupe({"campaign", "pause", "spring", "character=mia"});
  ASSERT_EQ(paused.code, 0) << paused.err;
  EXPECT_NE(paused.out.find("troupe campaign resume spring"), std::string::npos) << paused.out;
  farm.start_worker("one");
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") == 6 && rests(farm, "spring"); })) << info(farm, "spring");
  farm.kill_coordinator(SIGKILL);
  farm.start_coordinator();
  EXPECT_EQ(info(farm, "spring").at("held"), 6);
  const json done = farm.ask({"job", "list", "spring", "--status", "done"});
  for (const json& job : done.at("jobs")) {
    EXPECT_NE(job.at("address").get<std::string>().find("character=leo"), std::string::npos);
  }
  ASSERT_EQ(farm.troupe({"campaign", "resume", "spring"}).code, 0);
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}, 60s).code, 0);
  EXPECT_EQ(farm.done("spring"), 12u);
}

TEST(Verbs, ACancelledSliceIsNotRenderedUntilItIsRequeued) {
  Farm farm;
  farm.start_coordinator();
  submit(farm, small_manifest("spring", 4));
  EXPECT_EQ(farm.ask({"campaign", "cancel", "spring", "seed=2..4"}).at("cells"), 6);
  farm.start_worker("one");
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}, 60s).code, 0);
  EXPECT_EQ(info(farm, "spring").at("counts").at("done"), 2);
  EXPECT_EQ(info(farm, "spring").at("counts").at("cancelled"), 6);
  EXPECT_EQ(farm.ask({"campaign", "requeue", "spring", "character=leo,seed=2"}).at("cells"), 1);
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}, 60s).code, 0);
  EXPECT_EQ(info(farm, "spring").at("counts").at("done"), 3);
}

TEST(Verbs, FailedJobsAloneAreRequeued) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("bad", {{"TROUPE_FAKE_INPUT", "1"}});
  EXPECT_EQ(render(farm, small_manifest("spring", 3)).code, 4);
  farm.worker("bad").signal(SIGTERM);
  ASSERT_TRUE(farm.worker("bad").wait(30s));
  farm.start_worker("good");
  EXPECT_EQ(farm.ask({"campaign", "requeue", "spring", "--status", "failed"}).at("cells"), 1);
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}, 60s).code, 0);
  EXPECT_EQ(info(farm, "spring").at("counts").at("done"), 6);
}

TEST(Verbs, ASampleIsRenderedAndTheRestAfterARelease) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  const Ran sample = render(farm, small_manifest("spring", 8), {"--sample", "4"});
  EXPECT_EQ(sample.code, 0) << sample.err;
  EXPECT_NE(sample.out.find("troupe campaign release spring"), std::string::npos) << sample.out;
  EXPECT_EQ(farm.done("spring"), 4u);
  EXPECT_EQ(info(farm, "spring").at("held"), 12);
  EXPECT_EQ(farm.ask({"campaign", "release", "spring", "seed=8"}).at("cells"), 2);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") == 6; }));
  EXPECT_EQ(farm.ask({"campaign", "release", "spring"}).at("cells"), 10);
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}, 60s).code, 0);
  EXPECT_EQ(farm.done("spring"), 16u);
}

TEST(Verbs, AChangedManifestRendersOnlyItsChangedCells) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  ASSERT_EQ(render(farm, small_manifest("spring", 4)).code, 0);
  const json before = farm.ask({"worker", "info", "one"});
  std::string changed = small_manifest("spring", 5);
  const std::string beard = "a man with a beard";
  changed.replace(changed.find(beard), beard.size(), "a man without one");
  const Ran second = render(farm, changed);
  ASSERT_EQ(second.code, 0) << second.err;
  const json after = info(farm, "spring#2");
  EXPECT_EQ(after.at("counts").at("done"), 10);
  EXPECT_EQ(after.at("reused"), 4);  // mia, but for her new seed
  EXPECT_EQ(farm.ask({"worker", "info", "one"}).at("jobs_done"), before.at("jobs_done").get<int>() + 6);
  // Pictures that were taken over are there like any other, and say the same.
  const std::string to = farm.folder() + "/out";
  EXPECT_EQ(farm.ask({"results", "spring", "--to", to}).at("written"), 10);
  EXPECT_EQ(farm.ask({"job", "info", "spring#2", "character=mia,seed=2"}).at("pixel_sha256"),
            farm.ask({"job", "info", "spring#1", "character=mia,seed=2"}).at("pixel_sha256"));
  // An older revision may go; what was taken over stays.
  ASSERT_EQ(farm.troupe({"campaign", "delete", "spring#1"}).code, 2);
  ASSERT_EQ(farm.troupe({"campaign", "delete", "spring#1", "--yes"}).code, 0);
  EXPECT_EQ(farm.ask({"results", "spring", "--to", farm.folder() + "/again"}).at("written"), 10);
  ASSERT_EQ(render(farm, changed, {"--anew"}).code, 0);
  EXPECT_EQ(info(farm, "spring").at("reused"), 0);
}

TEST(Verbs, SubmittingTheSameAgainMakesNoSecondCampaign) {
  Farm farm;
  farm.start_coordinator();
  const std::string text = small_manifest("spring", 2);
  EXPECT_EQ(submit(farm, text), "spring#1");
  EXPECT_EQ(submit(farm, text), "spring#1");
  const Ran said = farm.troupe({"submit", farm.files().write("spring.yaml", text)});
  EXPECT_NE(said.out.find("--again"), std::string::npos) << said.out;
  EXPECT_EQ(submit(farm, text, {"--again"}), "spring#2");
  EXPECT_EQ(submit(farm, small_manifest("spring", 3)), "spring#3");
}

TEST(Verbs, APriorityDecidesWhichCampaignComesFirst) {
  Farm farm;
  farm.start_coordinator();
  submit(farm, small_manifest("spring", 3));
  submit(farm, small_manifest("autumn", 3));
  const Ran said = farm.troupe({"campaign", "priority", "autumn", "5"});
  ASSERT_EQ(said.code, 0) << said.err;
  ASSERT_EQ(farm.troupe({"campaign", "priority", "spring", "-5", "character=mia"}).code, 0);
  EXPECT_EQ(farm.troupe({"campaign", "priority", "spring", "5000"}).code, 2);
  farm.start_worker("one");
  ASSERT_EQ(farm.troupe({"campaign", "wait", "spring"}, 60s).code, 0);
  // Jobs are handed out ahead, so that the last of the one run beside the first of the other.
  const json first = info(farm, "autumn");
  const json second = info(farm, "spring");
  for (const char* when : {"started", "finished"}) {
    EXPECT_LT(first.at(when).get<std::string>(), second.at(when).get<std::string>()) << when;
  }
  const auto finished = [&](const std::string& job) {
    return farm.ask({"job", "info", "spring", job}).at("finished").get<std::string>();
  };
  EXPECT_LE(finished("character=leo,seed=3"), finished("character=mia,seed=1"));
}

TEST(Verbs, AnArchivedCampaignLeavesTheListings) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  ASSERT_EQ(render(farm, small_manifest("spring", 1)).code, 0);
  ASSERT_EQ(farm.troupe({"campaign", "archive", "spring"}).code, 0);
  EXPECT_TRUE(farm.ask({"campaign", "list"}).at("campaigns").empty());
  EXPECT_EQ(farm.ask({"campaign", "list", "--all"}).at("campaigns").size(), 1u);
  EXPECT_EQ(farm.ask({"results", "spring", "--to", farm.folder() + "/out"}).at("written"), 2);
  ASSERT_EQ(farm.troupe({"campaign", "archive", "spring", "--off"}).code, 0);
  EXPECT_EQ(farm.ask({"campaign", "list"}).at("campaigns").size(), 1u);
}

TEST(Verbs, ACordonedWorkerGetsNothingNew) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  ASSERT_TRUE(poll_until([&] { return farm.ask({"worker", "list"}).at("workers").size() == 1; }));
  ASSERT_EQ(farm.troupe({"worker", "cordon", "one"}).code, 0);
  submit(farm, small_manifest("spring", 2));
  ASSERT_TRUE(poll_until([&] { return farm.ask({"worker", "info", "one"}).at("state") == "cordoned"; }));
  const Ran why = farm.troupe({"job", "explain", "spring", "0"});
  EXPECT_EQ(why.code, 0) << why.err;
  EXPECT_NE(why.out.find("cordon"), std::string::npos) << why.out;
  EXPECT_EQ(info(farm, "spring").at("counts").at("waiting"), 4);
  ASSERT_EQ(farm.troupe({"worker", "uncordon", "one"}).code, 0);
  EXPECT_EQ(farm.troupe({"campaign", "wait", "spring"}, 60s).code, 0);
}

TEST(Verbs, AProgramIsToldOfTheEndAlsoAfterACrash) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one");
  // Fails until the file `ready` is there.
  const std::string told = farm.folder() + "/told";
  const std::string script = farm.files().write("tell.sh", "test -e '" + farm.folder() + "/ready' && cat > '" + told +
                                                               ".part' && mv '" + told + ".part' '" + told + "'\n");
  const std::string notify = "notify: {command: [sh, \"" + script + "\"]}\n";
  ASSERT_EQ(render(farm, small_manifest("spring", 1, notify)).code, 0);
  farm.kill_coordinator(SIGKILL);
  farm.files().write("ready", "");
  farm.start_coordinator();
  ASSERT_TRUE(poll_until([&] { return std::filesystem::exists(told); }));
  std::ifstream file(told);
  const json body = json::parse(file, nullptr, false);
  ASSERT_TRUE(body.is_object());
  EXPECT_EQ(body.at("event"), "finished");
  EXPECT_EQ(body.at("campaign"), "spring#1");
  EXPECT_EQ(body.at("counts").at("done"), 2);
}

}  // namespace
}  // namespace troupe::testing
