#include "worker/agent/shell/references.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_folder.h"

namespace troupe::agent {
namespace {

namespace fs = std::filesystem;
using testing::TempFolder;

struct Shelf {
  TempFolder folder;
  References references = std::move(References::open(folder.path() + "/references", 25)).value();

  Digest arrive(const std::string& bytes, const std::set<Digest>& needed = {}, int age = 0) {
    const Digest digest = sha256(bytes);
    folder.write("references/" + digest.hex(), bytes);
    if (age > 0) {
      fs::last_write_time(references.path(digest), fs::file_time_type::clock::now() - std::chrono::hours(age));
    }
    references.arrived(digest, needed);
    return digest;
  }
};

TEST(References, HasWhatArrived) {
  Shelf shelf;
  EXPECT_FALSE(shelf.references.has(sha256("mia")));
  EXPECT_TRUE(shelf.references.has(shelf.arrive("mia")));
  EXPECT_TRUE(References::open(shelf.folder.path() + "/references", 25)->has(sha256("mia")));
}

TEST(References, AFileWithOtherBytesIsNone) {
  Shelf shelf;
  const std::string path = shelf.folder.write("references/" + sha256("mia").hex(), "leo");
  EXPECT_FALSE(shelf.references.has(sha256("mia")));
  EXPECT_FALSE(fs::exists(path));
}

TEST(References, DeletesTheOldestThatNoJobNeeds) {
  Shelf shelf;
  const Digest oldest = shelf.arrive("0123456789", {}, 3);
  const Digest old = shelf.arrive("abcdefghij", {oldest}, 2);
  const Digest fresh = shelf.arrive("ABCDEFGHIJ", {oldest});
  EXPECT_TRUE(shelf.references.has(oldest));
  EXPECT_FALSE(shelf.references.has(old));
  EXPECT_TRUE(shelf.references.has(fresh));
}

}  // namespace
}  // namespace troupe::agent
