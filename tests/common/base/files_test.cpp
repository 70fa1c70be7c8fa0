#include "common/base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/environment.h"
#include "tests/support/temp_folder.h"

namespace troupe {
namespace {

using testing::TempFolder;

unsigned mode_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
}

TEST(FilesTest, ReadsWholeFilesWithinTheBound) {
  const TempFolder folder;
  const std::string path = folder.write("a", "12345");
  EXPECT_EQ(read_file(path, 5).value(), "12345");
  EXPECT_EQ(read_file(path, 4).status().code(), Code::kTooLarge);
  EXPECT_EQ(read_file(folder.path() + "/none", 5).status().code(), Code::kNotFound);
  EXPECT_EQ(read_file(folder.path(), 5).status().code(), Code::kInvalid);
}

TEST(FilesTest, DurableWritesReplaceAndLeaveNothingBeside) {
  const TempFolder folder;
  const std::string path = folder.path() + "/key";
  ASSERT_TRUE(write_file_durably(path, "old", 0600).ok());
  ASSERT_TRUE(write_file_durably(path, "new", 0600).ok());
  EXPECT_EQ(read_file(path, 100).value(), "new");
  EXPECT_EQ(mode_of(path), 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  EXPECT_EQ(write_file_durably(folder.path() + "/none/key", "x").code(), Code::kNotFound);
}

TEST(FilesTest, MakesFoldersOnTheWay) {
  const TempFolder folder;
  const std::string path = folder.path() + "/a/b/c";
  ASSERT_TRUE(make_folders(path, 0700).ok());
  ASSERT_TRUE(make_folders(path, 0700).ok());
  EXPECT_EQ(mode_of(folder.path() + "/a"), 0700u);
  EXPECT_TRUE(sync_folder(path).ok());
  const std::string file = folder.write("file", "");
  EXPECT_EQ(make_folders(file).code(), Code::kAlreadyExists);
  EXPECT_FALSE(make_folders(file + "/below").ok());
}

TEST(FilesTest, ConfinedPathsStayBelowTheirRoot) {
  for (const char* path : {"a", "a/b.png", "..a/b..", "a b/ü.png", ".hidden"}) EXPECT_TRUE(is_confined(path)) << path;
  for (const char* path : {"", "/a", "..", "../a", "a/..", "a/../b", "./a", "a//b", "a/", "a\\b", "a\nb", "a\x7f"}) {
    EXPECT_FALSE(is_confined(path)) << path;
  }
  EXPECT_FALSE(is_confined(std::string_view("a\0b", 3)));
}

TEST(FilesTest, StateFolderFollowsTheEnvironment) {
  const testing::ScopedEnvironment state("TROUPE_STATE", "/somewhere/else");
  EXPECT_EQ(default_state_folder(), "/somewhere/else");
}

}  // namespace
}  // namespace troupe
