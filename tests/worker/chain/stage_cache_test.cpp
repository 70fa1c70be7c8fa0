#include "worker/chain/stage_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "common/base/files.h"
#include "tests/support/temp_folder.h"

namespace troupe::chain {
namespace {

namespace fs = std::filesystem;
using troupe::testing::TempFolder;

constexpr std::uint64_t kRoomy = 64u << 20;

picture::Picture noise(int width, int height, int channels, std::uint32_t seed) {
  picture::Picture picture = picture::make_picture({width, height}, channels, 0);
  std::uint64_t state = seed;
  for (std::uint8_t& byte : picture.pixels) byte = static_cast<std::uint8_t>((state = mix64(state + 1)) >> 32);
  return picture;
}

Frame make_frame(std::uint32_t seed = 1, int side = 16) {
  Frame frame;
  frame.image = noise(side, side, 3, seed);
  frame.masks["cup"] = noise(side, side, 1, seed + 1);
  frame.info.prompt = "photo of mia, \xC3\xA9t\xC3\xA9";
  frame.info.guidance = 4.1;
  frame.info.seed = 4'294'967'295u;
  frame.info.denoising_strength = 0.7;
  frame.info.extra = {{"Key", "value"}};
  frame.models = {{"sd/unet/model.safetensors", sha256("unet")}};
  frame.metadata["stages"]["segment"] = {{"result", "found"}, {"coverage", 0.1234567890123}};
  return frame;
}

std::string bytes(const Frame& frame) {
  return pack_frame(frame).value();
}

std::unique_ptr<StageCache> open(const TempFolder& folder, std::uint64_t most = kRoomy) {
  return std::move(StageCache::open(folder.path() + "/stages", most)).value();
}

std::size_t files_in(const TempFolder& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder.path() + "/stages")) ++count;
  return count;
}

TEST(StageEntry, ComesBackAsItWas) {
  Frame frame = make_frame();
  frame.refused = "nothing found";
  const auto back = unpack_frame(bytes(frame));
  ASSERT_TRUE(back.ok()) << back.status().to_string();
  EXPECT_EQ(back->image, frame.image);
  EXPECT_EQ(back->masks, frame.masks);
  EXPECT_EQ(back->models, frame.models);
  EXPECT_EQ(back->metadata.dump(), frame.metadata.dump());
  EXPECT_EQ(back->refused, frame.refused);
  EXPECT_EQ(back->info.prompt, frame.info.prompt);
  EXPECT_EQ(back->info.guidance, frame.info.guidance);
  EXPECT_EQ(back->info.seed, frame.info.seed);
  EXPECT_EQ(back->info.denoising_strength, frame.info.denoising_strength);
  EXPECT_EQ(back->info.clip_skip, std::nullopt);
  EXPECT_EQ(back->info.extra, frame.info.extra);
  EXPECT_EQ(bytes(*back), bytes(frame));
}

TEST(StageEntry, OfAFrameWithoutAPicture) {
  Frame frame;
  frame.refused = "not yet";
  const auto back = unpack_frame(bytes(frame));
  ASSERT_TRUE(back.ok()) << back.status().to_string();
  EXPECT_TRUE(back->image.empty());
}

TEST(StageEntry, NoOtherBytesAreTaken) {
  const std::string whole = bytes(make_frame());
  for (std::size_t length : {std::size_t{0}, std::size_t{5}, std::size_t{40}, whole.size() / 2, whole.size() - 1}) {
    EXPECT_EQ(unpack_frame(whole.substr(0, length)).status().code(), Code::kCorrupt) << length;
  }
  for (std::size_t at = 0; at < whole.size(); at += 97) {
    std::string broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 1);
    EXPECT_EQ(unpack_frame(broken).status().code(), Code::kCorrupt) << at;
  }
}

TEST(StageCache, GivesBackWhatItWasGiven) {
  const TempFolder folder;
  const auto cache = open(folder);
  EXPECT_FALSE(cache->get(sha256("a")));
  ASSERT_TRUE(cache->put(sha256("a"), make_frame()).ok());
  const auto frame = open(folder)->get(sha256("a"));  // another process of the worker
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->image, make_frame().image);
  EXPECT_FALSE(cache->get(sha256("b")));
}

TEST(StageCache, DropsAnEntryThatIsBroken) {
  const TempFolder folder;
  const auto cache = open(folder);
  ASSERT_TRUE(cache->put(sha256("a"), make_frame()).ok());
  const std::string path = folder.path() + "/stages/" + sha256("a").hex();
  std::string whole = read_file(path, kRoomy).value();
  whole[whole.size() / 2] = static_cast<char>(whole[whole.size() / 2] ^ 1);
  ASSERT_TRUE(write_file_durably(path, whole).ok());
  EXPECT_FALSE(cache->get(sha256("a")));
  EXPECT_FALSE(fs::exists(path));
  ASSERT_TRUE(cache->put(sha256("a"), make_frame()).ok());
  EXPECT_TRUE(cache->get(sha256("a")));
}

TEST(StageCache, DeletesWhatWasUsedLeastLately) {
  const TempFolder folder;
  const std::uint64_t one = bytes(make_frame()).size();
  const auto cache = open(folder, one * 10);
  const auto age = [&](const std::string& name, int hours) {
    fs::last_write_time(folder.path() + "/stages/" + sha256(name).hex(),
                        fs::file_time_type::clock::now() - std::chrono::hours(hours));
  };
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(cache->put(sha256(std::to_string(i)), make_frame()).ok());
    age(std::to_string(i), 20 - i);
  }
  EXPECT_TRUE(cache->get(sha256("0")));  // the oldest, but used now
  ASSERT_TRUE(cache->put(sha256("new"), make_frame()).ok());
  EXPECT_TRUE(cache->get(sha256("0")));
  EXPECT_TRUE(cache->get(sha256("new")));
  EXPECT_FALSE(cache->get(sha256("1")));
  std::uint64_t sum = 0;
  for (const auto& entry : fs::directory_iterator(folder.path() + "/stages")) sum += entry.file_size();
  EXPECT_LE(sum, one * 10);
}

TEST(StageCache, LeavesOutWhatIsTooLarge) {
  const TempFolder folder;
  const auto cache = open(folder, 2000);
  ASSERT_TRUE(cache->put(sha256("a"), make_frame(1, 64)).ok());
  EXPECT_EQ(files_in(folder), 0u);
}

TEST(StageCache, ADiskThatTakesNothingIsAnErrorWithoutARemnant) {
  const TempFolder folder;
  const auto cache = open(folder);
  fs::remove(folder.path() + "/stages");
  EXPECT_FALSE(cache->put(sha256("a"), make_frame()).ok());
  EXPECT_FALSE(cache->get(sha256("a")));
}

TEST(StageCache, FilesThatNobodyFinishedGo) {
  const TempFolder folder;
  const std::string part = folder.write("stages/abc-1-1.part", "half");
  open(folder);
  EXPECT_TRUE(fs::exists(part));  // somebody may be at it
  fs::last_write_time(part, fs::file_time_type::clock::now() - std::chrono::hours(1));
  open(folder);
  EXPECT_FALSE(fs::exists(part));
}

}  // namespace
}  // namespace troupe::chain
