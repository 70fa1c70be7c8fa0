// The blob protocol without sockets: what is answered to whom, under which limits.
#include "coordinator/server/blob_service.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "tests/support/take.h"
#include "tests/support/temp_folder.h"

namespace troupe::server {
namespace {

using troupe::testing::TempFolder;

using namespace wire;  // the words of the protocol

constexpr std::uint64_t kMiB = 1u << 20;

struct Answer {
  std::string peer;
  BlobMessage message;
};

struct Rig {
  TempFolder folder;
  std::unique_ptr<store::BlobStore> store = take(store::open_blob_folder(folder.path()));
  std::vector<Answer> answers;
  std::vector<Digest> durable;
  bool reachable = true;
  bool allowed = true;
  Instant now;
  BlobService service{*store,
                      {[this](const std::string&, BlobAction) { return allowed; },
                       [this](const Digest& digest) { durable.push_back(digest); }},
                      [this](const std::string& peer, const BlobMessage& message) {
                        if (reachable) answers.push_back({peer, message});
                        return reachable;
                      }};

  void say(const std::string& peer, std::uint64_t transfer, decltype(BlobMessage::body) body) {
    answers.clear();
    service.handle(peer, "user", {transfer, std::move(body)}, now);
  }
  template <typename Body>
  std::vector<Body> answered() const {
    std::vector<Body> bodies;
    for (const Answer& answer : answers) {
      if (const auto* body = std::get_if<Body>(&answer.message.body)) bodies.push_back(*body);
    }
    return bodies;
  }
  // The code of the one answer, an error.
  Code error() const {
    const auto errors = answered<BlobError>();
    return answers.size() == 1 && errors.size() == 1 ? errors[0].code : Code::kOk;
  }
  void keep(const std::string& bytes) {
    auto writer = store->create(sha256(bytes), bytes.size());
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->append(bytes).ok());
    ASSERT_TRUE((*writer)->finish().ok());
  }
};

TEST(BlobService, SaysWhatIsMissing) {
  Rig rig;
  rig.keep("here");
  rig.say("a", 1, BlobHave{{sha256("x"), sha256("here"), sha256("y")}});
  EXPECT_EQ(rig.answered<BlobMissing>(), (std::vector<BlobMissing>{{{sha256("x"), sha256("y")}}}));
}

TEST(BlobService, TakesABlobInOrder) {
  Rig rig;
  const std::string bytes = "hello, world";
  rig.say("a", 1, BlobPut{sha256(bytes), bytes.size()});
  ASSERT_EQ(rig.answered<BlobReady>(), (std::vector<BlobReady>{{bytes.size(), 0, limits::kBlobCredit}}));
  rig.say("a", 1, BlobChunk{0, "hello,"});
  EXPECT_EQ(rig.answered<BlobCredit>(), (std::vector<BlobCredit>{{1}}));
  EXPECT_TRUE(rig.durable.empty());
  rig.say("a", 1, BlobChunk{6, " world"});
  EXPECT_EQ(rig.answered<BlobDone>(), (std::vector<BlobDone>{{sha256(bytes)}}));
  EXPECT_EQ(rig.durable, std::vector{sha256(bytes)});
  EXPECT_TRUE(rig.store->has(sha256(bytes)));
  EXPECT_EQ(rig.service.transfers(), 0u);
  EXPECT_EQ(rig.service.counters().received, 1u);
}

TEST(BlobService, NeedsNotTakeWhatItHas) {
  Rig rig;
  rig.keep("here");
  rig.say("a", 1, BlobPut{sha256("here"), 4});
  EXPECT_EQ(rig.answered<BlobDone>().size(), 1u);
  rig.say("a", 2, BlobPut{sha256(""), 0});
  EXPECT_EQ(rig.answered<BlobDone>().size(), 1u);
  EXPECT_TRUE(rig.store->has(sha256("")));
}

TEST(BlobService, RefusesWhatIsOutOfOrder) {
  Rig rig;
  rig.say("a", 1, BlobPut{sha256("hello"), 5});
  rig.say("a", 1, BlobChunk{1, "ello"});
  EXPECT_EQ(rig.error(), Code::kInvalid);
  EXPECT_EQ(rig.service.transfers(), 0u);
  rig.say("a", 1, BlobChunk{0, "hello"});
  EXPECT_EQ(rig.error(), Code::kCancelled);
}

TEST(BlobService, RefusesBytesThatAreWrongOrTooMany) {
  Rig rig;
  rig.say("a", 1, BlobPut{sha256("hello"), 5});
  rig.say("a", 1, BlobChunk{0, "hullo"});
  EXPECT_EQ(rig.error(), Code::kCorrupt);
  rig.say("a", 2, BlobPut{sha256("hello"), 5});
  rig.say("a", 2, BlobChunk{0, "hello, world"});
  EXPECT_EQ(rig.error(), Code::kTooLarge);
  rig.say("a", 3, BlobPut{sha256("hello"), limits::kMaxBlobBytes + 1});
  EXPECT_EQ(rig.error(), Code::kTooLarge);
  EXPECT_TRUE(rig.durable.empty());
  EXPECT_EQ(rig.service.transfers(), 0u);
}

TEST(BlobService, SendsUnderCredit) {
  Rig rig;
  const std::string bytes(7 * kMiB + 5, 'd');
  rig.keep(bytes);
  rig.say("a", 1, BlobGet{sha256(bytes)});
  EXPECT_EQ(rig.answered<BlobReady>().at(0).bytes, bytes.size());
  auto chunks = rig.answered<BlobChunk>();
  ASSERT_EQ(chunks.size(), limits::kBlobCredit);
  EXPECT_EQ(chunks[3].offset, 3 * kMiB);
  EXPECT_EQ(chunks[3].data.size(), kMiB);
  rig.say("a", 1, BlobCredit{1});
  EXPECT_EQ(rig.answered<BlobChunk>().size(), 1u);
  // No more than the window, whatever is given.
  rig.say("a", 1, BlobCredit{~0u});
  chunks = rig.answered<BlobChunk>();
  ASSERT_EQ(chunks.size(), 3u);
  EXPECT_EQ(chunks[2].data.size(), 5u);
  EXPECT_EQ(rig.service.transfers(), 0u);
  EXPECT_EQ(rig.service.counters().sent, 1u);
}

TEST(BlobService, TellsOfTransfersThatItDoesNotKnow) {
  Rig rig;
  rig.say("a", 1, BlobCredit{0});
  EXPECT_EQ(rig.error(), Code::kCancelled);
  rig.say("a", 1, BlobCredit{2});
  EXPECT_TRUE(rig.answers.empty());
  rig.say("a", 1, BlobChunk{0, "x"});
  EXPECT_EQ(rig.error(), Code::kCancelled);
  rig.say("a", 1, BlobError{});
  EXPECT_TRUE(rig.answers.empty());
  rig.say("a", 1, BlobPut{sha256("x"), 1});
  rig.say("a", 1, BlobCredit{0});
  EXPECT_TRUE(rig.answers.empty());
}

TEST(BlobService, SaysWhenThereIsNoSuchBlob) {
  Rig rig;
  rig.say("a", 1, BlobGet{sha256("x")});
  EXPECT_EQ(rig.error(), Code::kNotFound);
}

TEST(BlobService, KeepsPeersApart) {
  Rig rig;
  rig.say("a", 1, BlobPut{sha256("hello"), 5});
  rig.say("b", 1, BlobChunk{0, "hello"});
  EXPECT_EQ(rig.error(), Code::kCancelled);
  rig.say("b", 1, BlobPut{sha256("hello"), 5});
  rig.say("b", 1, BlobChunk{0, "hullo"});
  EXPECT_EQ(rig.error(), Code::kCorrupt);
  rig.say("a", 1, BlobChunk{0, "hello"});
  ASSERT_EQ(rig.answered<BlobDone>().size(), 1u);
  EXPECT_EQ(rig.answers[0].peer, "a");
}

TEST(BlobService, BoundsTransfers) {
  Rig rig;
  for (std::uint64_t i = 0; i < limits::kMaxPeerBlobTransfers; ++i) rig.say("a", i, BlobPut{sha256("hello"), 5});
  rig.say("a", 99, BlobPut{sha256("hello"), 5});
  EXPECT_EQ(rig.error(), Code::kUnavailable);
  rig.say("a", 0, BlobPut{sha256("hello"), 5});
  EXPECT_EQ(rig.error(), Code::kInvalid);  // and the transfer of that number is over
  for (int peer = 0; rig.service.transfers() < limits::kMaxBlobTransfers; ++peer) {
    for (std::uint64_t i = 0; i < limits::kMaxPeerBlobTransfers; ++i) {
      rig.say(std::to_string(peer), i, BlobPut{sha256("hello"), 5});
    }
  }
  rig.say("z", 1, BlobPut{sha256("hello"), 5});
  EXPECT_EQ(rig.error(), Code::kUnavailable);
  EXPECT_EQ(rig.service.transfers(), limits::kMaxBlobTransfers);
}

TEST(BlobService, EndsTransfersThatStandStill) {
  Rig rig;
  rig.say("a", 1, BlobPut{sha256("hello"), 5});
  rig.now = rig.now + Millis(20'000);
  rig.say("a", 1, BlobChunk{0, "he"});
  rig.now = rig.now + Millis(29'999);
  rig.service.expire(rig.now);
  EXPECT_EQ(rig.service.transfers(), 1u);
  rig.now = rig.now + Millis(1);
  rig.answers.clear();
  rig.service.expire(rig.now);
  EXPECT_EQ(rig.service.transfers(), 0u);
  EXPECT_EQ(rig.error(), Code::kCancelled);
  EXPECT_EQ(rig.service.counters().expired, 1u);
}

TEST(BlobService, AnUploadGoesOnWhereTheLastOneEnded) {
  Rig rig;
  const std::string bytes = "hello, world";
  rig.say("a", 1, BlobPut{sha256(bytes), bytes.size()});
  rig.say("a", 1, BlobChunk{0, "hello,"});
  rig.say("a", 1, BlobError{Code::kCancelled, "given up"});
  EXPECT_EQ(rig.service.transfers(), 0u);
  rig.say("b", 7, BlobPut{sha256(bytes), bytes.size()});
  ASSERT_EQ(rig.answered<BlobReady>(), (std::vector<BlobReady>{{bytes.size(), 6, limits::kBlobCredit}}));
  rig.say("b", 7, BlobChunk{6, " world"});
  EXPECT_EQ(rig.answered<BlobDone>(), (std::vector<BlobDone>{{sha256(bytes)}}));
  EXPECT_EQ(rig.service.counters().resumed, 1u);
  EXPECT_EQ(*rig.store->read(sha256(bytes), 0, 100), bytes);
}

TEST(BlobService, AnUploadThatStandsStillGivesWay) {
  Rig rig;
  const std::string bytes = "hello, world";
  rig.say("old connection", 1, BlobPut{sha256(bytes), bytes.size()});
  rig.say("old connection", 1, BlobChunk{0, "hello,"});
  rig.now = rig.now + Millis(999);
  rig.say("another", 1, BlobPut{sha256(bytes), bytes.size()});
  EXPECT_EQ(rig.answered<BlobReady>(), (std::vector<BlobReady>{{bytes.size(), 0, limits::kBlobCredit}}));
  rig.say("another", 1, BlobError{Code::kCancelled, "given up"});
  rig.now = rig.now + Millis(1);
  rig.say("new connection", 1, BlobPut{sha256(bytes), bytes.size()});
  EXPECT_EQ(rig.answered<BlobError>().size(), 1u);
  EXPECT_EQ(rig.answered<BlobReady>(), (std::vector<BlobReady>{{bytes.size(), 6, limits::kBlobCredit}}));
  rig.say("old connection", 1, BlobChunk{6, " world"});
  EXPECT_EQ(rig.error(), Code::kCancelled);
}

// What an earlier try left may be anything: whoever has the right bytes gets them in.
TEST(BlobService, ADamagedStartIsSentAgain) {
  Rig rig;
  const std::string bytes = "hello, world";
  rig.say("a", 1, BlobPut{sha256(bytes), bytes.size()});
  rig.say("a", 1, BlobChunk{0, "HELLO,"});
  rig.say("a", 1, BlobError{Code::kCancelled, "given up"});
  rig.say("a", 2, BlobPut{sha256(bytes), bytes.size()});
  rig.say("a", 2, BlobChunk{6, " world"});
  EXPECT_EQ(rig.error(), Code::kCancelled) << "begin again";
  rig.say("a", 3, BlobPut{sha256(bytes), bytes.size()});
  EXPECT_EQ(rig.answered<BlobReady>(), (std::vector<BlobReady>{{bytes.size(), 0, limits::kBlobCredit}}));
  rig.say("a", 3, BlobChunk{0, bytes});
  EXPECT_EQ(rig.answered<BlobDone>().size(), 1u);
}

TEST(BlobService, ADownloadGoesOnWhereTheLastOneEnded) {
  Rig rig;
  const std::string bytes(2 * kMiB + 5, 'd');
  rig.keep(bytes);
  rig.say("a", 1, BlobGet{sha256(bytes), 2 * kMiB});
  EXPECT_EQ(rig.answered<BlobReady>().at(0).offset, 2 * kMiB);
  const auto chunks = rig.answered<BlobChunk>();
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(chunks[0], (BlobChunk{2 * kMiB, "ddddd"}));
  rig.say("a", 2, BlobGet{sha256(bytes), bytes.size()});
  EXPECT_EQ(rig.answered<BlobReady>().at(0).offset, bytes.size());
  EXPECT_TRUE(rig.answered<BlobChunk>().empty());
  rig.say("a", 3, BlobGet{sha256(bytes), bytes.size() + 1});
  EXPECT_EQ(rig.answered<BlobReady>().at(0).offset, 0u) << "of something else";
  EXPECT_EQ(rig.service.counters().resumed, 2u);
}

TEST(BlobService, EndsTransfersOfPeersThatAreGone) {
  Rig rig;
  rig.say("a", 1, BlobPut{sha256("hello"), 5});
  rig.reachable = false;
  rig.say("a", 1, BlobChunk{0, "he"});
  rig.keep(std::string(6 * kMiB, 'd'));
  rig.say("a", 2, BlobGet{sha256(std::string(6 * kMiB, 'd'))});
  EXPECT_EQ(rig.service.transfers(), 0u);
}

TEST(BlobService, AsksForEachMessageWhetherItMay) {
  Rig rig;
  rig.say("a", 1, BlobPut{sha256("hello"), 5});
  rig.allowed = false;
  rig.say("a", 1, BlobChunk{0, "hello"});
  EXPECT_EQ(rig.error(), Code::kPermissionDenied);
  rig.say("a", 2, BlobHave{{sha256("hello")}});
  EXPECT_EQ(rig.error(), Code::kPermissionDenied);
  EXPECT_EQ(rig.service.transfers(), 0u);
  EXPECT_EQ(rig.service.counters().not_authorised, 2u);
  EXPECT_FALSE(rig.store->has(sha256("hello")));
}

TEST(BlobService, AnswersNothingThatOnlyItSays) {
  Rig rig;
  rig.say("a", 1, BlobDone{sha256("x")});
  EXPECT_EQ(rig.error(), Code::kInvalid);
  rig.say("a", 1, BlobReady{5, 0, 1});
  EXPECT_EQ(rig.error(), Code::kInvalid);
  rig.say("a", 1, BlobMissing{});
  EXPECT_EQ(rig.error(), Code::kInvalid);
}

}  // namespace
}  // namespace troupe::server
