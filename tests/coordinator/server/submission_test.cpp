#include "coordinator/server/submission.h"

#include <gtest/gtest.h>

#include "tests/support/campaigns.h"
#include "tests/support/take.h"
#include "tests/support/temp_folder.h"

namespace troupe::server {
namespace {

struct Blobs {
  testing::TempFolder folder;
  std::unique_ptr<store::BlobStore> store = take(store::open_blob_folder(folder.path()));
};

TEST(Submission, KeepsTheManifestAsAnArtifact) {
  Blobs blobs;
  const std::string text = testing::resolved_json({.name = "spring", .seeds = 5});
  const auto submit = prepare_submit({.manifest_json = text, .key = "k", .sample = 2}, {}, *blobs.store);
  ASSERT_TRUE(submit.ok()) << submit.status().to_string();
  EXPECT_EQ(submit->manifest.name(), "spring");
  EXPECT_EQ(submit->key, "k");
  EXPECT_EQ(submit->sample, 2u);
  EXPECT_TRUE(blobs.store->has(submit->manifest.digest()));
}

TEST(Submission, RefusesWhatIsNoManifest) {
  Blobs blobs;
  for (const char* text : {"", "{}", "[1]", "{\"troupe\": 1, \"name\": \"x\", \"surprise\": true}"}) {
    const auto submit = prepare_submit({.manifest_json = text, .key = {}}, {}, *blobs.store);
    EXPECT_EQ(submit.status().code(), Code::kInvalid) << text;
  }
}

TEST(Submission, RunsNoCommandsUnlessTheCoordinatorDoes) {
  Blobs blobs;
  const wire::Submit submit{.manifest_json = testing::resolved_json({.notify = R"({"command": ["true"]})"}), .key = {}};
  EXPECT_EQ(prepare_submit(submit, {}, *blobs.store).status().code(), Code::kInvalid);
  EXPECT_TRUE(prepare_submit(submit, {.offers = {}, .runs_commands = true}, *blobs.store).ok());
}

}  // namespace
}  // namespace troupe::server
