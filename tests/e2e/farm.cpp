#include "tests/e2e/farm.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

namespace troupe::testing {
namespace {

const std::string kBin = TROUPE_BIN_DIR;

// The parent of a process, 0 when it is gone.
pid_t parent_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  char state = 0;
  int parent = 0;
  return std::sscanf(text.c_str() + name_end + 1, " %c %d", &state, &parent) == 2 && state != 'Z' ? parent : 0;
}

}  // namespace

void Farm::start_coordinator() {
  coordinator_ = std::make_unique<Process>(command({"server", "start", "--port", "0"}));
  const bool there = poll_until([&] { return troupe({"server", "info", "--output", "json"}).code == 0; });
  ASSERT_TRUE(there) << coordinator_->out() << coordinator_->err();
}

void Farm::kill_coordinator(int signal) {
  coordinator_->signal(signal);
  ASSERT_TRUE(coordinator_->wait(std::chrono::seconds(20)).has_value());
}

void Farm::start_worker(const std::string& name, const std::map<std::string, std::string>& environment) {
  start_worker(name, kBin + "/fake-engine", environment);
}

void Farm::start_worker(const std::string& name, const std::string& engine,
                        const std::map<std::string, std::string>& environment) {
  workers_[name] = std::make_unique<Process>(
      ProcessOptions{{kBin + "/troupe-worker", "start", "--server", state() + "/server.json", "--state",
                      folder() + "/workers/" + name, "--name", name, "--slots", "1", "--threads", "1", "--packs",
                      std::string(TROUPE_SOURCE_DIR) + "/configs/packs", "--engine", engine},
                     environment});
}

pid_t Farm::engine_of(const std::string& name) const {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    if (parent_of(pid) == workers_.at(name)->pid()) return std::stoi(pid);
  }
  return 0;
}

ProcessOptions Farm::command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), kBin + "/troupe");
  return {std::move(arguments),
          {{"TROUPE_STATE", state()},
           {"TROUPE_SERVER", ""},
           {"TROUPE_OUTPUT", "table"},
           {"TROUPE_PACKS", std::string(TROUPE_SOURCE_DIR) + "/configs/packs"}}};
}

Ran Farm::troupe(std::vector<std::string> arguments, std::chrono::milliseconds most) const {
  return run(command(std::move(arguments)), most);
}

Process Farm::begin(std::vector<std::string> arguments) const {
  return Process(command(std::move(arguments)));
}

nlohmann::json Farm::ask(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--output", "json"});
  const Ran ran = troupe(arguments);
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto value = nlohmann::json::parse(ran.out, nullptr, false);
  EXPECT_FALSE(value.is_discarded()) << ran.out;
  return value;
}

std::uint64_t Farm::done(const std::string& campaign) const {
  const Ran ran = troupe({"campaign", "info", campaign, "--output", "json"});
  const auto info = nlohmann::json::parse(ran.out, nullptr, false);
  return ran.code == 0 && info.is_object() ? info.at("counts").at("done").get<std::uint64_t>() : 0;
}

std::string small_manifest(const std::string& name, int seeds, const std::string& more) {
  return "troupe: 1\nname: " + name +
         "\npack: pocket\n"
         "characters:\n"
         "  mia: {prompt: \"mia, a woman with long red hair\"}\n"
         "  leo: {prompt: \"leo, a man with a beard\"}\n"
         "prompt: \"photo of {character}\"\n"
         "sweep:\n"
         "  axes: {character: [mia, leo], seed: {from: 1, count: " +
         std::to_string(seeds) +
         "}}\n"
         "chain:\n"
         "  - generate: {size: [64, 64], steps: 4}\n"
         "output: {path: \"{character}/{seed}.png\"}\n" +
         more;
}

}  // namespace troupe::testing
