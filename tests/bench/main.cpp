// troupe-bench: what the farm does, each figure beside its goal and the floors of the same run. One JSON line.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "common/base/log.h"
#include "common/wire/context.h"
#include "tests/bench/figure.h"
#include "tests/bench/machine.h"

namespace troupe::bench {
namespace {

constexpr double kSmallSeconds = 0.3;

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const FigureSpec& spec : all_figures()) names.push_back(spec.name);
  return names;
}

int report(const Options& options, const std::vector<std::string>& wanted) {
  nlohmann::ordered_json root;
  root["schema"] = 1;
  root["machine"] = machine_facts();
  root["seconds"] = options.seconds;
  root["small"] = options.small;
  bool failed = false;
  for (const FigureSpec& spec : all_figures()) {
    if (std::find(wanted.begin(), wanted.end(), spec.name) == wanted.end()) continue;
    std::fprintf(stderr, "%s ...\n", spec.name.c_str());
    Result<Figure> figure = spec.measure(options);
    failed = failed || !figure.ok();
    root["figures"][spec.name] = figure.ok() ? *figure : Figure{{"error", figure.status().to_string()}};
  }
  std::printf("%s\n", root.dump().c_str());
  return failed ? 1 : 0;
}

int run(int argc, char** argv) {
  Options options;
  std::vector<std::string> wanted;
  bool all = false;
  options.folder = std::filesystem::temp_directory_path().string();
  options.program = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "troupe").string();
  CLI::App app("What the farm does on this machine, beside what the machine can do: one JSON line", "troupe-bench");
  const auto every = app.add_flag("--all", all, "Every figure");
  app.add_option("--figure", wanted, "These figures")->check(CLI::IsMember(names()))->excludes(every);
  app.add_option("--seconds", options.seconds, "Of each timed phase")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--messages", options.messages, "Of each of the 10,000 workers before they are measured")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--small", options.small, "Everything scaled down: checks the code, not the speed");
  app.add_option("--folder", options.folder, "Where state is kept: the disk that is measured")
      ->check(CLI::ExistingDirectory)
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (!all && wanted.empty()) {
    std::fprintf(stderr, "troupe-bench: which figures? --all, or --figure NAME...\n");
    for (const FigureSpec& spec : all_figures())
      std::fprintf(stderr, "  %-18s %s\n", spec.name.c_str(), spec.what.c_str());
    return 2;
  }
  if (options.small && app.count("--seconds") == 0) options.seconds = kSmallSeconds;
  wire::raise_descriptor_limit();
  set_log_level("warn");
  return report(options, all ? names() : wanted);
}

}  // namespace
}  // namespace troupe::bench

int main(int argc, char** argv) {
  return troupe::bench::run(argc, argv);
}
