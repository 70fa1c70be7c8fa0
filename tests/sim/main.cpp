// simulate --seed N [--trace] | --seeds COUNT [--from N]
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/sim/simulation.h"

namespace {

// Prints what went wrong and how to see it again; true when nothing did.
bool run_seed(std::uint64_t seed, bool alone, bool verbose, troupe::Millis& simulated) {
  const troupe::sim::Report report = troupe::sim::simulate(troupe::sim::draw_knobs(seed), verbose);
  simulated += report.simulated;
  if (alone) {
    std::printf("seed %llu: trace %016llx, %llu steps, %llu commits, %.1f simulated minutes\n",
                static_cast<unsigned long long>(seed), static_cast<unsigned long long>(report.trace_digest),
                static_cast<unsigned long long>(report.steps), static_cast<unsigned long long>(report.commits),
                static_cast<double>(report.simulated.count()) / 60000);
  }
  for (const std::string& failure : report.failures) {
    std::printf("seed %llu FAILED %s\n", static_cast<unsigned long long>(seed), failure.c_str());
  }
  if (!report.failures.empty()) {
    std::printf("again: simulate --seed %llu --trace\n", static_cast<unsigned long long>(seed));
  }
  return report.failures.empty();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs the real farm and the real worker session in a simulated world of troubles, one for each seed.");
  std::uint64_t seed = 0;
  std::uint64_t from = 1;
  std::uint64_t count = 0;
  bool trace = false;
  CLI::Option* one = app.add_option("--seed", seed, "Run this seed");
  app.add_option("--seeds", count, "Run so many seeds")->excludes(one)->check(CLI::PositiveNumber);
  app.add_option("--from", from, "The first of them");
  app.add_flag("--trace", trace, "Print everything that happens");
  CLI11_PARSE(app, argc, argv);
  if (one->count() == 0 && count == 0) {
    std::fprintf(stderr, "say --seed N or --seeds COUNT\n");
    return 2;
  }
  const bool alone = one->count() > 0;
  if (alone) {
    from = seed;
    count = 1;
  }
  std::uint64_t passed = 0;
  troupe::Millis simulated{0};
  for (std::uint64_t i = 0; i < count; ++i) passed += run_seed(from + i, alone, trace, simulated) ? 1 : 0;
  std::printf("%llu passed, %llu failed, %.1f simulated hours\n", static_cast<unsigned long long>(passed),
              static_cast<unsigned long long>(count - passed), static_cast<double>(simulated.count()) / 3'600'000);
  return passed == count ? 0 : 1;
}
