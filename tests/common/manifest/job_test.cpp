#include "common/manifest/job.h"

#include <set>

#include "tests/common/manifest/manifests.h"

namespace troupe::manifest {
namespace {

using testing::kSpringDrop;
using testing::must_load;
using testing::small_manifest;
using testing::TempFolder;

TEST(JobTest, DecodesACellOfTheExample) {
  const TempFolder folder;
  const Manifest manifest = must_load(folder, kSpringDrop);
  const JobIndex index =
      manifest.sweep().index_of("character=mia,pose=wave,scene=cafe,product=cup,seed=7,generate.guidance=6").value();
  const Job job = decode(manifest, index).value();

  EXPECT_EQ(job.address, "character=mia,pose=wave,scene=cafe,outfit=hoodie,product=cup,seed=7,generate.guidance=6");
  EXPECT_EQ(job.seed, 7u);
  EXPECT_EQ(job.output_path, "mia/cafe-wave-cup-g6-7.png");
  EXPECT_EQ(output_path(manifest, index).value(), job.output_path);
  ASSERT_EQ(job.stages.size(), 5u);
  const nlohmann::json& generate = job.stages[0].parameters;
  EXPECT_EQ(generate["prompt"],
            "photo of mia, a woman with long red hair, waving, wearing a grey hoodie, holding a yellow cup, in a cafe");
  EXPECT_EQ(generate["negative"], "blurry");
  EXPECT_EQ(generate["guidance"], 6.0);
  EXPECT_EQ(generate["size"], nlohmann::json({128, 128}));
  EXPECT_EQ(job.stages[1].parameters["find"], "a yellow cup");
  EXPECT_EQ(job.stages[2].parameters["guidance"], 6.0) << "an inpaint stage samples as generate does";
  EXPECT_EQ(job.stages[2].parameters["steps"], 20);
  EXPECT_EQ(job.stages[4].parameters["face"], "mia");
  ASSERT_EQ(job.entries.size(), 5u);
  EXPECT_EQ(job.entries[0].consent, "release-2026-114");
  EXPECT_EQ(job.entries[0].reference->digest, sha256(testing::tiny_png("mia")));
}

TEST(JobTest, ExcludedAndUnknownCellsAreNoJobs) {
  const TempFolder folder;
  const Manifest manifest = must_load(folder, kSpringDrop);
  const JobIndex excluded =
      manifest.sweep().index_of("character=leo,pose=wave,scene=cafe,product=bottle,seed=7,generate.guidance=6").value();
  EXPECT_EQ(decode(manifest, excluded).status().code(), Code::kNotFound);
  EXPECT_EQ(decode(manifest, 1600).status().code(), Code::kInvalid);
  EXPECT_EQ(output_path(manifest, 1600).status().code(), Code::kInvalid);
}

TEST(JobTest, NegativesOfNamedPromptsAreAdded) {
  const TempFolder folder;
  const Manifest manifest = must_load(
      folder,
      "troupe: 1\nname: t\nprompt: \"{product}\"\nnegative: blurry\nsweep: {axes: {product: [cup, ball]}}\n"
      "products: {cup: {prompt: a cup, negative: cracks}, ball: a ball}\nchain: [generate: {size: [64, 64]}]\n");
  EXPECT_EQ(decode(manifest, 0)->stages[0].parameters["negative"], "blurry, cracks");
  EXPECT_EQ(decode(manifest, 1)->stages[0].parameters["negative"], "blurry");
}

TEST(JobTest, TemplatesKnowSeedIndexAndParameters) {
  const TempFolder folder;
  const Manifest manifest = must_load(folder,
                                      "troupe: 1\nname: t\nprompt: \"{{seed}} {seed} {index} {generate.steps}\"\n"
                                      "sweep: {axes: {seed: [40, 50]}}\nchain: [generate: {size: [64, 64]}]\n");
  EXPECT_EQ(decode(manifest, 1)->stages[0].parameters["prompt"], "{seed} 50 1 20");
}

TEST(JobTest, EveryPathOfASweepIsDistinct) {
  const TempFolder folder;
  const Manifest manifest = must_load(folder, kSpringDrop);
  std::set<std::string> paths;
  for (JobIndex index = 0; index < manifest.sweep().positions(); ++index) {
    EXPECT_TRUE(paths.insert(output_path(manifest, index).value()).second);
  }
}

TEST(JobTest, EmptyManifestPromptIsFilledFromTheStage) {
  const TempFolder folder;
  const Manifest manifest = must_load(
      folder,
      "troupe: 1\nname: t\nnegative: dull\nchain: [generate: {size: [64, 64], prompt: a cat, negative: \"\"}]\n");
  const Job job = decode(manifest, 0).value();
  EXPECT_EQ(job.stages[0].parameters["prompt"], "a cat");
  EXPECT_EQ(job.stages[0].parameters["negative"], "");
  EXPECT_EQ(job.seed, 0u);
  EXPECT_EQ(job.address, "");
}

TEST(JobTest, StagesInheritFromTheGenerateStageBefore) {
  const TempFolder folder;
  const Manifest manifest =
      must_load(folder,
                "troupe: 1\nname: t\nprompt: p\nchain:\n  - generate: {size: [64, 64], model: real, vae: soft}\n"
                "  - upscale: {size: [256, 256]}\n  - generate: {from: previous, strength: 0.5, model: anime}\n"
                "  - segment: {box: [0, 0.5, 1, 0.5], as: low}\n  - inpaint: {mask: low}\n  - upscale\n");
  const Job job = decode(manifest, 0).value();
  EXPECT_EQ(job.stages[1].parameters["factor"], nullptr);
  EXPECT_EQ(job.stages[1].parameters["size"], nlohmann::json({256, 256}));
  EXPECT_EQ(job.stages[2].parameters["size"], nullptr) << "the picture's own";
  EXPECT_EQ(job.stages[2].parameters["vae"], "");
  EXPECT_EQ(job.stages[3].parameters["box"], nlohmann::json({0.0, 0.5, 1.0, 0.5}));
  EXPECT_EQ(job.stages[3].parameters["find"], "");
  EXPECT_EQ(job.stages[4].parameters["model"], "anime");
  EXPECT_EQ(job.stages[5].parameters["factor"], 2);
  EXPECT_EQ(Manifest::from_resolved(manifest.resolved())->resolved(), manifest.resolved());
}

TEST(JobTest, StagesFindTheirReferences) {
  const TempFolder folder;
  const Manifest manifest =
      must_load(folder,
                "troupe: 1\nname: t\nprompt: p\n"
                "characters: {mia: {prompt: m, reference: refs/mia.png}, leo: {prompt: l, reference: refs/leo.png}}\n"
                "products: {cup: {prompt: c, reference: refs/leo.png}, jar: {prompt: j, reference: refs/mia.png}}\n"
                "sweep: {axes: {character: [mia], product: [cup]}}\nkeep: [inpaint, masks]\n"
                "gates: {identity: auto, sharpness: 3, faces: 1, coverage: {mask: [0.01, 0.5]}}\nchain:\n"
                "  - generate: {size: [64, 64]}\n  - segment: {find: \"{product}\"}\n"
                "  - inpaint: {fill: reference, reference: \"{product}\"}\n"
                "  - inpaint: {fill: reference, reference: jar}\n  - swap: {face: \"{character}\"}\n  - swap: {face: "
                "leo, nth: 1}\n");
  const Job job = decode(manifest, 0).value();
  EXPECT_EQ(job.stages[2].parameters["reference"], "cup");
  EXPECT_EQ(job.stages[3].parameters["reference"], "jar");
  EXPECT_EQ(job.stages[5].parameters["face"], "leo");
  for (const auto& [name, picture] : {std::pair{"cup", "leo"}, {"jar", "mia"}, {"mia", "mia"}, {"leo", "leo"}}) {
    const JobEntry* entry = find_reference(job, name);
    ASSERT_TRUE(entry) << name;
    EXPECT_EQ(entry->reference->digest, sha256(testing::tiny_png(picture))) << name;
  }
  EXPECT_FALSE(find_reference(job, "eve"));
  const Manifest again = Manifest::from_resolved(manifest.resolved()).value();
  EXPECT_EQ(again.resolved(), manifest.resolved());
  EXPECT_EQ(again.keep(), (std::vector<std::string>{"inpaint", "masks"}));
  EXPECT_EQ(again.gates(), manifest.gates());
  EXPECT_EQ(gates_from_json(gates_json(again.gates())).value(), again.gates());
  EXPECT_TRUE(again.gates().identity_auto);
  EXPECT_EQ(again.gates().faces, (Gates::Count{1, 1}));
}

TEST(GatesTest, JsonOfAnotherFormIsRefused) {
  for (const char* text : {R"({"identity": "high"})", R"({"faces": [1]})", R"({"coverage": [1]})", R"({"beauty": 1})",
                           R"(["blank"])", R"({"blank": 1})"}) {
    EXPECT_EQ(gates_from_json(nlohmann::json::parse(text)).status().code(), Code::kInvalid) << text;
  }
}

const Digest kPack = sha256("a pack");

TEST(ContentKeyTest, DependsOnInputsOnly) {
  const TempFolder folder;
  std::string text = small_manifest("sweep: {axes: {character: [mia, leo], seed: [1, 2]}}\n");
  text.replace(text.find("a photo"), 7, "\"{character}\"");
  const Manifest manifest = must_load(folder, text);
  const auto key = [](const Manifest& of, JobIndex index, const Digest& pack) {
    return content_key(of, decode(of, index).value(), pack);
  };
  const Digest before = key(manifest, 0, kPack);

  EXPECT_NE(key(manifest, 1, kPack), before) << "another seed";
  EXPECT_NE(key(manifest, 2, kPack), before) << "another character";
  EXPECT_NE(key(manifest, 0, sha256("another pack")), before);

  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    const std::size_t at = other.find(from);
    EXPECT_NE(at, other.npos);
    other.replace(at, from.size(), to);
    return key(must_load(folder, other), 0, kPack);
  };
  EXPECT_EQ(changed("name: small", "name: other"), before);
  EXPECT_EQ(changed("name: small", "name: small\noutput: {path: \"x/{character}-{seed}.png\"}"), before);
  EXPECT_EQ(changed("name: small", "name: small\npriority: 9\nlimits: {retries: 9, reseed: 4}"), before);
  EXPECT_EQ(changed("name: small", "name: small\nnotify: {webhook: \"http://localhost/\"}"), before);
  EXPECT_EQ(changed("a man", "another man"), before) << "a character that this cell does not have";
  EXPECT_NE(changed("a woman", "another woman"), before);
  EXPECT_NE(changed("[64, 64]", "[64, 64], dtype: fp32"), before);
  EXPECT_NE(changed("name: small", "name: small\ngates: {blank: true}"), before);
  EXPECT_NE(changed("name: small", "name: small\nselect: {keep: 1, of: seed, by: sharpness}"), before);
  EXPECT_NE(changed("name: small", "name: small\nkeep: [generate]"), before);
}

// When this changes, results of older campaigns are rendered again: raise kNumericsVersion only when pixels change, and
// never change the key's form without need.
TEST(ContentKeyTest, IsTheSameEverywhere) {
  const TempFolder folder;
  const Manifest manifest = must_load(folder, kSpringDrop);
  EXPECT_EQ(content_key(manifest, decode(manifest, 0).value(), kPack).hex(),
            "8fe4808f81962e6f7f0a747684ec756ea9c49093c4f1decba1ce63607d9e9419");
}

}  // namespace
}  // namespace troupe::manifest
