// simulate --seed N [--trace] | --seeds COUNT [--from N]   [--scenario FILE] [--hours H] [--jobs N]
#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/sim/scenario.h"
#include "tests/sim/simulation.h"

namespace {

using troupe::Millis;
using troupe::sim::Report;

struct Options {
  std::uint64_t from = 1;
  std::uint64_t count = 0;
  std::string scenario_file;
  double hours = 0;
  unsigned jobs = 1;
  bool trace = false;
  bool alone = false;
};

struct Totals {
  std::uint64_t passed = 0;
  Millis simulated{0};
};

troupe::sim::Knobs knobs_of(std::uint64_t seed, const Options& options, const troupe::sim::Scenario& scenario) {
  troupe::sim::Knobs knobs = troupe::sim::draw_knobs(seed, scenario.ranges);
  knobs.trouble = std::max(knobs.trouble, Millis(static_cast<Millis::rep>(options.hours * 3'600'000)));
  return knobs;
}

void print_line(std::string_view line) {
  std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
}

// What went wrong and how to see it again.
void tell(std::uint64_t seed, const Options& options, const Report& report) {
  const auto number = static_cast<unsigned long long>(seed);
  if (options.alone) {
    std::printf("seed %llu: trace %016llx, %llu steps, %llu commits, %.1f simulated minutes\n", number,
                static_cast<unsigned long long>(report.trace_digest), static_cast<unsigned long long>(report.steps),
                static_cast<unsigned long long>(report.commits),
                static_cast<double>(report.simulated.count()) / 60'000);
  }
  for (const std::string& failure : report.failures) std::printf("seed %llu FAILED %s\n", number, failure.c_str());
  if (report.failures.empty()) return;
  std::printf("again: simulate --seed %llu", number);
  if (!options.scenario_file.empty()) std::printf(" --scenario %s", options.scenario_file.c_str());
  if (options.hours > 0) std::printf(" --hours %g", options.hours);
  std::printf(" --trace\n");
  std::fflush(stdout);
}

Totals run(const Options& options, const troupe::sim::Scenario& scenario) {
  Totals totals;
  std::mutex mutex;
  std::atomic<std::uint64_t> next{0};
  const auto work = [&] {
    for (std::uint64_t i = next++; i < options.count; i = next++) {
      const std::uint64_t seed = options.from + i;
      const Report report = troupe::sim::simulate(knobs_of(seed, options, scenario),
                                                  options.trace ? print_line : troupe::sim::Listener());
      const std::lock_guard lock(mutex);
      tell(seed, options, report);
      totals.passed += report.failures.empty() ? 1 : 0;
      totals.simulated += report.simulated;
    }
  };
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < options.jobs; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  return totals;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs the real farm and the real worker session in a simulated world of troubles, one for each seed.");
  Options options;
  std::uint64_t seed = 0;
  CLI::Option* one = app.add_option("--seed", seed, "Run this seed");
  app.add_option("--seeds", options.count, "Run so many seeds")->excludes(one)->check(CLI::PositiveNumber);
  app.add_option("--from", options.from, "The first of them");
  app.add_option("--scenario", options.scenario_file, "Workload and troubles, as tests/sim/scenarios/*.yaml");
  app.add_option("--hours", options.hours, "Trouble lasts at least so long, in simulated hours a seed")
      ->check(CLI::Range(0.0, 1000.0));
  app.add_option("--jobs", options.jobs, "Seeds that run at once; each is the same however many there are")
      ->check(CLI::Range(1, 64));
  app.add_flag("--trace", options.trace, "Print everything that happens");
  CLI11_PARSE(app, argc, argv);
  options.alone = one->count() > 0;
  if (options.alone) {
    options.from = seed;
    options.count = 1;
  }
  if (options.count == 0) {
    std::fprintf(stderr, "say --seed N or --seeds COUNT\n");
    return 2;
  }
  troupe::sim::Scenario scenario;
  if (!options.scenario_file.empty()) {
    const auto read = troupe::sim::read_scenario(options.scenario_file);
    if (!read.ok()) {
      std::fprintf(stderr, "%s\n", read.status().to_string().c_str());
      return 2;
    }
    scenario = *read;
  }
  const auto begun = std::chrono::steady_clock::now();
  const Totals totals = run(options, scenario);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const double simulated = static_cast<double>(totals.simulated.count()) / 1000;
  std::printf("%llu passed, %llu failed, %.1f simulated cluster-hours, %.0f times real time\n",
              static_cast<unsigned long long>(totals.passed),
              static_cast<unsigned long long>(options.count - totals.passed), simulated / 3600,
              simulated / std::max(seconds, 1e-9));
  return totals.passed == options.count ? 0 : 1;
}
