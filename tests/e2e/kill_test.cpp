// kill -9 of anything in the middle of a campaign: it finishes, each cell once.
#include <gtest/gtest.h>
#include <signal.h>

#include <set>

#include "tests/e2e/farm.h"

namespace troupe::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr int kCells = 48;

// The campaign is over with exit 0, and there is one picture for each cell.
void expect_complete(Farm& farm, Process& submit) {
  const auto code = submit.wait(90s);
  ASSERT_EQ(code, 0) << submit.out() << submit.err();
  const json pictures = farm.ask({"results", "spring"}).at("pictures");
  std::set<int> indices;
  for (const json& picture : pictures) indices.insert(picture.at("index").get<int>());
  EXPECT_EQ(pictures.size(), static_cast<std::size_t>(kCells));
  EXPECT_EQ(indices.size(), static_cast<std::size_t>(kCells));
  const json counts = farm.ask({"campaign", "info", "spring"}).at("counts");
  EXPECT_EQ(counts.at("done"), kCells);
}

Process submit(Farm& farm) {
  return farm.begin({"submit", farm.files().write("spring.yaml", small_manifest("spring", kCells / 2)), "--wait"});
}

TEST(Kill, AnEngine) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "60"}});
  farm.start_worker("two", {{"TROUPE_FAKE_MS", "60"}});
  Process running = submit(farm);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 4; }));
  const pid_t first = farm.engine_of("one");
  ASSERT_GT(first, 0);
  ::kill(first, SIGKILL);
  ASSERT_TRUE(poll_until([&] { return farm.engine_of("one") > 0 && farm.engine_of("one") != first; }));
  expect_complete(farm, running);
}

TEST(Kill, AWorker) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "60"}});
  farm.start_worker("two", {{"TROUPE_FAKE_MS", "60"}});
  Process running = submit(farm);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 4; }));
  farm.worker("one").signal(SIGKILL);
  ASSERT_TRUE(farm.worker("one").wait(10s));
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "10"}});
  expect_complete(farm, running);
}

TEST(Kill, TheCoordinator) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "60"}});
  farm.start_worker("two", {{"TROUPE_FAKE_MS", "60"}});
  Process running = submit(farm);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 4; }));
  farm.kill_coordinator(SIGKILL);
  farm.start_coordinator();
  expect_complete(farm, running);
}

TEST(Kill, EverythingInTurn) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "80"}});
  farm.start_worker("two", {{"TROUPE_FAKE_MS", "80"}});
  Process running = submit(farm);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 3; }));
  farm.kill_coordinator(SIGKILL);
  farm.worker("two").signal(SIGKILL);
  ASSERT_TRUE(farm.worker("two").wait(10s));
  if (const pid_t engine = farm.engine_of("one"); engine > 0) ::kill(engine, SIGKILL);
  farm.start_coordinator();
  farm.start_worker("two", {{"TROUPE_FAKE_MS", "10"}});
  expect_complete(farm, running);
}

TEST(Kill, SigtermHandsTheRestBack) {
  Farm farm;
  farm.start_coordinator();
  farm.start_worker("one", {{"TROUPE_FAKE_MS", "200"}});
  Process running = submit(farm);
  ASSERT_TRUE(poll_until([&] { return farm.done("spring") >= 1; }));
  farm.worker("one").signal(SIGTERM);
  EXPECT_EQ(farm.worker("one").wait(30s), 0) << farm.worker("one").err();
  const json counts = farm.ask({"campaign", "info", "spring"}).at("counts");
  EXPECT_EQ(counts.at("waiting").get<int>() + counts.at("done").get<int>(), kCells) << counts;
  farm.start_worker("two");
  expect_complete(farm, running);
}

}  // namespace
}  // namespace troupe::testing
