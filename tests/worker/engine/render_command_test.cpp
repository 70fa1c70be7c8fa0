#include "worker/engine/render_command.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/fake_engine/fake_stages.h"
#include "tests/support/temp_folder.h"

namespace troupe::engine {
namespace {

using testing::TempFolder;

constexpr char kManifest[] = R"(
troupe: 1
name: spring
pack: pocket
prompt: "photo"
sweep: {axes: {seed: {from: 1, count: 6}}}
chain: [{generate: {size: [32, 24], steps: 4}}]
output: {path: "spring/{seed}.png"}
)";

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

class RenderCommand : public ::testing::Test {
 protected:
  RenderCommand() {
    folder_.write("pocket/model_index.json", "{}");
    folder_.write("pocket/vae/config.json", R"({"block_out_channels": [24, 48, 64]})");
    folder_.write("pocket/unet/config.json", R"({"sample_size": 32})");
  }

  Ran run(const std::string& manifest, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{
        "engine", "render", "--pack", folder_.path() + "/pocket", "--manifest", folder_.write("spring.yaml", manifest),
        "--to",   out()};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Ran ran;
    ran.code = render_command(static_cast<int>(arguments.size()), arguments.data(), [](const ServeOptions&) {
      return Result<std::unique_ptr<Renderer>>(
          std::make_unique<Renderer>(Device{"fake", "fake/1"}, testing::make_fake_stages()));
    });
    ran.out = ::testing::internal::GetCapturedStdout();
    ran.err = ::testing::internal::GetCapturedStderr();
    return ran;
  }
  std::string out() const { return folder_.path() + "/out"; }
  bool there(int seed) const { return std::filesystem::exists(out() + "/spring/" + std::to_string(seed) + ".png"); }

  TempFolder folder_;
};

TEST_F(RenderCommand, WritesThePicturesOfACampaignAndTheirTimes) {
  const Ran ran = run(kManifest, {"--json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (int seed = 1; seed <= 6; ++seed) EXPECT_TRUE(there(seed)) << seed;
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json.at("schema"), 1);
  EXPECT_EQ(json.at("jobs"), 6);
  EXPECT_EQ(json.at("failed"), 0);
  EXPECT_EQ(json.at("numerics_class"), "fake/1");
  EXPECT_GT(json.at("wall_seconds"), 0.0);
  EXPECT_TRUE(json.at("stages").contains("generate"));
}

TEST_F(RenderCommand, TakesAPartOfTheJobs) {
  EXPECT_EQ(run(kManifest, {"--part", "2/3"}).code, 0);
  EXPECT_FALSE(there(1));
  EXPECT_TRUE(there(2));
  EXPECT_FALSE(there(3));
  EXPECT_TRUE(there(5));
  EXPECT_EQ(run(kManifest, {"--jobs", "1"}).code, 0);
  EXPECT_TRUE(there(1));
  EXPECT_FALSE(there(3));
}

TEST_F(RenderCommand, SaysWhatIsWrong) {
  EXPECT_EQ(run(kManifest, {"--part", "4/3"}).code, 2);
  EXPECT_EQ(run(kManifest, {"--sideways"}).code, 2);
  const Ran unknown = run(std::string(kManifest) + "colour: red\n");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("spring.yaml:9:1"), std::string::npos) << unknown.err;
  std::string odd = kManifest;
  odd.replace(odd.find("[32, 24]"), 8, "[33, 24]");
  EXPECT_EQ(run(odd).code, 2);
}

}  // namespace
}  // namespace troupe::engine
