// troupe up: a coordinator and local workers, kept alive until Ctrl-C.
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "common/base/files.h"
#include "coordinator/cli/children.h"
#include "coordinator/cli/context.h"
#include "coordinator/cli/interrupt.h"
#include "coordinator/cli/local_packs.h"

namespace troupe::cli {
namespace {

namespace fs = std::filesystem;

constexpr Millis kStartWait{20000};    // for the coordinator's first answer
constexpr Millis kWorkerGrace{60000};  // for the jobs in hand at Ctrl-C; a second Ctrl-C cuts it short

struct Options {
  int workers = 0;
  int threads = 0;
  std::string device = "cpu";
  std::string engine;
  std::string packs;
  int port = 0;
};

void fill_in(Options& options) {
  const int cores = std::max(1u, std::thread::hardware_concurrency());
  if (options.workers == 0) options.workers = std::clamp(cores / 4, cores >= 2 ? 2 : 1, 8);
  if (options.threads == 0) options.threads = std::max(1, cores / options.workers);
  if (options.packs.empty()) options.packs = pack_folders();
}

fs::path own_folder() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

ChildSpec coordinator(const Options& options, const std::string& state) {
  return {
      "coordinator",
      {(own_folder() / "troupe").string(), "server", "start", "--state", state, "--port", std::to_string(options.port)},
      state + "/logs/coordinator.log"};
}

ChildSpec worker(const Options& options, const std::string& state, int number) {
  const std::string name = "local-" + std::to_string(number);
  ChildSpec spec{name,
                 {(own_folder() / "troupe-worker").string(), "start", "--server", state + "/server.json", "--state",
                  state + "/workers/" + name, "--name", name, "--slots", "1", "--threads",
                  std::to_string(options.threads), "--device", options.device, "--packs", options.packs},
                 state + "/logs/" + name + ".log"};
  if (!options.engine.empty()) spec.command.insert(spec.command.end(), {"--engine", options.engine});
  return spec;
}

// Until the coordinator answers, or is seen to be unable to start.
Status await_coordinator(Child& child, const std::string& state, Interrupt& interrupt, SystemClock& clock) {
  const Instant begun = clock.now();
  while (clock.now() - begun < kStartWait) {
    if (!child.running()) {
      return Status(Code::kInternal, "the coordinator did not start:\n" + tail_of(child.spec().log, 5));
    }
    auto connection = Connection::open({state + "/server.json", state, Millis(500)});
    if (connection.ok() && (*connection)->ask(wire::ServerInfo{}).ok()) return {};
    if (interrupt.wait(Millis(50))) return Status(Code::kCancelled, "interrupted");
  }
  return Status(Code::kUnavailable, "the coordinator does not answer; its log is " + child.spec().log);
}

void stop_all(std::vector<Child>& children, Interrupt& interrupt, const Output& output, SystemClock& clock) {
  output.text("stopping: workers finish the job in hand, the rest is kept for the next start");
  // The coordinator (the first child) goes last, so that finished jobs reach it.
  for (std::size_t i = 1; i < children.size(); ++i) children[i].stop(SIGTERM);
  const auto anyone = [&](std::size_t from) {
    bool some = false;
    for (std::size_t i = from; i < children.size(); ++i) some = children[i].running() || some;
    return some;
  };
  const Instant begun = clock.now();
  while (anyone(1) && clock.now() - begun < kWorkerGrace) {
    if (!interrupt.wait_again(Millis(100))) continue;
    output.text("stopping at once");
    break;
  }
  for (std::size_t i = 1; i < children.size(); ++i) children[i].stop(SIGKILL);
  children.front().stop(SIGTERM);
  const Instant last = clock.now();
  while (anyone(0) && clock.now() - last < Millis(10000)) interrupt.wait_again(Millis(50));
  children.front().stop(SIGKILL);
}

void print_children(const Output& output, const std::vector<Child>& children, const Options& options,
                    const std::string& state) {
  std::vector<std::vector<std::string>> rows;
  for (const Child& child : children) {
    const bool first = &child == &children.front();
    rows.push_back({child.spec().name, std::to_string(child.pid()),
                    first ? ""
                          : options.device + ", " + std::to_string(options.threads) +
                                (options.threads == 1 ? " thread" : " threads"),
                    child.spec().log});
  }
  output.text(table({"program", "pid", "", "log"}, rows));
  output.text("state folder " + state +
              (state == default_state_folder() ? "" : "; in other terminals: export TROUPE_STATE=" + state));
  output.text("next: troupe submit configs/campaigns/quickstart.yaml --wait     (Ctrl-C here stops everything)");
}

int up(const Context& context, const Output& output, Options options) {
  fill_in(options);
  std::error_code ignored;
  const std::string state =
      fs::absolute(context.connection.state.empty() ? default_state_folder() : context.connection.state, ignored)
          .string();
  for (const char* folder : {"", "/logs", "/workers"}) {
    const Status status = make_folders(state + folder, 0700);
    if (!status.ok()) return output.error(status);
  }
  SystemClock clock;
  SystemRandom random;
  Interrupt interrupt;
  std::vector<Child> children;
  children.emplace_back(coordinator(options, state));
  for (int number = 1; number <= options.workers; ++number) children.emplace_back(worker(options, state, number));

  Status status = children.front().start(clock.now());
  if (status.ok()) status = await_coordinator(children.front(), state, interrupt, clock);
  for (std::size_t i = 1; i < children.size() && status.ok(); ++i) status = children[i].start(clock.now());
  if (!status.ok()) {
    stop_all(children, interrupt, output, clock);
    return output.error(status);
  }
  print_children(output, children, options, state);
  while (!interrupt.wait(Millis(200))) {
    for (Child& child : children) {
      const std::string remark = child.tend(clock.now(), random);
      if (!remark.empty()) output.text(remark);
    }
  }
  stop_all(children, interrupt, output, clock);
  return kExitDone;
}

}  // namespace

void add_up(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("up", "A coordinator and local workers, until Ctrl-C");
  command->add_option("--workers", options->workers, "how many (default: by the number of cores)")
      ->check(CLI::Range(1, 64));
  command->add_option("--threads", options->threads, "CPU threads of each (default: the cores, shared out)")
      ->check(CLI::Range(1, 1024));
  command->add_option("--device", options->device, "what the engines run on: cpu, cuda, cuda:1 (cpu)");
  command->add_option("--packs", options->packs, "folders with packs, separated by \":\" (default: configs/packs)");
  command->add_option("--engine", options->engine, "the engine's program (default: troupe-engine beside this one)");
  command->add_option("--port", options->port, "first of the coordinator's three ports (default: free ones)")
      ->check(CLI::Range(0, 65533));
  on(command, context, [&context, options](const Output& output) { return up(context, output, *options); });
}

}  // namespace troupe::cli
