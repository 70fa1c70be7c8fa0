// Ten thousand workers that beat and work: what they cost the coordinator. And how fast they are back after its
// restart.
#include <algorithm>
#include <thread>

#include "tests/bench/crowd.h"
#include "tests/bench/farm.h"
#include "tests/bench/figure.h"
#include "tests/bench/floors.h"
#include "tests/bench/machine.h"

namespace troupe::bench {
namespace {

constexpr std::uint64_t kCells = 500'000'000;
constexpr double kGreetSeconds = 120;
constexpr double kMegabyte = 1e6;
constexpr std::size_t kFloorConnections = 1000;

struct Plan {
  std::size_t workers = 10'000;
  double completions = 10'000;  // a second
  double messages = 600;        // of each worker before the measurement
};

Plan plan_of(const Options& options) {
  return options.small ? Plan{40, 200, 3} : Plan{10'000, 10'000, options.messages};
}

void sleep(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

// Until `done` says so; the seconds that it took.
template <typename Done>
Result<double> wait_for(const char* what, double most, const Done& done) {
  const Stopwatch watch;
  while (!done()) {
    if (watch.seconds() > most) return Status(Code::kTimeout, std::string(what) + " took too long");
    sleep(0.005);
  }
  return watch.seconds();
}

struct Setting {
  std::unique_ptr<Farm> farm;
  std::unique_ptr<Crowd> crowd;
  double greeted = 0;  // seconds until all were welcome
};

Result<Setting> set_up(const Options& options, const Plan& plan, bool curve) {
  const std::string picture = "a picture";
  Setting setting;
  TROUPE_ASSIGN_OR_RETURN(setting.farm, Farm::start(options, curve));
  TROUPE_RETURN_IF_ERROR(setting.farm->put_picture(picture));
  TROUPE_RETURN_IF_ERROR(setting.farm->submit("crowd", kCells).status());
  CrowdOptions crowd;
  crowd.workers = plan.workers;
  crowd.picture = picture;
  // A tenth faster than the goal.
  crowd.job = Millis(static_cast<Millis::rep>(0.9 * 1000 * static_cast<double>(plan.workers) / plan.completions));
  TROUPE_ASSIGN_OR_RETURN(crowd.coordinator, setting.farm->worker_side());
  TROUPE_ASSIGN_OR_RETURN(setting.crowd, Crowd::start(crowd));
  TROUPE_ASSIGN_OR_RETURN(setting.greeted, wait_for("welcoming all workers", kGreetSeconds,
                                                    [&] { return setting.crowd->stats().welcomes >= plan.workers; }));
  return setting;
}

}  // namespace

Result<Figure> measure_workers(const Options& options) {
  const Plan plan = plan_of(options);
  TROUPE_ASSIGN_OR_RETURN(Setting setting, set_up(options, plan, false));
  const CrowdStats& stats = setting.crowd->stats();
  const auto messages = static_cast<std::uint64_t>(plan.messages * static_cast<double>(plan.workers));
  TROUPE_ASSIGN_OR_RETURN(const double warm_up, wait_for("warming up", 3600, [&] { return stats.sent >= messages; }));
  const pid_t pid = setting.farm->pid();
  const double cpu = cpu_seconds(pid), crowd_cpu = setting.crowd->cpu();
  const std::uint64_t acked = stats.acked, sent = stats.sent, received = stats.received;
  const Stopwatch watch;
  sleep(2 * options.seconds);
  const double wall = watch.seconds();
  const double rate = static_cast<double>(stats.acked - acked) / wall;
  const double cores = (cpu_seconds(pid) - cpu) / wall;
  const double megabytes = static_cast<double>(resident_bytes(pid)) / kMegabyte;
  const std::size_t late = count(setting.farm->log(), " was silent for ");
  Figure figure;
  figure["value"] = rounded(rate);
  figure["unit"] = "completions/s";
  figure["goal"] = ">= 10000, coordinator <= 1200 MB and <= 1.0 CPU seconds a second, no heartbeat judged late";
  figure["met"] = rate >= 10'000 && megabytes <= 1200 && cores <= 1.0 && late == 0;
  figure["workers"] = plan.workers;
  figure["coordinator_mb"] = rounded(megabytes);
  figure["coordinator_cores"] = rounded(cores);
  figure["cpu_us_a_message"] =
      rounded(1e6 * cores * wall / static_cast<double>(stats.sent - sent + stats.received - received));
  figure["judged_late"] = late;
  figure["refused"] = stats.refused.load();
  figure["messages_each_before"] = plan.messages;
  figure["messages_in_a_second"] = rounded(static_cast<double>(stats.sent - sent) / wall);
  figure["crowd_cores"] = rounded((setting.crowd->cpu() - crowd_cpu) / wall);
  figure["crowd_processes"] = setting.crowd->processes();
  figure["welcome_seconds"] = rounded(setting.greeted);
  figure["warm_up_seconds"] = rounded(warm_up);
  return figure;
}

Result<Figure> measure_reconnect(const Options& options) {
  const Plan plan = plan_of(options);
  TROUPE_ASSIGN_OR_RETURN(const double floor, handshake_floor(kFloorConnections));
  TROUPE_ASSIGN_OR_RETURN(Setting setting, set_up(options, plan, true));
  const CrowdStats& stats = setting.crowd->stats();
  sleep(options.seconds);
  const std::uint64_t before = stats.welcomes;
  TROUPE_RETURN_IF_ERROR(setting.farm->restart(true));
  const Stopwatch listening;
  TROUPE_ASSIGN_OR_RETURN(const double seconds, wait_for("reconnecting", kGreetSeconds,
                                                         [&] { return stats.welcomes >= before + plan.workers; }));
  const std::uint64_t acked = stats.acked;
  TROUPE_RETURN_IF_ERROR(
      wait_for("work after the restart", kGreetSeconds, [&] { return stats.acked > acked; }).status());
  const std::size_t lost = count(setting.farm->log(), " was silent for ");
  Figure figure;
  figure["value"] = rounded(seconds);
  figure["unit"] = "s until all are welcome again, CURVE";
  figure["goal"] = "< 30, no worker declared lost";
  figure["met"] = seconds < 30 && lost == 0;
  figure["workers"] = plan.workers;
  figure["declared_lost"] = lost;
  figure["first_welcome_seconds"] = rounded(setting.greeted);
  figure["handshake_floor_seconds"] = rounded(floor * static_cast<double>(plan.workers) / kFloorConnections);
  return figure;
}

}  // namespace troupe::bench
