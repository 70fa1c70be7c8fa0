#include "common/manifest/pack_facts.h"

#include "common/manifest/pack_lock.h"
#include "tests/common/manifest/manifests.h"

namespace troupe::manifest {
namespace {

using testing::must_load;
using testing::TempFolder;

void write_pack(const TempFolder& folder, const std::string& under) {
  folder.write(under + "model_index.json", "{}");
  folder.write(under + "vae/config.json", R"({"block_out_channels": [24, 48, 64]})");
  folder.write(under + "unet/config.json", R"({"sample_size": 32})");
}

TEST(PackFactsTest, ReadsAPlainFolderAndOneWithSd) {
  for (const char* under : {"", "sd/"}) {
    const TempFolder folder;
    write_pack(folder, under);
    const Result<PackFacts> facts = read_pack_facts(folder.path());
    ASSERT_TRUE(facts.ok()) << facts.status().to_string();
    EXPECT_EQ(facts->vae_scale, 4);
    EXPECT_EQ(facts->native_side, 128);
    EXPECT_EQ(facts->models, *under ? "sd" : ".");
    EXPECT_EQ(facts->digest, sha256(facts->lock));
  }
}

TEST(PackFactsTest, TheLockIsTheIdentity) {
  const TempFolder folder;
  write_pack(folder, "");
  folder.write(".cache/ignored", "x");
  folder.write("README.md", "what the models are");
  const PackFacts computed = read_pack_facts(folder.path()).value();
  EXPECT_EQ(computed.lock, sha256("{}").hex() + "  model_index.json\n" + sha256(R"({"sample_size": 32})").hex() +
                               "  unet/config.json\n" + sha256(R"({"block_out_channels": [24, 48, 64]})").hex() +
                               "  vae/config.json\n");

  const std::string reversed =
      "\n" + computed.lock.substr(computed.lock.find('\n') + 1) + computed.lock.substr(0, computed.lock.find('\n') + 1);
  folder.write("pack.lock", reversed);
  EXPECT_EQ(read_pack_facts(folder.path())->digest, computed.digest);
}

TEST(PackFactsTest, BadPacksAreNamed) {
  const TempFolder folder;
  EXPECT_EQ(read_pack_facts(folder.path() + "/none").status().code(), Code::kNotFound);
  EXPECT_EQ(read_pack_facts(folder.path()).status().code(), Code::kNotFound);
  write_pack(folder, "");
  const std::string config = folder.write("vae/config.json", "{\"block_out_channels\": []}");
  const Status status = read_pack_facts(folder.path()).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find("vae/config.json"), std::string::npos);
  folder.write("vae/config.json", "{");
  EXPECT_EQ(read_pack_facts(folder.path()).status().code(), Code::kCorrupt);
}

TEST(PackLockTest, RefusesWhatIsNoLock) {
  const std::string hex = sha256("x").hex();
  EXPECT_EQ(canonical_pack_lock(hex + "  b\n" + hex + "  a").value(), hex + "  a\n" + hex + "  b\n");
  for (const std::string& text :
       {std::string(), hex, hex + " a\n", hex + "  ../a\n", hex + "  a\n" + hex + "  a\n", std::string("zz  a\n")}) {
    EXPECT_EQ(canonical_pack_lock(text).status().code(), Code::kCorrupt) << text;
  }
}

TEST(CheckPackTest, SizesMustFitTheVae) {
  const TempFolder folder;
  const std::string start = "troupe: 1\nname: x\nprompt: p\n";
  PackFacts pack;
  pack.name = "pocket";
  pack.vae_scale = 8;
  EXPECT_TRUE(check_pack(must_load(folder, start + "chain: [generate: {size: [64, 72]}]\n"), pack).ok());

  const Status fixed = check_pack(must_load(folder, start + "chain:\n  - generate: {size: [64, 70]}\n"), pack);
  EXPECT_EQ(fixed.code(), Code::kInvalid);
  EXPECT_NE(fixed.message().find("70 is no multiple of 8, the VAE scale of the pack pocket; take 64 or 72"),
            std::string::npos)
      << fixed.to_string();
  EXPECT_EQ(fixed.place()->line, 5);
  EXPECT_EQ(fixed.place()->column, 22);

  const Status swept = check_pack(
      must_load(folder, start + "sweep: {axes: {generate.size: [[64, 64], [63, 64]]}}\nchain: [generate]\n"), pack);
  EXPECT_EQ(swept.code(), Code::kInvalid);
  EXPECT_EQ(swept.place()->line, 4);
  EXPECT_EQ(swept.place()->column, 42);
}

struct Asks {
  const char* name;
  std::string text;  // of the manifest from the chain on; "@@" marks the place
  std::vector<std::string> message_parts;
};

class AsksTooMuch : public ::testing::TestWithParam<Asks> {};

PackFacts pack_of(std::vector<PackModel> models) {
  PackFacts pack;
  pack.name = "p";
  pack.vae_scale = 8;
  pack.list = std::move(models);
  return pack;
}

TEST_P(AsksTooMuch, IsReportedAtItsPlace) {
  std::string text =
      "troupe: 1\nname: x\nprompt: p\ncharacters: {mia: {prompt: m, reference: refs/mia.png}}\n" + GetParam().text;
  const std::size_t mark = text.find("@@");
  ASSERT_NE(mark, text.npos);
  text.erase(mark, 2);
  const TempFolder folder;
  const Status status =
      check_pack(must_load(folder, text), pack_of({{"real", "diffusion", "sd"}, {"anime", "diffusion", "sd2"}}));
  EXPECT_EQ(status.code(), Code::kInvalid);
  for (const std::string& part : GetParam().message_parts) {
    EXPECT_NE(status.message().find(part), std::string::npos) << status.to_string() << "\nlacks: " << part;
  }
  ASSERT_TRUE(status.place());
  EXPECT_EQ(status.place()->line, 1 + std::count(text.begin(), text.begin() + static_cast<long>(mark), '\n'));
  EXPECT_EQ(status.place()->column, static_cast<int>(mark - text.rfind('\n', mark - 1)));
}

const char* const kMia = "sweep: {axes: {character: [mia]}}\n";

INSTANTIATE_TEST_SUITE_P(
    Each, AsksTooMuch,
    ::testing::Values(
        Asks{"Model",
             "chain:\n  - generate: {size: [64, 64], model: @@anmie}\n",
             {"chain.generate.model: the pack \"p\" has no diffusion model \"anmie\"", "did you mean \"anime\"",
              "real, anime"}},
        Asks{"SweptModel",
             "sweep: {axes: {generate.model: [real, @@cartoon]}}\nchain:\n  - generate: {size: [64, 64]}\n",
             {"sweep.axes.generate.model", "\"cartoon\""}},
        Asks{"Vae",
             "chain:\n  - generate: {size: [64, 64], vae: @@soft}\n",
             {"chain.generate.vae: the pack \"p\" has no model of the kind vae"}},
        Asks{"Segment",
             "chain:\n  - generate: {size: [64, 64]}\n  - @@segment: {find: a cup}\n",
             {"chain.segment: the pack \"p\" has no model of the kind segment"}},
        Asks{"Swap",
             kMia + std::string("chain:\n  - generate: {size: [64, 64]}\n  - @@swap: {face: mia}\n"),
             {"no model of the kind face"}},
        Asks{"Upscale",
             "chain:\n  - generate: {size: [64, 64]}\n  - @@upscale: {size: [130, 130]}\n",
             {"no model of the kind upscale"}},
        Asks{"GateIdentity",
             kMia + std::string("gates: {identity: @@0.4}\nchain:\n  - generate: {size: [64, 64]}\n"),
             {"gates.identity: the pack \"p\" has no model of the kind face"}},
        Asks{"GateFaces", "gates: {faces: @@1}\nchain:\n  - generate: {size: [64, 64]}\n", {"gates.faces: the pack"}},
        Asks{"SelectByIdentity",
             "sweep: {axes: {character: [mia], seed: [1, 2]}}\nselect: {keep: 1, of: seed, by: @@identity}\n"
             "chain:\n  - generate: {size: [64, 64]}\n",
             {"select.by: the pack"}}),
    [](const auto& test) { return test.param.name; });

TEST(CheckPackTest, WhatThePackHasIsFine) {
  const TempFolder folder;
  const Manifest manifest = must_load(
      folder,
      "troupe: 1\nname: x\nprompt: p\ncharacters: {mia: {prompt: m, reference: refs/mia.png}}\n"
      "sweep: {axes: {character: [mia]}}\ngates: {identity: auto}\nchain:\n"
      "  - generate: {size: [64, 64], model: real, vae: soft}\n  - generate: {from: previous}\n"
      "  - segment: {box: [0, 0, 1, 0.5]}\n  - inpaint\n  - swap: {face: mia}\n  - upscale: {size: [129, 67]}\n");
  PackFacts pack =
      pack_of({{"real", "diffusion", "sd"}, {"soft", "vae", "v"}, {"f", "face", "f"}, {"u", "upscale", "u"}});
  EXPECT_NE(check_pack(manifest, pack).message().find("auto takes the pack's threshold"), std::string::npos);
  pack.identity_threshold = 0.4;
  EXPECT_TRUE(check_pack(manifest, pack).ok()) << check_pack(manifest, pack).to_string();
  pack.list.clear();
  EXPECT_TRUE(check_pack(manifest, pack).ok()) << "a pack whose models are not known here";
}

}  // namespace
}  // namespace troupe::manifest
