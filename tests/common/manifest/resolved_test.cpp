// The self-contained form: complete, stable, and safe to read from anybody.
#include "common/base/random.h"
#include "common/manifest/job.h"
#include "tests/common/manifest/manifests.h"

namespace troupe::manifest {
namespace {

using testing::kSpringDrop;
using testing::must_load;
using testing::small_manifest;
using testing::TempFolder;

TEST(ResolvedTest, GivesTheSameManifestAgain) {
  const TempFolder folder;
  for (const std::string& text :
       {std::string(kSpringDrop),
        small_manifest("sweep: {axes: {character: [mia, leo], seed: {random: 9, from: 2}}}\n"),
        small_manifest("sweep: {axes: {generate.size: [[64, 64], [64, 128]], seed: [4, 2], generate.sampler: [euler, "
                       "ddim]}}\n")}) {
    const Manifest loaded = must_load(folder, text);
    const Result<Manifest> again = Manifest::from_resolved(loaded.resolved());
    ASSERT_TRUE(again.ok()) << again.status().to_string();
    EXPECT_EQ(again->resolved(), loaded.resolved());
    EXPECT_EQ(again->digest(), loaded.digest());
    EXPECT_EQ(again->reference_digests(), loaded.reference_digests());
    EXPECT_TRUE(again->reference_files().empty());
    const JobIndex last = loaded.sweep().positions() - 1;
    EXPECT_EQ(again->sweep().cells(), loaded.sweep().cells());
    EXPECT_EQ(again->sweep().address(last).to_string(), loaded.sweep().address(last).to_string());
    EXPECT_EQ(decode(*again, 0)->stages[0].parameters, decode(loaded, 0)->stages[0].parameters);
  }
}

TEST(ResolvedTest, DoesNotDependOnPlacesOrComments) {
  const TempFolder here;
  const TempFolder there;
  const Manifest a = must_load(here, kSpringDrop);
  const Manifest b = must_load(there, "# moved\n\n" + std::string(kSpringDrop));
  EXPECT_EQ(a.digest(), b.digest());
}

TEST(ResolvedTest, TakesNoFilesOfThisMachine) {
  const std::string start = R"({"troupe":1,"name":"x","prompt":"p","chain":[{"generate":{"size":[64,64]}}])";
  EXPECT_TRUE(Manifest::from_resolved(start + "}").ok());
  EXPECT_FALSE(Manifest::from_resolved(start + R"(,"include":["/etc/*"]})").ok());
  EXPECT_FALSE(
      Manifest::from_resolved(start + R"(,"characters":{"mia":{"prompt":"m","reference":"/etc/passwd"}}})").ok());
  EXPECT_FALSE(
      Manifest::from_resolved(start + R"(,"characters":{"mia":{"prompt":"m","reference":{"path":"a","sha256":"zz"}}}})")
          .ok());
}

TEST(ResolvedTest, DamagedBytesNeverCrash) {
  const TempFolder folder;
  const std::string whole = must_load(folder, kSpringDrop).resolved();
  SeededRandom random(99);
  int good = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = whole;
    for (std::uint64_t change = 1 + random.below(3); change > 0; --change) {
      const std::size_t at = random.below(bytes.size());
      switch (random.below(3)) {
        case 0: bytes[at] = static_cast<char>(random.below(256)); break;
        case 1: bytes.erase(at, 1 + random.below(20)); break;
        default: bytes.insert(at, bytes.substr(random.below(bytes.size()), random.below(30))); break;
      }
    }
    const Result<Manifest> manifest = Manifest::from_resolved(bytes);
    if (manifest.ok()) {
      ++good;
      const JobIndex index = random.below(manifest->sweep().positions());
      const Result<Job> job = decode(*manifest, index);
      EXPECT_TRUE(job.ok() || job.status().code() == Code::kNotFound) << job.status().to_string();
    } else {
      EXPECT_EQ(manifest.status().code(), Code::kInvalid);
    }
  }
  EXPECT_GT(good, 0) << "some changes inside texts must pass, or nothing was tested beyond the parser";
}

// Everything that a small text can blow up: equal values of a zipped axis, excluded many times over, in a long path.
TEST(ResolvedTest, LargeButLegalIsQuick) {
  std::string same;
  std::string distinct;
  for (int i = 0; i < 60'000; ++i) {
    same += (i ? ",7" : "7");
    distinct += (i ? "," : "") + std::to_string(i);
  }
  std::string excludes;
  for (int rule = 0; rule < 64; ++rule) {
    excludes += (rule ? "," : "") + std::string(R"({"generate.steps":["7","7","7"],"seed":[")") + std::to_string(rule) +
                R"("]})";
  }
  std::string path = "{seed}-";
  for (int i = 0; i < 20; ++i) path += "{seed}";
  const std::string text = R"({"troupe":1,"name":"x","prompt":"p","chain":[{"generate":{"size":[64,64]}}],)"
                           R"("sweep":{"axes":{"generate.steps":[)" +
                           same + R"(],"seed":[)" + distinct + R"(]},"zip":[["generate.steps","seed"]],"exclude":[)" +
                           excludes + R"(]},"output":{"path":")" + path + R"(.png"}})";
  const Result<Manifest> manifest = Manifest::from_resolved(text);
  ASSERT_TRUE(manifest.ok()) << manifest.status().to_string();
  EXPECT_EQ(manifest->sweep().cells(), 60'000u - 64);
}

// A campaign that an earlier version stored: what it did not know of has its default.
TEST(ResolvedTest, OlderFormsAreRead) {
  const auto manifest = Manifest::from_resolved(
      R"({"troupe":1,"name":"x","prompt":"p","chain":[{"generate":{"size":[64,64]}},{"upscale":{"factor":4,"model":""}}]})");
  ASSERT_TRUE(manifest.ok()) << manifest.status().to_string();
  const Job job = decode(*manifest, 0).value();
  EXPECT_EQ(job.stages[0].parameters["from"], "");
  EXPECT_EQ(job.stages[1].parameters["factor"], 4);
  EXPECT_EQ(job.stages[1].parameters["size"], nullptr);
}

TEST(ResolvedTest, KeepsWhoIsToldOfTheEnd) {
  const TempFolder folder;
  const Manifest manifest =
      must_load(folder, small_manifest("notify: {command: [tell, \"me and you\"], on: [failed]}\n"));
  const auto again = Manifest::from_resolved(manifest.resolved());
  ASSERT_TRUE(again.ok()) << again.status().to_string();
  ASSERT_TRUE(again->notify());
  EXPECT_EQ(again->notify()->command, (std::vector<std::string>{"tell", "me and you"}));
  EXPECT_FALSE(again->notify()->on_finished);
  EXPECT_TRUE(again->notify()->on_failed);
  EXPECT_EQ(again->resolved(), manifest.resolved());
}

// Stored campaigns depend on this form.
TEST(ResolvedTest, IsTheSameEverywhere) {
  const TempFolder folder;
  const Manifest manifest = must_load(folder, small_manifest("sweep: {axes: {character: [mia], seed: [3, 1]}}\n"));
  EXPECT_EQ(
      manifest.resolved(),
      R"({"troupe":1,"name":"small","project":"default","priority":0,"pack":"pocket",)"
      R"("characters":{"mia":{"prompt":"a woman","reference":{"path":"refs/mia.png",)"
      R"("sha256":"d30b30787613456c4ab4020f624f2c458aebc177d3117b78ce8b62ec5877a0c1"}}},"prompt":"a photo",)"
      R"("sweep":{"axes":{"character":["mia"],"seed":[3,1]}},)"
      R"("chain":[{"generate":{"clip_skip":0,"compat":"diffusers","dtype":"auto","eta":0.0,"from":"","guidance":7.5,)"
      R"("guidance_rescale":0.0,"model":"","sampler":"dpmpp_2m","schedule":"karras","size":[64,64],"steps":20,"strength":0.75,"subseed":0,"vae":"","variation":0.0}}],)"
      R"("limits":{"retries":3,"timeout":"600s","reseed":0},)"
      R"("output":{"path":"{index}-{character}-{seed}.png","sheet":false}})");
}

}  // namespace
}  // namespace troupe::manifest
