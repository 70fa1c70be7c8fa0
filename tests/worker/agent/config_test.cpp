#include "worker/agent/config.h"

#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"

namespace troupe::agent {
namespace {

using testing::TempFolder;

Result<WorkerConfig> read(const std::string& text) {
  const TempFolder folder;
  return read_worker_config(folder.write("worker.yaml", text));
}

WorkerConfig valid() {
  WorkerConfig config;
  config.server.file = "server.json";
  config.state = "state";
  config.packs = {"packs"};
  return config;
}

TEST(WorkerConfig, TheOneThatComesWithTroupeIsValid) {
  const auto config = read_worker_config(TROUPE_SOURCE_DIR "/configs/worker.yaml");
  ASSERT_TRUE(config.ok()) << config.status().to_string();
  EXPECT_TRUE(config->validate().ok()) << config->validate().to_string();
  EXPECT_EQ(config->packs, (std::vector<std::string>{TROUPE_SOURCE_DIR "/configs/packs"}));
  EXPECT_EQ(config->grace, std::chrono::seconds(60));
  EXPECT_EQ(config->outbox_bytes, 4ull << 30);
}

TEST(WorkerConfig, ReadsEveryKey) {
  const auto config = read(
      "endpoint: tcp://host:7711\nblob_endpoint: tcp://host:7713\nserver_key: 'k'\nkey_file: w.secret\n"
      "state: s\nname: studio-1\nslots: 2\ndevice: cuda\ndtype: fp16\nthreads: 4\npacks: [a, /b]\ntags: [gpu]\n"
      "engine: bin/engine\nahead: 3\noutbox_gib: 0.5\nstage_cache_gib: 0\ngrace: 2m\n");
  ASSERT_TRUE(config.ok()) << config.status().to_string();
  EXPECT_EQ(config->server.endpoint, "tcp://host:7711");
  EXPECT_EQ(config->server.key, "k");
  EXPECT_TRUE(config->server.own_key_file.ends_with("/w.secret"));
  EXPECT_EQ(config->name, "studio-1");
  EXPECT_EQ(config->slots, 2);
  EXPECT_EQ(config->device, "cuda");
  EXPECT_EQ(config->packs.back(), "/b");
  EXPECT_EQ(config->ahead, 3);
  EXPECT_EQ(config->outbox_bytes, 1ull << 29);
  EXPECT_EQ(config->stage_cache_bytes, 0u);
  EXPECT_EQ(config->grace, std::chrono::minutes(2));
}

TEST(WorkerConfig, AnErrorNamesItsPlace) {
  const auto unknown = read("state: s\nslotz: 2\n");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.status().to_string().find("worker.yaml:2:1"), std::string::npos) << unknown.status().to_string();
  EXPECT_NE(unknown.status().message().find("slotz"), std::string::npos);
  const auto wrong = read("slots: many\n");
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.status().to_string().find("worker.yaml:1:8"), std::string::npos) << wrong.status().to_string();
  EXPECT_FALSE(read("- a\n").ok());
  EXPECT_FALSE(read("packs: {a: b}\n").ok());
}

TEST(WorkerConfig, ValidateSaysWhatIsMissingOrContradicts) {
  EXPECT_TRUE(valid().validate().ok());
  WorkerConfig both = valid();
  both.server.endpoint = "tcp://host:1";
  EXPECT_NE(both.validate().message().find("server.json"), std::string::npos);
  WorkerConfig no_state = valid();
  no_state.state.clear();
  EXPECT_NE(no_state.validate().message().find("state"), std::string::npos);
  WorkerConfig no_packs = valid();
  no_packs.packs.clear();
  EXPECT_NE(no_packs.validate().message().find("packs"), std::string::npos);
  WorkerConfig device = valid();
  device.device = "tpu";
  EXPECT_NE(device.validate().message().find("tpu"), std::string::npos);
  WorkerConfig name = valid();
  name.name = "a/b";
  EXPECT_NE(name.validate().message().find("name"), std::string::npos);
}

TEST(SplitList, LeavesOutEmptyParts) {
  EXPECT_EQ(split_list("a:b::c:", ':'), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(split_list("", ',').empty());
}

}  // namespace
}  // namespace troupe::agent
