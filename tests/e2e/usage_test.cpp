// What a user gets wrong, and what the CLI says of it.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>

#include "tests/e2e/farm.h"

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

struct BadManifest {
  const char* name;
  const char* find;  // in small_manifest
  const char* replace;
  const char* says;  // part of the message
};

class BadManifests : public ::testing::TestWithParam<BadManifest> {};

TEST_P(BadManifests, AreRefusedWithTheirPlaceAndNothingIsStored) {
  Farm farm;
  farm.start_coordinator();
  std::string text = small_manifest("bad", 2);
  const std::size_t at = text.find(GetParam().find);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(GetParam().find).size(), GetParam().replace);
  const std::string path = farm.files().write("bad.yaml", text);
  const Ran ran = farm.troupe({"submit", path, "--output", "json"});
  EXPECT_EQ(ran.code, 2) << ran.err;
  EXPECT_EQ(ran.out, "");
  const json error = json::parse(ran.err, nullptr, false);
  ASSERT_TRUE(error.is_object()) << ran.err;
  EXPECT_EQ(error.at("error").at("file"), path);
  EXPECT_TRUE(error.at("error").at("line").is_number()) << ran.err;
  EXPECT_NE(error.at("error").at("message").get<std::string>().find(GetParam().says), std::string::npos) << ran.err;
  EXPECT_EQ(farm.ask({"campaign", "list"}).at("campaigns").size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadManifests,
    ::testing::Values(BadManifest{"UnknownKey", "prompt: \"photo", "promt: \"photo", "promt"},
                      BadManifest{"WrongType", "steps: 4", "steps: many", "steps"},
                      BadManifest{"EmptyAxis", "character: [mia, leo]", "character: []", "character"},
                      BadManifest{"UnknownTemplateName", "photo of {character}", "photo of {charcter}", "charcter"},
                      BadManifest{"SizeNotAMultiple", "size: [64, 64]", "size: [62, 64]", "multiple"},
                      BadManifest{"TooManyCells", "count: 2", "count: 4000000000", "1000000000"},
                      BadManifest{"PathLeavesTheFolder", "path: \"{character}", "path: \"../{character}", "folder"},
                      BadManifest{"PathDoesNotSeparate", "{character}/{seed}.png", "{character}.png", "seed"},
                      BadManifest{"ModelThatThePackLacks", "steps: 4", "steps: 4, model: none", "none"},
                      BadManifest{"MissingReference", "red hair\"", "red hair\", reference: no-such.png",
                                  "no-such.png"}),
    [](const auto& test) { return test.param.name; });

TEST(Usage, ANonexistentManifestIsNamed) {
  Farm farm;
  const Ran ran = farm.troupe({"plan", farm.folder() + "/none.yaml"});
  EXPECT_NE(ran.code, 0);
  EXPECT_NE(ran.err.find("none.yaml"), std::string::npos);
}

TEST(Usage, NoCoordinatorIsExitThreeWithinFiveSeconds) {
  Farm farm;
  const auto begun = std::chrono::steady_clock::now();
  const Ran ran = farm.troupe({"status"});
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_NE(ran.err.find("troupe up"), std::string::npos) << ran.err;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
}

TEST(Usage, ACoordinatorThatDoesNotAnswerIsExitThreeWithinFiveSeconds) {
  Farm farm;
  farm.start_coordinator();
  farm.coordinator().signal(SIGSTOP);
  const auto begun = std::chrono::steady_clock::now();
  const Ran ran = farm.troupe({"campaign", "list"}, 20s);
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
  farm.coordinator().signal(SIGCONT);
}

TEST(Usage, AStateFolderInUseSaysByWhom) {
  Farm farm;
  farm.start_coordinator();
  const Ran ran = farm.troupe({"server", "start", "--port", "0"}, 20s);
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_NE(ran.err.find(std::to_string(farm.coordinator().pid())), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("--state"), std::string::npos) << ran.err;
}

TEST(Usage, APortInUseSaysWhichAndWhatToChange) {
  Farm farm, other;
  farm.start_coordinator();
  const std::string endpoint = farm.ask({"server", "info"}).at("endpoints").at("worker").get<std::string>();
  const std::string port = endpoint.substr(endpoint.rfind(':') + 1);
  const Ran ran = other.troupe({"server", "start", "--port", port}, 20s);
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_NE(ran.err.find(port), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("--port"), std::string::npos) << ran.err;
}

TEST(Usage, AnUnknownCampaignIsExitOneAndTheKnownOnesAreNamed) {
  Farm farm;
  farm.start_coordinator();
  ASSERT_EQ(farm.troupe({"submit", farm.files().write("spring.yaml", small_manifest("spring", 1))}).code, 0);
  const Ran ran = farm.troupe({"campaign", "info", "sprung"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("spring"), std::string::npos) << ran.err;
}

TEST(Usage, AnUnknownSliceOrVerbIsExitTwo) {
  Farm farm;
  farm.start_coordinator();
  ASSERT_EQ(farm.troupe({"submit", farm.files().write("spring.yaml", small_manifest("spring", 1))}).code, 0);
  EXPECT_EQ(farm.troupe({"job", "list", "spring", "charcter=mia"}).code, 2);
  EXPECT_EQ(farm.troupe({"job", "list", "spring", "--status", "dead"}).code, 2);
  EXPECT_EQ(farm.troupe({"campaign", "explode", "spring"}).code, 2);
}

TEST(Usage, PlanNeedsNoCoordinatorAndCountsTenMillionCells) {
  Farm farm;
  const std::string path = farm.files().write("big.yaml", small_manifest("big", 5000000));
  const json plan = farm.ask({"plan", path, "--show", "1"});
  EXPECT_EQ(plan.at("cells"), 10000000);
  EXPECT_EQ(plan.at("stages"), json::array({"generate"}));
  EXPECT_TRUE(plan.at("seconds_per_job").is_null());
  EXPECT_TRUE(plan.at("eta_seconds").is_null());
  EXPECT_EQ(plan.at("jobs").at(0).at("path"), "mia/1.png");
}

TEST(Usage, UpStartsAFarmAndCtrlCStopsAllOfIt) {
  Farm farm;
  Process up =
      farm.begin({"up", "--workers", "2", "--threads", "1", "--engine", std::string(TROUPE_BIN_DIR) + "/fake-engine"});
  ASSERT_TRUE(poll_until([&] { return up.out().find("next:") != std::string::npos; })) << up.out() << up.err();
  EXPECT_EQ(farm.troupe({"submit", farm.files().write("spring.yaml", small_manifest("spring", 4)), "--wait"}).code, 0);
  up.signal(SIGINT);
  EXPECT_EQ(up.wait(40s), 0) << up.out() << up.err();
  EXPECT_FALSE(std::filesystem::exists(farm.state() + "/server.json"));
  EXPECT_EQ(farm.troupe({"status"}).code, 3);
}

}  // namespace
}  // namespace troupe::testing
