// Damaged messages never crash a decoder, and what it still takes is valid: it survives another round.
#include <gtest/gtest.h>

#include "common/wire/client_messages.h"
#include "common/wire/convert.h"
#include "tests/common/wire/samples.h"
#include "tests/support/mutate.h"

namespace troupe::wire {
namespace {

constexpr int kRounds = 2000;

TEST(Mutation, FromWorkers) {
  SeededRandom random(20260301);
  int taken = 0;
  for (const auto& [name, message] : samples_from_worker()) {
    const std::string bytes = encode(message);
    for (int round = 0; round < kRounds; ++round) {
      const auto decoded = decode_from_worker(testing::mutate(bytes, random));
      if (!decoded.ok()) continue;
      ++taken;
      const auto again = decode_from_worker(encode(*decoded));
      ASSERT_TRUE(again.ok()) << name << ": " << again.status().to_string();
      EXPECT_EQ(*again, *decoded) << name;
    }
  }
  EXPECT_GT(taken, 0);
}

TEST(Mutation, ToWorkers) {
  SeededRandom random(20260302);
  int taken = 0;
  for (const auto& [name, message] : samples_to_worker()) {
    const std::string bytes = encode(message);
    for (int round = 0; round < kRounds; ++round) {
      const auto decoded = decode_to_worker(testing::mutate(bytes, random), {"w-1"});
      if (!decoded.ok()) continue;
      ++taken;
      const auto again = decode_to_worker(encode(*decoded), {"w-1"});
      ASSERT_TRUE(again.ok()) << name << ": " << again.status().to_string();
      EXPECT_EQ(*again, *decoded) << name;
    }
  }
  EXPECT_GT(taken, 0);
}

TEST(Mutation, RequestsAndReplies) {
  SeededRandom random(20260303);
  const std::string request =
      encode(ClientRequest{7, CampaignVerb{"spring", Verb::kRequeue, "seed=1", {JobState::kDone}}});
  const ResultPage page{
      "spring#1", {{3, 1, "1.png", "seed=1", {"image", sha256("x"), 9, "image/png"}, JobState::kDone}}, 4, true};
  const std::string reply = encode(ClientReply{7, {}, "", page});
  int taken = 0;
  for (int round = 0; round < kRounds; ++round) {
    if (const auto decoded = decode_request(testing::mutate(request, random)); decoded.ok()) {
      ++taken;
      EXPECT_EQ(*decode_request(encode(*decoded)), *decoded);
    }
    if (const auto decoded = decode_reply(testing::mutate(reply, random)); decoded.ok() && decoded.value().page) {
      ++taken;
      EXPECT_EQ(decode_reply(encode(*decoded)).value().page, decoded.value().page);
    }
  }
  EXPECT_GT(taken, 0);
}

}  // namespace
}  // namespace troupe::wire
