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

}  // namespace
}  // namespace troupe::manifest
