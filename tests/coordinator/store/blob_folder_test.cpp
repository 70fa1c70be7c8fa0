#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
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
  EXPECT_EQ(files_in(folder / "tmp"), 0u);
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
