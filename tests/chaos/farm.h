// The programs under chaos: a coordinator, workers that reach it through proxies, and the command line.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "tests/chaos/proxy.h"
#include "tests/support/process.h"

namespace troupe::chaos {

struct FarmPlan {
  std::string folder;  // holds everything; exists
  std::string bin;     // of the programs
  std::string packs;   // for workers and clients
  std::size_t workers = 3;
  bool real_engine = false;  // the last worker has the pocket engine
  int job_millis = 100;      // of the fake engine
};

class Farm {
 public:
  explicit Farm(FarmPlan plan);
  ~Farm();

  std::string state() const { return plan_.folder + "/coordinator"; }
  std::string worker_folder(std::size_t worker) const { return plan_.folder + "/w" + std::to_string(worker); }
  const FarmPlan& plan() const { return plan_; }

  // Starts the coordinator, waits until it answers and points the proxies at it.
  Status start_coordinator();
  void start_agent(std::size_t worker);
  void kill_coordinator();
  void kill_agent(std::size_t worker);
  // One engine of the worker gets the signal; its process id, 0 where it has none now.
  pid_t signal_engine(std::size_t worker, int signal) const;
  void signal_coordinator(int signal) const { coordinator_->signal(signal); }
  void signal_agent(std::size_t worker, int signal) const;
  void set_weather(std::size_t worker, Weather weather);

  // How the coordinator ended where nobody killed it; nothing while it runs.
  std::optional<int> coordinator_ended();
  std::optional<int> agent_ended(std::size_t worker) { return agents_.at(worker)->wait(std::chrono::milliseconds(0)); }
  std::string coordinator_log() const { return coordinator_->err(); }
  std::string agent_log(std::size_t worker) const { return agents_.at(worker)->err(); }

  testing::Ran troupe(std::vector<std::string> arguments, std::chrono::milliseconds most) const;
  std::unique_ptr<testing::Process> begin(std::vector<std::string> arguments) const;
  // The JSON of troupe ARGUMENTS --output json.
  Result<nlohmann::json> ask(std::vector<std::string> arguments) const;

 private:
  struct Line {
    std::unique_ptr<Proxy> workers, blobs;
  };
  testing::ProcessOptions command(std::vector<std::string> arguments) const;
  // What a worker reads of its coordinator: the proxies instead of the real ports.
  Status publish();

  FarmPlan plan_;
  ProxyThread proxies_;
  std::vector<Line> lines_;  // by worker
  std::unique_ptr<testing::Process> coordinator_;
  std::map<std::size_t, std::unique_ptr<testing::Process>> agents_;
};

}  // namespace troupe::chaos
