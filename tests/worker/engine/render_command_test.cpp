#include "worker/engine/render_command.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "common/base/files.h"
#include "common/picture/png.h"
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

TEST_F(RenderCommand, UsesOutputsOfStagesAgain) {
  const std::vector<std::string> options{"--json", "--stage-cache", folder_.path() + "/stages"};
  const auto first = nlohmann::json::parse(run(kManifest, options).out);
  EXPECT_TRUE(first.at("reused").empty());
  const std::string picture = read_file(out() + "/spring/3.png", 1 << 20).value();
  const auto again = nlohmann::json::parse(run(kManifest, options).out);
  EXPECT_EQ(again.at("reused").at("generate"), 6);
  EXPECT_EQ(read_file(out() + "/spring/3.png", 1 << 20).value(), picture);
}

TEST_F(RenderCommand, WritesWhatIsKeptBesideThePictureAndFindsTheReferences) {
  folder_.write("pocket/segment/model.safetensors", "");
  folder_.write("pocket/x4.safetensors", "");
  folder_.write("pocket/pack.yaml",
                "troupe_pack: 1\nname: pocket\nlicense: MIT\nmodels:\n  sd: {kind: diffusion, path: .}\n"
                "  s: {kind: segment, path: segment}\n  x4: {kind: upscale, path: x4.safetensors}\n");
  folder_.write("mia.png", picture::encode_png(picture::make_picture({64, 64}, 3, 200)).value());
  const Ran ran = run(R"(
troupe: 1
name: spring
pack: pocket
characters: {mia: {prompt: "mia", reference: mia.png}}
prompt: "photo of {character}"
sweep: {axes: {character: [mia], seed: {from: 1, count: 2}}}
chain:
  - generate: {size: [32, 24], steps: 4}
  - segment: {find: "a cup", as: cup}
  - upscale: {factor: 2}
keep: [generate, masks]
output: {path: "spring/{seed}.png"}
)");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(there(2));
  EXPECT_TRUE(std::filesystem::exists(out() + "/spring/2.generate.png"));
  EXPECT_TRUE(std::filesystem::exists(out() + "/spring/2.mask-cup.png"));
  const auto png = picture::read_png_text(read_file(out() + "/spring/2.png", 1 << 20).value());
  const auto troupe = nlohmann::json::parse(*picture::find_text(*png, "troupe"));
  EXPECT_EQ(troupe.at("results").at("generate").at("references").size(), 1u);
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
