#include "worker/agent/outbox/outbox.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/memory_log_file.h"

namespace troupe::agent {
namespace {

using testing::Disk;
using testing::MemoryLogFile;

Stored stored(std::uint64_t index, const std::string& picture) {
  Stored stored;
  stored.result.ticket = {{1}, index, 1, 1};
  stored.result.artifacts = {{"image", sha256(picture), picture.size(), "image/png"}};
  stored.result.metadata_json = "{}";
  stored.files = {picture};
  return stored;
}

Stored failure(std::uint64_t index) {
  Stored stored;
  stored.result.ticket = {{1}, index, 1, 1};
  stored.result.outcome = Outcome::kFailed;
  stored.result.fault = Fault::kWorker;
  stored.result.reason = "the engine died";
  stored.result.log = {"one", "two"};
  return stored;
}

OutboxOptions small() {
  OutboxOptions options;
  options.grow_bytes = 256;
  options.garbage_bytes = 1024;
  options.full_bytes = 4096;
  return options;
}

std::unique_ptr<Outbox> open(Disk& disk, OutboxOptions options = small()) {
  auto outbox = Outbox::open(std::make_unique<MemoryLogFile>(disk), options);
  EXPECT_TRUE(outbox.ok()) << outbox.status().to_string();
  return std::move(outbox).value();
}

std::vector<std::uint64_t> indices(const Outbox& outbox) {
  std::vector<std::uint64_t> found;
  for (const JobResult& result : outbox.results()) found.push_back(result.ticket.index);
  return found;
}

TEST(Outbox, KeepsWhatWasStoredOverARestart) {
  Disk disk;
  const Stored first = stored(1, "picture one");
  ASSERT_TRUE(open(disk)->store({first, failure(2)}).ok());
  disk.now = disk.durable;
  const auto outbox = open(disk);
  ASSERT_EQ(outbox->results().size(), 2u);
  EXPECT_EQ(outbox->results()[0], first.result);
  EXPECT_EQ(outbox->results()[1], failure(2).result);
  EXPECT_EQ(*outbox->artifact(sha256("picture one")), "picture one");
}

TEST(Outbox, ForgetsResultsAndTheirArtifacts) {
  Disk disk;
  const auto outbox = open(disk);
  ASSERT_TRUE(outbox->store({stored(1, "same"), stored(2, "same"), stored(3, "other")}).ok());
  ASSERT_TRUE(outbox->forget({{{1}, 1, 1, 1}, {{1}, 3, 1, 1}, {{9}, 9, 9, 9}}).ok());
  EXPECT_EQ(indices(*outbox), (std::vector<std::uint64_t>{2}));
  EXPECT_TRUE(outbox->artifact(sha256("same")).ok());
  EXPECT_EQ(outbox->artifact(sha256("other")).status().code(), Code::kNotFound);
}

TEST(Outbox, ALaterResultOfATicketTakesThePlaceOfTheOlder) {
  Disk disk;
  ASSERT_TRUE(open(disk)->store({stored(1, "picture")}).ok());
  ASSERT_TRUE(open(disk)->store({failure(1)}).ok());
  const auto outbox = open(disk);
  ASSERT_EQ(outbox->results().size(), 1u);
  EXPECT_EQ(outbox->results()[0].outcome, Outcome::kFailed);
  EXPECT_FALSE(outbox->artifact(sha256("picture")).ok());
}

TEST(Outbox, ATornTailNeverTakesASyncedResultWithIt) {
  Disk before;
  ASSERT_TRUE(open(before)->store({stored(1, "picture one")}).ok());
  ASSERT_TRUE(open(before)->store({stored(2, "picture two")}).ok());
  Disk after = before;
  ASSERT_TRUE(open(after)->store({stored(3, "picture three"), failure(4)}).ok());
  for (std::size_t torn = 0; torn <= after.now.size(); ++torn) {
    Disk disk = before;
    disk.now = after.now;
    disk.crash(torn);
    const auto outbox = open(disk);
    const auto found = indices(*outbox);
    ASSERT_GE(found.size(), 2u) << "torn at byte " << torn;
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], i + 1) << "torn at byte " << torn;
    ASSERT_EQ(*outbox->artifact(sha256("picture two")), "picture two");
    ASSERT_TRUE(outbox->store({stored(5, "picture five")}).ok());
    ASSERT_EQ(indices(*open(disk)).back(), 5u) << "torn at byte " << torn;
  }
}

TEST(Outbox, AFileCutAnywhereIsReadUpToTheCut) {
  Disk whole;
  ASSERT_TRUE(open(whole)->store({stored(1, "picture one"), stored(2, "picture two"), failure(3)}).ok());
  std::size_t most = 0;
  for (std::size_t cut = 0; cut <= whole.now.size(); ++cut) {
    Disk disk;
    disk.now = disk.durable = whole.now.substr(0, cut);
    const std::size_t found = open(disk)->results().size();
    ASSERT_GE(found, most);
    most = found;
  }
  EXPECT_EQ(most, 3u);
}

TEST(Outbox, AnyFlippedBitIsNoticed) {
  Disk whole;
  ASSERT_TRUE(open(whole)->store({stored(1, "picture one")}).ok());
  const std::size_t used = open(whole)->used();
  for (std::size_t bit = 0; bit < used * 8; ++bit) {
    Disk disk;
    disk.now = whole.now;
    disk.now[bit / 8] = static_cast<char>(disk.now[bit / 8] ^ (1 << bit % 8));
    ASSERT_TRUE(open(disk)->results().empty()) << "bit " << bit;
  }
}

TEST(Outbox, AFullDiskStoresNothingAndCanBeTriedAgain) {
  Disk disk;
  const auto outbox = open(disk);
  ASSERT_TRUE(outbox->store({stored(1, "small")}).ok());
  disk.most_bytes = disk.now.size();
  const std::string large(2000, 'x');
  EXPECT_EQ(outbox->store({stored(2, large)}).code(), Code::kNoSpace);
  EXPECT_EQ(indices(*outbox), (std::vector<std::uint64_t>{1}));
  disk.most_bytes = 1u << 20;
  EXPECT_TRUE(outbox->store({stored(2, large)}).ok());
  EXPECT_EQ(indices(*open(disk)), (std::vector<std::uint64_t>{1, 2}));
}

TEST(Outbox, AFullDiskDoesNotKeepItFromForgetting) {
  Disk disk;
  const auto outbox = open(disk);
  ASSERT_TRUE(outbox->store({stored(1, std::string(180, 'x'))}).ok());
  disk.most_bytes = 0;
  EXPECT_TRUE(outbox->forget({{{1}, 1, 1, 1}}).ok());
  EXPECT_TRUE(outbox->results().empty());
}

TEST(Outbox, AFailedSyncIsAnError) {
  Disk disk;
  const auto outbox = open(disk);
  disk.broken = true;
  EXPECT_EQ(outbox->store({stored(1, "picture")}).code(), Code::kIo);
}

TEST(Outbox, SaysThatItIsFull) {
  Disk disk;
  const auto outbox = open(disk);
  EXPECT_FALSE(outbox->full());
  ASSERT_TRUE(outbox->store({stored(1, std::string(5000, 'x'))}).ok());
  EXPECT_TRUE(outbox->full());
  ASSERT_TRUE(outbox->forget({{{1}, 1, 1, 1}}).ok());
  EXPECT_FALSE(outbox->full());
}

TEST(Outbox, StaysSmallWhileAlwaysHoldingSomething) {
  Disk disk;
  const auto outbox = open(disk);
  std::uint64_t most = 0;
  for (std::uint64_t i = 1; i <= 200; ++i) {
    const std::string picture = "picture " + std::to_string(i) + std::string(100, 'x');
    ASSERT_TRUE(outbox->store({stored(i, picture)}).ok());
    ASSERT_TRUE(outbox->forget({{{1}, i - 1, 1, 1}}).ok());
    ASSERT_EQ(*outbox->artifact(sha256(picture)), picture);
    most = std::max(most, outbox->used());
  }
  EXPECT_LT(most, 4096u);
  EXPECT_EQ(indices(*open(disk)), (std::vector<std::uint64_t>{200}));
}

TEST(Outbox, AnEmptiedOneBeginsAnewInTheSamePlace) {
  Disk disk;
  const auto outbox = open(disk);
  std::size_t most = 0;
  for (std::uint64_t i = 1; i <= 200; ++i) {
    ASSERT_TRUE(outbox->store({stored(i, "picture " + std::to_string(i))}).ok());
    Disk other = disk;
    ASSERT_EQ(indices(*open(other)), (std::vector<std::uint64_t>{i})) << "beside what earlier rounds left";
    ASSERT_TRUE(outbox->forget({{{1}, i, 1, 1}}).ok());
    other = disk;
    ASSERT_TRUE(open(other)->results().empty()) << "result " << i;
    most = std::max(most, disk.now.size());
  }
  EXPECT_LT(most, 4096u);
}

// At worst what was forgotten comes back; what was stored is there.
TEST(Outbox, ACrashAfterItBeganAnewLosesNothing) {
  for (std::size_t torn = 0; torn < 1024; ++torn) {
    Disk disk;
    auto outbox = open(disk);
    for (std::uint64_t i = 1; i <= 6; ++i) ASSERT_TRUE(outbox->store({stored(i, "picture")}).ok());
    for (std::uint64_t i = 1; i <= 6; ++i) ASSERT_TRUE(outbox->forget({{{1}, i, 1, 1}}).ok());
    ASSERT_EQ(outbox->used(), 0u);
    ASSERT_TRUE(outbox->store({stored(7, "picture seven")}).ok());
    ASSERT_TRUE(outbox->store({stored(8, "picture eight")}).ok());
    ASSERT_TRUE(outbox->forget({{{1}, 7, 1, 1}}).ok());
    disk.crash(torn);
    outbox = open(disk);
    ASSERT_EQ(*outbox->artifact(sha256("picture eight")), "picture eight") << "torn at byte " << torn;
    const auto found = indices(*outbox);
    ASSERT_TRUE(std::find(found.begin(), found.end(), 8u) != found.end()) << "torn at byte " << torn;
    ASSERT_TRUE(outbox->store({stored(9, "picture nine")}).ok());
    ASSERT_EQ(indices(*open(disk)).back(), 9u);
  }
}

TEST(Outbox, IsWrittenToARealFile) {
  const std::string path = std::filesystem::path(::testing::TempDir()) / "troupe_outbox_test.log";
  std::filesystem::remove(path);
  for (std::uint64_t life = 1; life <= 3; ++life) {
    auto outbox = Outbox::open(std::move(open_log_file(path)).value(), small());
    ASSERT_TRUE(outbox.ok()) << outbox.status().to_string();
    EXPECT_EQ((*outbox)->results().size(), life - 1);
    ASSERT_TRUE((*outbox)->store({stored(life, std::string(700, 'p') + std::to_string(life))}).ok());
  }
  auto outbox = Outbox::open(std::move(open_log_file(path)).value(), small());
  ASSERT_TRUE(outbox.ok());
  ASSERT_TRUE((*outbox)->forget({{{1}, 1, 1, 1}, {{1}, 3, 1, 1}}).ok());
  EXPECT_EQ(*(*outbox)->artifact(sha256(std::string(700, 'p') + "2")), std::string(700, 'p') + "2");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace troupe::agent
