#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <ctime>
#include <fstream>
#include <map>
#include <thread>

#include "common/base/limits.h"
#include "coordinator/store/blob_store.h"
#include "tests/coordinator/store/small_disk.h"
#include "tests/support/temp_folder.h"

namespace troupe::store {
namespace {

using troupe::testing::TempFolder;

std::unique_ptr<BlobStore> open(const std::string& path) {
  auto blobs = open_blob_folder(path);
  EXPECT_TRUE(blobs.ok()) << blobs.status().to_string();
  return blobs.ok() ? std::move(*blobs) : nullptr;
}

std::unique_ptr<BlobWriter> create(BlobStore& blobs, const Digest& digest, std::uint64_t bytes) {
  auto writer = blobs.create(digest, bytes);
  EXPECT_TRUE(writer.ok()) << writer.status().to_string();
  return writer.ok() ? std::move(*writer) : nullptr;
}

Status put(BlobStore& blobs, const std::string& bytes) {
  const auto writer = create(blobs, sha256(bytes), bytes.size());
  TROUPE_RETURN_IF_ERROR(writer->append(bytes));
  return writer->finish();
}

std::size_t files_in(const std::string& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST(BlobFolder, KeepsWhatWasPut) {
  TempFolder folder;
  const std::string bytes(3'000'000, 'p');
  const Digest digest = sha256(bytes);
  {
    const auto blobs = open(folder.path());
    EXPECT_FALSE(blobs->has(digest));
    ASSERT_TRUE(put(*blobs, bytes).ok());
  }
  const auto blobs = open(folder.path());
  EXPECT_TRUE(blobs->has(digest));
  EXPECT_EQ(*blobs->size(digest), bytes.size());
  EXPECT_EQ(*blobs->read(digest, 0, bytes.size() + 1), bytes);
  EXPECT_EQ(blobs->read(digest, 2'999'999, 10)->size(), 1u);
  EXPECT_EQ(blobs->read(digest, bytes.size(), 10)->size(), 0u);
}

TEST(BlobFolder, LiesWhereItsDigestSays) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  ASSERT_TRUE(put(*blobs, "hello").ok());
  const std::string hex = sha256("hello").hex();
  struct stat info {};
  ASSERT_EQ(::stat((folder / (hex.substr(0, 2) + "/" + hex.substr(2))).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  EXPECT_EQ(files_in(folder / "tmp"), 0u);
}

TEST(BlobFolder, KeepsTheEmptyBlob) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  ASSERT_TRUE(put(*blobs, "").ok());
  EXPECT_EQ(*blobs->size(sha256("")), 0u);
  EXPECT_EQ(*blobs->read(sha256(""), 0, 10), "");
}

TEST(BlobFolder, SaysWhenThereIsNone) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  EXPECT_EQ(blobs->size(sha256("x")).status().code(), Code::kNotFound);
  EXPECT_EQ(blobs->read(sha256("x"), 0, 1).status().code(), Code::kNotFound);
}

TEST(BlobFolder, IsNotThereBeforeItIsFinished) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  {
    const auto writer = create(*blobs, sha256("hello"), 5);
    ASSERT_TRUE(writer->append("hello").ok());
    EXPECT_FALSE(blobs->has(sha256("hello")));
    EXPECT_EQ(files_in(folder / "tmp"), 1u);
  }
  EXPECT_FALSE(blobs->has(sha256("hello")));
}

TEST(BlobFolder, GoesOnWhereAnEarlierTryEnded) {
  TempFolder folder;
  {
    const auto blobs = open(folder.path());
    ASSERT_TRUE(create(*blobs, sha256("hello"), 5)->append("hel").ok());
    EXPECT_EQ(files_in(folder / "tmp"), 1u);
  }
  const auto blobs = open(folder.path());
  const auto writer = create(*blobs, sha256("hello"), 5);
  EXPECT_EQ(writer->written(), 3u);
  const auto second = create(*blobs, sha256("hello"), 5);
  EXPECT_EQ(second->written(), 0u) << "the first one is at it";
  ASSERT_TRUE(writer->append("lo").ok());
  const Status status = writer->finish();
  EXPECT_TRUE(status.ok()) << status.to_string();
  EXPECT_EQ(*blobs->read(sha256("hello"), 0, 9), "hello");
  ASSERT_TRUE(second->append("hello").ok());
  EXPECT_TRUE(second->finish().ok());
  EXPECT_EQ(files_in(folder / "tmp"), 0u);
}

TEST(BlobFolder, ADamagedEarlierTryIsNotHeldAgainstTheNext) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  ASSERT_TRUE(create(*blobs, sha256("hello"), 5)->append("HEL").ok());
  const auto writer = create(*blobs, sha256("hello"), 5);
  ASSERT_TRUE(writer->append("lo").ok());
  EXPECT_EQ(writer->finish().code(), Code::kCancelled);
  EXPECT_EQ(create(*blobs, sha256("hello"), 5)->written(), 0u);
  EXPECT_TRUE(put(*blobs, "hello").ok());
}

TEST(BlobFolder, AnEarlierTryThatWasLongerIsForgotten) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  ASSERT_TRUE(create(*blobs, sha256("hello"), 900)->append(std::string(800, 'x')).ok());
  EXPECT_EQ(create(*blobs, sha256("hello"), 5)->written(), 0u);
  EXPECT_TRUE(put(*blobs, "hello").ok());
}

TEST(BlobFolder, KeepsNoMoreHalvesThanTheLimit) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  for (std::size_t i = 0; i < limits::kMaxKeptHalves + 10; ++i) {
    ASSERT_TRUE(create(*blobs, sha256(std::to_string(i)), 5)->append("x").ok());
  }
  EXPECT_EQ(files_in(folder / "tmp"), limits::kMaxKeptHalves);
}

void make_old(const std::string& path, int hours) {
  const timespec then[2] = {{std::time(nullptr) - 3600 * hours, 0}, {std::time(nullptr) - 3600 * hours, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), then, 0), 0) << path;
}

TEST(BlobFolder, HalvesAreKeptForADay) {
  TempFolder folder;
  {
    const auto blobs = open(folder.path());
    for (const char* text : {"young", "old"}) ASSERT_TRUE(create(*blobs, sha256(text), 9)->append("x").ok());
  }
  make_old(folder / ("tmp/" + sha256("old").hex() + ".part"), 25);
  make_old(folder / ("tmp/" + sha256("young").hex() + ".part"), 23);
  const auto blobs = open(folder.path());
  EXPECT_EQ(files_in(folder / "tmp"), 1u);
  EXPECT_EQ(create(*blobs, sha256("young"), 9)->written(), 1u);
}

TEST(BlobFolder, OldHalvesAreForgottenUnlessTheyAreWritten) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  ASSERT_TRUE(create(*blobs, sha256("young"), 9)->append("x").ok());
  ASSERT_TRUE(create(*blobs, sha256("old"), 9)->append("x").ok());
  const auto writer = create(*blobs, sha256("written"), 9);
  ASSERT_TRUE(writer->append("x").ok());
  for (const char* text : {"old", "written"}) make_old(folder / ("tmp/" + sha256(text).hex() + ".part"), 25);
  ASSERT_TRUE(blobs->forget_halves().ok());
  EXPECT_EQ(files_in(folder / "tmp"), 2u);
  EXPECT_EQ(create(*blobs, sha256("young"), 9)->written(), 1u);
  EXPECT_EQ(create(*blobs, sha256("old"), 9)->written(), 0u);
  ASSERT_TRUE(writer->append("12345678").ok());
  EXPECT_EQ(writer->finish().code(), Code::kCorrupt) << "it is still there to be finished, and these are not its bytes";
}

TEST(BlobFolder, OnlyTheIdleAreRemoved) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  const auto place = [&](const std::string& text) {
    const std::string hex = sha256(text).hex();
    return folder / (hex.substr(0, 2) + "/" + hex.substr(2));
  };
  for (const char* text : {"new", "old", "asked for"}) {
    ASSERT_TRUE(put(*blobs, text).ok());
  }
  make_old(place("old"), 25);
  make_old(place("asked for"), 25);
  EXPECT_TRUE(blobs->has(sha256("asked for")));
  EXPECT_FALSE(*blobs->remove_idle(sha256("new")));
  EXPECT_FALSE(*blobs->remove_idle(sha256("asked for"))) << "somebody relies on it now";
  EXPECT_FALSE(*blobs->remove_idle(sha256("never there")));
  EXPECT_TRUE(*blobs->remove_idle(sha256("old")));
  std::map<Digest, std::uint64_t> left;
  ASSERT_TRUE(blobs->visit([&](const Digest& digest, std::uint64_t bytes) { left[digest] = bytes; }).ok());
  EXPECT_EQ(left, (std::map<Digest, std::uint64_t>{{sha256("new"), 3}, {sha256("asked for"), 9}}));
}

TEST(BlobFolder, RefusesBytesThatAreNotTheDigests) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  const auto wrong = create(*blobs, sha256("hello"), 5);
  ASSERT_TRUE(wrong->append("hullo").ok());
  EXPECT_EQ(wrong->finish().code(), Code::kCorrupt);
  EXPECT_EQ(wrong->finish().code(), Code::kCorrupt);
  const auto few = create(*blobs, sha256("hello"), 5);
  ASSERT_TRUE(few->append("hell").ok());
  EXPECT_EQ(few->finish().code(), Code::kCorrupt);
  EXPECT_FALSE(blobs->has(sha256("hello")));
  EXPECT_EQ(files_in(folder / "tmp"), 0u);
}

TEST(BlobFolder, RefusesMoreBytesThanAnnounced) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  const auto writer = create(*blobs, sha256("hello"), 4);
  ASSERT_TRUE(writer->append("hel").ok());
  EXPECT_EQ(writer->append("lo").code(), Code::kTooLarge);
  EXPECT_EQ(writer->append("l").code(), Code::kTooLarge);
  EXPECT_EQ(writer->finish().code(), Code::kTooLarge);
  EXPECT_EQ(files_in(folder / "tmp"), 0u);
  EXPECT_EQ(blobs->create(sha256("hello"), limits::kMaxBlobBytes + 1).status().code(), Code::kTooLarge);
}

TEST(BlobFolder, TakesOneDigestFromManyWritersAtOnce) {
  TempFolder folder;
  const auto blobs = open(folder.path());
  const std::string bytes(200'000, 'z');
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) EXPECT_TRUE(put(*blobs, bytes).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*blobs->read(sha256(bytes), 0, bytes.size()), bytes);
  EXPECT_EQ(files_in(folder / "tmp"), 0u);
}

TEST(BlobFolder, ClearsWhatACrashLeft) {
  TempFolder folder;
  { const auto blobs = open(folder.path()); }
  { std::ofstream(folder / "tmp/half.0") << "half"; }
  const auto blobs = open(folder.path());
  EXPECT_EQ(files_in(folder / "tmp"), 0u);
}

TEST(BlobFolder, AFullDiskIsToldAndLeavesNothing) {
  TempFolder folder;
  on_small_disk(folder.path(), 2 << 20, [&] {
    const auto blobs = open(folder.path());
    const std::string bytes(1 << 20, 'b');
    fill_disk(folder.path(), "filler");
    EXPECT_EQ(put(*blobs, bytes).code(), Code::kNoSpace);
    EXPECT_FALSE(blobs->has(sha256(bytes)));
    EXPECT_EQ(files_in(folder / "tmp"), 0u);
    ASSERT_EQ(std::remove((folder / "filler").c_str()), 0);
    EXPECT_TRUE(put(*blobs, bytes).ok());
  });
}

TEST(BlobFolder, SaysWhenThePlaceIsNoFolder) {
  TempFolder folder;
  { std::ofstream(folder / "blobs") << "a file"; }
  EXPECT_FALSE(open_blob_folder(folder / "blobs").ok());
}

}  // namespace
}  // namespace troupe::store
