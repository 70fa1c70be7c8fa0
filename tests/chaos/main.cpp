// chaos --kills N --seed S [--state DIR] [--engine fake|real] [--verbose]
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "common/base/files.h"
#include "tests/chaos/campaigns.h"
#include "tests/chaos/conductor.h"
#include "tests/chaos/farm.h"
#include "tests/chaos/plan.h"
#include "tests/chaos/small_disks.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace troupe;
using namespace troupe::chaos;

constexpr std::size_t kDiskBytes = 128u << 20;
constexpr std::chrono::seconds kPatience{300};

struct Options {
  PlanOptions plan;
  std::string state;
  std::string engine = "fake";
  bool verbose = false;
};

// Where coordinator and workers keep their folders: small disks of their own, where this process may have any.
Status make_disks(const Farm& farm, const Options& options) {
  std::vector<std::string> folders = {farm.state()};
  for (std::size_t i = 0; i < options.plan.workers; ++i) folders.push_back(farm.worker_folder(i));
  for (const std::string& folder : folders) {
    TROUPE_RETURN_IF_ERROR(make_folders(folder, 0700));
    if (options.plan.disks) TROUPE_RETURN_IF_ERROR(mount_small_disk(folder, kDiskBytes));
  }
  return {};
}

Result<Audit> run(Farm& farm, const Options& options, std::size_t& kills) {
  TROUPE_RETURN_IF_ERROR(make_disks(farm, options));
  TROUPE_RETURN_IF_ERROR(farm.start_coordinator());
  for (std::size_t i = 0; i < options.plan.workers; ++i) farm.start_agent(i);
  Campaigns campaigns(farm);
  Conductor conductor(farm, campaigns, options.verbose);
  const Status played = conductor.play(make_plan(options.plan));
  kills = conductor.kills();
  TROUPE_RETURN_IF_ERROR(played);
  TROUPE_RETURN_IF_ERROR(campaigns.finish(kPatience));
  if (conductor.agents_ended() > 0) std::printf("%zu agents ended by themselves\n", conductor.agents_ended());
  TROUPE_ASSIGN_OR_RETURN(Audit audit, campaigns.audit());
  std::printf("%zu campaigns, %llu cells, each compared with what an engine makes alone\n", campaigns.submitted(),
              static_cast<unsigned long long>(audit.cells));
  return audit;
}

// Everything that the programs wrote, where something went wrong.
void tell_logs(const Farm& farm, std::size_t workers) {
  std::fprintf(stderr, "---- the coordinator's log\n%s\n", farm.coordinator_log().c_str());
  for (std::size_t i = 0; i < workers; ++i) {
    std::fprintf(stderr, "---- the log of w%zu\n%s\n", i, farm.agent_log(i).c_str());
  }
}

int run_chaos(Options options) {
  if (options.plan.disks) {
    if (const Status own = enter_own_mounts(); !own.ok()) {
      std::printf("LEFT OUT: full disks, since this process may not have mounts of its own (%s)\n",
                  own.message().c_str());
      options.plan.disks = false;
    }
  }
  std::optional<testing::TempFolder> temporary;
  if (options.state.empty()) options.state = temporary.emplace().path();
  std::filesystem::create_directories(options.state);
  FarmPlan plan;
  plan.folder = std::filesystem::absolute(options.state).string();
  plan.bin = TROUPE_BIN_DIR;
  plan.packs = std::string(TROUPE_SOURCE_DIR) + "/configs/packs";
  plan.workers = options.plan.workers;
  plan.real_engine = options.engine == "real";
  if (plan.real_engine && !std::filesystem::exists(plan.bin + "/troupe-engine")) {
    std::fprintf(stderr, "--engine real needs %s/troupe-engine, which is not built\n", plan.bin.c_str());
    return 2;
  }
  Farm farm(plan);
  std::size_t kills = 0;
  const Result<Audit> audit = run(farm, options, kills);
  if (!audit.ok()) {
    tell_logs(farm, plan.workers);
    std::printf("FAILED: %s\nagain: chaos --kills %zu --seed %llu\n%zu kills, and the farm did not come through\n",
                audit.status().to_string().c_str(), options.plan.kills,
                static_cast<unsigned long long>(options.plan.seed), kills);
    return 1;
  }
  for (const std::string& finding : audit->findings) std::printf("%s\n", finding.c_str());
  std::printf("%zu kills, %llu lost, %llu twice\n", kills, static_cast<unsigned long long>(audit->lost),
              static_cast<unsigned long long>(audit->twice));
  return audit->lost + audit->twice == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  CLI::App app(
      "Kills, stops, cuts off and starves the programs of a farm, and compares what was submitted with what "
      "was accepted and delivered.");
  Options options;
  bool no_disks = false;
  app.add_option("--kills", options.plan.kills, "How often something is killed (kill -9)")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--seed", options.plan.seed, "What the plan of disturbances is drawn from");
  app.add_option("--workers", options.plan.workers, "Workers")->check(CLI::Range(1, 16));
  app.add_option("--state", options.state, "An empty folder for everything; kept (default: a temporary one)");
  app.add_option("--engine", options.engine, "real: the last worker has the pocket engine")
      ->check(CLI::IsMember({"fake", "real"}));
  app.add_flag("--no-disks", no_disks, "Leaves full disks out");
  app.add_flag("--verbose", options.verbose, "Say what happens when");
  CLI11_PARSE(app, argc, argv);
  options.plan.disks = !no_disks;
  return run_chaos(options);
}
