// A whole farm of real programs in a folder of its own: a coordinator on free ports and workers with fake engines.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace troupe::testing {

class Farm {
 public:
  Farm() = default;

  const std::string& folder() const { return folder_.path(); }
  const TempFolder& files() const { return folder_; }
  std::string state() const { return folder() + "/state"; }

  // Starts the coordinator and returns when it answers.
  void start_coordinator();
  void kill_coordinator(int signal);
  Process& coordinator() { return *coordinator_; }

  // Starts a worker with one slot; `environment` is for its engine.
  void start_worker(const std::string& name, const std::map<std::string, std::string>& environment = {});
  // Whatever engine: for tests with the real one.
  void start_worker(const std::string& name, const std::string& engine,
                    const std::map<std::string, std::string>& environment);
  Process& worker(const std::string& name) { return *workers_.at(name); }
  void forget_worker(const std::string& name) { workers_.erase(name); }
  // The process id of an engine of that worker, 0 when it has none now.
  pid_t engine_of(const std::string& name) const;

  // troupe ARGUMENTS: to its end, or started only.
  Ran troupe(std::vector<std::string> arguments, std::chrono::milliseconds most = std::chrono::seconds(60)) const;
  Process begin(std::vector<std::string> arguments) const;
  // The JSON that troupe ARGUMENTS --output json prints; a null value and a test failure when it fails.
  nlohmann::json ask(std::vector<std::string> arguments) const;

  // Pictures of a campaign that are done, as its info says.
  std::uint64_t done(const std::string& campaign) const;

 private:
  ProcessOptions command(std::vector<std::string> arguments) const;
  TempFolder folder_;
  std::unique_ptr<Process> coordinator_;
  std::map<std::string, std::unique_ptr<Process>> workers_;
};

// A manifest of `seeds` x two characters, on the pack "pocket".
std::string small_manifest(const std::string& name, int seeds, const std::string& more = "");

}  // namespace troupe::testing
