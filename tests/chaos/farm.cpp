#include "tests/chaos/farm.h"

#include <signal.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "common/base/files.h"
#include "common/wire/server_file.h"
#include "common/wire/socket.h"

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;
using testing::Process;

constexpr char kSettings[] =
    "log: info\n"
    "listen: {port: 0}\n"
    "workers: {heartbeat: 1s, liveness: 4s, resend_lease: 1s}\n"
    "jobs: {deadline_grace: 2s, retry: {first: 1s, most: 2s}}\n";

// The parent of a process, 0 when it is gone.
pid_t parent_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  char state = 0;
  int parent = 0;
  return std::sscanf(text.c_str() + name_end + 1, " %c %d", &state, &parent) == 2 && state != 'Z' ? parent : 0;
}

pid_t child_of(pid_t parent) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    if (parent_of(pid) == parent) return std::stoi(pid);
  }
  return 0;
}

}  // namespace

Farm::Farm(FarmPlan plan) : plan_(std::move(plan)) {
  for (std::size_t i = 0; i < plan_.workers; ++i) {
    lines_.push_back({std::make_unique<Proxy>(proxies_.context()), std::make_unique<Proxy>(proxies_.context())});
  }
  std::ofstream(plan_.folder + "/coordinator.yaml") << kSettings;
}

Farm::~Farm() {
  agents_.clear();
  coordinator_.reset();
  proxies_.stop();
}

Status Farm::start_coordinator() {
  coordinator_ =
      std::make_unique<Process>(command({"server", "start", "--config", plan_.folder + "/coordinator.yaml"}));
  const bool there = testing::poll_until([&] { return troupe({"server", "info"}, 10s).code == 0; }, 60s);
  if (!there) return Status(Code::kUnavailable, "the coordinator does not come up: " + coordinator_->err());
  return publish();
}

Status Farm::publish() {
  TROUPE_ASSIGN_OR_RETURN(wire::ServerFile file, wire::read_server_file(state()));
  const int workers = wire::port_of(file.worker_endpoint), blobs = wire::port_of(file.blob_endpoint);
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    lines_[i].workers->aim(workers);
    lines_[i].blobs->aim(blobs);
    wire::ServerFile seen = file;
    seen.worker_endpoint = "tcp://127.0.0.1:" + std::to_string(lines_[i].workers->port());
    seen.blob_endpoint = "tcp://127.0.0.1:" + std::to_string(lines_[i].blobs->port());
    const std::string folder = plan_.folder + "/line" + std::to_string(i);
    TROUPE_RETURN_IF_ERROR(make_folders(folder));
    TROUPE_RETURN_IF_ERROR(wire::write_server_file(folder, seen));
  }
  return {};
}

void Farm::start_agent(std::size_t worker) {
  const std::string name = "w" + std::to_string(worker);
  const bool real = plan_.real_engine && worker + 1 == plan_.workers;
  std::vector<std::string> words = {plan_.bin + "/troupe-worker",
                                    "start",
                                    "--server",
                                    plan_.folder + "/line" + std::to_string(worker),
                                    "--state",
                                    worker_folder(worker),
                                    "--name",
                                    name,
                                    "--slots",
                                    "1",
                                    "--threads",
                                    "1",
                                    "--packs",
                                    plan_.packs,
                                    "--engine",
                                    plan_.bin + (real ? "/troupe-engine" : "/fake-engine")};
  if (plan_.real_engine) words.insert(words.end(), {"--tags", real ? "real" : "fake"});
  agents_[worker] = std::make_unique<Process>(
      testing::ProcessOptions{std::move(words), {{"TROUPE_FAKE_MS", std::to_string(plan_.job_millis)}}});
}

void Farm::kill_coordinator() {
  coordinator_->signal(SIGKILL);
  coordinator_->wait(20s);
}

void Farm::kill_agent(std::size_t worker) {
  agents_.at(worker)->signal(SIGKILL);
  agents_.at(worker)->wait(20s);
}

pid_t Farm::signal_engine(std::size_t worker, int signal) const {
  const pid_t engine = child_of(agents_.at(worker)->pid());
  if (engine > 0) ::kill(engine, signal);
  return engine;
}

void Farm::signal_agent(std::size_t worker, int signal) const {
  agents_.at(worker)->signal(signal);
}

void Farm::set_weather(std::size_t worker, Weather weather) {
  lines_[worker].workers->set(weather);
  lines_[worker].blobs->set(weather);
}

std::optional<int> Farm::coordinator_ended() {
  return coordinator_->wait(0ms);
}

testing::ProcessOptions Farm::command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), plan_.bin + "/troupe");
  return {
      std::move(arguments),
      {{"TROUPE_STATE", state()}, {"TROUPE_SERVER", ""}, {"TROUPE_OUTPUT", "table"}, {"TROUPE_PACKS", plan_.packs}}};
}

testing::Ran Farm::troupe(std::vector<std::string> arguments, std::chrono::milliseconds most) const {
  return testing::run(command(std::move(arguments)), most);
}

std::unique_ptr<Process> Farm::begin(std::vector<std::string> arguments) const {
  return std::make_unique<Process>(command(std::move(arguments)));
}

Result<nlohmann::json> Farm::ask(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--output", "json"});
  const testing::Ran ran = troupe(arguments, 120s);
  if (ran.code != 0) return Status(Code::kInternal, arguments.front() + ": " + ran.err);
  auto value = nlohmann::json::parse(ran.out, nullptr, false);
  if (value.is_discarded()) return Status(Code::kInternal, arguments.front() + " printed no JSON: " + ran.out);
  return value;
}

}  // namespace troupe::chaos
