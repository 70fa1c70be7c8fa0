#include "coordinator/server/job_json.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"

namespace troupe::server {
namespace {

using nlohmann::json;

core::JobRow row(JobIndex index) {
  core::JobRow made;
  made.index = index;
  made.address = "seed=" + std::to_string(index);
  return made;
}

TEST(JobJson, AJobWithoutAResultHasNullsForWhatIsUnknown) {
  const json job = job_info_json("spring#1", row(3), "3.png", std::nullopt);
  EXPECT_EQ(job.at("schema"), 1);
  EXPECT_EQ(job.at("path"), "3.png");
  EXPECT_EQ(job.at("state"), "waiting");
  EXPECT_TRUE(job.at("outcome").is_null());
  EXPECT_TRUE(job.at("worker").is_null());
  EXPECT_TRUE(job.at("artifacts").empty());
}

TEST(JobJson, AFailureTellsWhoseFaultItWasAndTheLastLines) {
  store::ResultRow result;
  result.worker = {"w-1"};
  result.result.outcome = Outcome::kFailed;
  result.result.fault = Fault::kModel;
  result.result.reason = "no such file";
  result.result.log = {"loading"};
  const json job = job_info_json("spring#1", row(3), "", result);
  EXPECT_EQ(job.at("fault"), "model");
  EXPECT_EQ(job.at("reason"), "no such file");
  EXPECT_EQ(job.at("log"), json({"loading"}));
  EXPECT_EQ(job.at("worker"), "w-1");
  EXPECT_TRUE(job.at("pixel_sha256").is_null());
}

TEST(JobJson, ADoneJobTellsWhichAttemptItWas) {
  store::ResultRow result;
  result.result.ticket = {CampaignId{1}, 3, 0, 4};
  EXPECT_EQ(job_info_json("spring#1", row(3), "", result).at("attempt"), 4);
  core::JobRow requeued = row(3);
  requeued.generation = 1;
  EXPECT_EQ(job_info_json("spring#1", requeued, "", result).at("attempt"), 0) << "that was the generation before";
}

TEST(JobJson, MetadataThatIsNoneIsLeftOut) {
  store::ResultRow result;
  const auto metadata = [&](std::string text) {
    result.result.metadata_json = std::move(text);
    return job_info_json("spring#1", row(3), "", result).at("metadata");
  };
  EXPECT_EQ(metadata(R"({"a":[1]})"), json::parse(R"({"a":[1]})"));
  EXPECT_TRUE(metadata("").is_null());
  EXPECT_TRUE(metadata("[1]").is_null());
  EXPECT_TRUE(metadata("{").is_null());
  EXPECT_TRUE(metadata(R"({"a":)" + std::string(30'000, '[') + std::string(30'000, ']') + "}").is_null());
}

TEST(JobJson, APageIsCutWhereItWouldNotFitIntoAMessage) {
  core::JobPage page;
  for (JobIndex index = 0; index < 100; ++index) {
    page.rows.push_back(row(index));
    page.rows.back().reason = std::string(limits::kMaxMessageBytes / 50, 'x');
  }
  const json cut = job_list_json("spring#1", page);
  EXPECT_TRUE(cut.at("more"));
  EXPECT_EQ(cut.at("next"), cut.at("jobs").size());
  EXPECT_LT(cut.dump().size(), limits::kMaxMessageBytes);
}

}  // namespace
}  // namespace troupe::server
