#include "coordinator/server/options.h"

#include <gtest/gtest.h>

#include "tests/support/take.h"
#include "tests/support/temp_folder.h"

namespace troupe::server {
namespace {

Status read(const troupe::testing::TempFolder& folder, const std::string& text) {
  const auto options = read_server_options(folder.write("coordinator.yaml", text));
  return options.ok() ? options.value().validate() : options.status();
}

TEST(ServerOptions, TheFileThatComesWithTroupeSaysTheDefaults) {
  const ServerOptions read = take(read_server_options(std::string(TROUPE_SOURCE_DIR) + "/configs/coordinator.yaml"));
  const ServerOptions usual;
  EXPECT_TRUE(read.validate().ok());
  EXPECT_EQ(read.host, usual.host);
  EXPECT_EQ(read.port, usual.port);
  EXPECT_EQ(read.insecure, usual.insecure);
  EXPECT_EQ(read.log, usual.log);
  EXPECT_EQ(read.notify_commands, usual.notify_commands);
  EXPECT_EQ(read.farm.heartbeat, usual.farm.heartbeat);
  EXPECT_EQ(read.farm.liveness, usual.farm.liveness);
  EXPECT_EQ(read.farm.resend_lease, usual.farm.resend_lease);
  EXPECT_EQ(read.farm.deadline_grace, usual.farm.deadline_grace);
  EXPECT_EQ(read.farm.forget_worker, usual.farm.forget_worker);
  EXPECT_EQ(read.farm.lease_jobs, usual.farm.lease_jobs);
  EXPECT_EQ(read.farm.target_lease, usual.farm.target_lease);
  EXPECT_EQ(read.farm.age_step, usual.farm.age_step);
  EXPECT_EQ(read.farm.archive_after, usual.farm.archive_after);
  EXPECT_EQ(read.farm.delete_after, usual.farm.delete_after);
  EXPECT_EQ(read.farm.usage_half_life, usual.farm.usage_half_life);
  EXPECT_EQ(read.farm.running_a_project, usual.farm.running_a_project);
  EXPECT_EQ(read.farm.retry.first, usual.farm.retry.first);
  EXPECT_EQ(read.farm.retry.most, usual.farm.retry.most);
}

TEST(ServerOptions, ProgramsOfManifestsRunOnlyWhereNobodyElseCanSubmitOrItIsSaid) {
  const troupe::testing::TempFolder folder;
  const auto runs = [&](const std::string& text) {
    return take(read_server_options(folder.write("coordinator.yaml", text))).runs_commands();
  };
  EXPECT_TRUE(runs("log: info\n"));
  EXPECT_FALSE(runs("listen: {host: \"0.0.0.0\"}\n"));
  EXPECT_TRUE(runs("listen: {host: \"0.0.0.0\"}\nnotify: {commands: true}\n"));
  EXPECT_FALSE(runs("notify: {commands: false}\n"));
}

TEST(ServerOptions, ProjectsHaveWeightsAndLimits) {
  const troupe::testing::TempFolder folder;
  const std::string text = "projects: {half_life: 2h, weights: {paid: 2.5}, running: 40, running_of: {trial: 8}}\n";
  const core::FarmOptions farm = take(read_server_options(folder.write("coordinator.yaml", text))).farm;
  EXPECT_EQ(farm.usage_half_life, Millis(7200'000));
  EXPECT_EQ(farm.weights, (std::map<std::string, double>{{"paid", 2.5}}));
  EXPECT_EQ(farm.running_a_project, 40u);
  EXPECT_EQ(farm.project_running, (std::map<std::string, std::uint64_t>{{"trial", 8}}));
  EXPECT_EQ(read(folder, "projects: {weights: {paid: 0}}\n").code(), Code::kInvalid);
  EXPECT_EQ(read(folder, "projects: {weights: 3}\n").code(), Code::kInvalid);
}

TEST(ServerOptions, CampaignsThatAreOverGoAfterAWhile) {
  const troupe::testing::TempFolder folder;
  const core::FarmOptions farm =
      take(read_server_options(folder.write("coordinator.yaml", "retention: {archive: 30d, delete: 2160h}\n"))).farm;
  EXPECT_EQ(farm.archive_after, std::chrono::hours(30 * 24));
  EXPECT_EQ(farm.delete_after, std::chrono::hours(90 * 24));
  EXPECT_TRUE(read(folder, "retention: {archive: 30d}\n").ok());
  EXPECT_TRUE(read(folder, "retention: {archive: 0, delete: 1h}\n").ok());
  EXPECT_TRUE(read(folder, "retention: {archive: 30d, delete: 0}\n").ok());
  EXPECT_TRUE(read(folder, "retention: {archive: 30d, delete: 30d}\n").ok());
  const Status shorter = read(folder, "retention: {archive: 30d, delete: 29d}\n");
  EXPECT_EQ(shorter.code(), Code::kInvalid);
  EXPECT_NE(shorter.message().find("retention.delete"), std::string::npos) << shorter.message();
  for (const char* wrong : {"30", "4000d", "0s", "-1d", "soon", "1w"}) {
    EXPECT_EQ(read(folder, "retention: {archive: " + std::string(wrong) + "}\n").code(), Code::kInvalid) << wrong;
  }
}

TEST(ServerOptions, ErrorsHaveTheirPlace) {
  const troupe::testing::TempFolder folder;
  const Status unknown = read(folder, "log: info\nlisten:\n  prot: 80\n");
  EXPECT_EQ(unknown.code(), Code::kInvalid);
  ASSERT_TRUE(unknown.place());
  EXPECT_EQ(unknown.place()->line, 3);
  EXPECT_EQ(unknown.place()->column, 3);
  EXPECT_NE(unknown.message().find("port"), std::string::npos) << unknown.message();

  const Status type = read(folder, "listen: {port: soon}\n");
  ASSERT_TRUE(type.place());
  EXPECT_EQ(type.place()->line, 1);
  EXPECT_EQ(read(folder, "- a list\n").code(), Code::kInvalid);
  EXPECT_EQ(read(folder, "listen: {port: 70000}\n").code(), Code::kInvalid);
  EXPECT_EQ(read_server_options(folder.path() + "/none.yaml").status().code(), Code::kNotFound);
}

TEST(ServerOptions, ValidateSaysWhatWouldBeRight) {
  ServerOptions options;
  options.host = "localhost";
  EXPECT_EQ(options.validate().code(), Code::kInvalid);
  options = {};
  options.port = 65534;
  EXPECT_EQ(options.validate().code(), Code::kInvalid);
  options = {};
  options.farm.liveness = options.farm.heartbeat;
  EXPECT_EQ(options.validate().code(), Code::kInvalid);
  options = {};
  options.log = "loud";
  EXPECT_EQ(options.validate().code(), Code::kInvalid);
  options = {};
  options.host = "::1";
  EXPECT_TRUE(options.validate().ok());
}

}  // namespace
}  // namespace troupe::server
