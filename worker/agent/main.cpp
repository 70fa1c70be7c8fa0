// troupe-worker: the agent of one node.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "common/base/files.h"
#include "common/base/log.h"
#include "worker/agent/shell/agent.h"

namespace {

using troupe::agent::WorkerConfig;

struct Options {
  std::string config_file;
  std::string server;
  std::string packs;
  std::string tags;
  std::string log_level = "info";
  double outbox_gib = 0;
  double stage_cache_gib = 0;
  int grace = 0;
  WorkerConfig given;  // what the command line says, where `has` says that it does
  CLI::App* start = nullptr;

  bool has(const char* option) const { return start->count(option) > 0; }
};

void add_options(CLI::App& start, Options& options) {
  WorkerConfig& given = options.given;
  options.start = &start;
  start.add_option("--config", options.config_file, "A worker.yaml; options go before what stands there");
  start.add_option("--server", options.server, "The coordinator's server.json or its folder, or tcp://HOST:PORT");
  start.add_option("--blob-endpoint", given.server.blob_endpoint, "With tcp://: the coordinator's blob socket");
  start.add_option("--server-key", given.server.key, "With tcp://: the coordinator's public key");
  start.add_option("--key-file", given.server.own_key_file, "With tcp://: this worker's secret key");
  start.add_option("--state", given.state, "This worker's folder");
  start.add_option("--name", given.name, "This worker's id");
  start.add_option("--slots", given.slots, "Engines");
  start.add_option("--device", given.device, "cpu, cuda (a GPU for each slot), cuda:N or auto");
  start.add_option("--dtype", given.dtype, "fp32, bf16, fp16 or auto")
      ->check(CLI::IsMember({"auto", "fp32", "bf16", "fp16"}));
  start.add_option("--threads", given.threads, "CPU threads of each slot; 0 shares out the cores");
  start.add_option("--packs", options.packs, "Folders of packs: DIR[:DIR]");
  start.add_option("--tags", options.tags, "What campaigns may require: a,b");
  start.add_option("--pool", given.pool, "The pool of machines that it belongs to");
  start.add_option("--engine", given.engine, "The engine's program (default: troupe-engine beside this one)");
  start.add_option("--ahead", given.ahead, "Jobs held beyond the running one, for each slot");
  start.add_option("--outbox-gib", options.outbox_gib, "Results kept until the coordinator has them");
  start.add_option("--stage-cache-gib", options.stage_cache_gib, "Outputs of stages kept to be used again; 0: none")
      ->check(CLI::NonNegativeNumber);
  start.add_option("--grace", options.grace, "Seconds to finish the job in hand after SIGTERM");
  start.add_option("--log-level", options.log_level, "debug, info, warn, error or off");
}

std::uint64_t gibibytes(double number) {
  return static_cast<std::uint64_t>(number * (1ull << 30));
}

// The command line over the file.
void merge(const Options& options, WorkerConfig& config) {
  const WorkerConfig& given = options.given;
  if (options.has("--server")) {
    const bool endpoint = options.server.find("://") != std::string::npos;
    config.server.file = endpoint ? "" : options.server;
    config.server.endpoint = endpoint ? options.server : "";
  }
  if (options.has("--blob-endpoint")) config.server.blob_endpoint = given.server.blob_endpoint;
  if (options.has("--server-key")) config.server.key = given.server.key;
  if (options.has("--key-file")) config.server.own_key_file = given.server.own_key_file;
  if (options.has("--state")) config.state = given.state;
  if (options.has("--name")) config.name = given.name;
  if (options.has("--slots")) config.slots = given.slots;
  if (options.has("--device")) config.device = given.device;
  if (options.has("--dtype")) config.dtype = given.dtype;
  if (options.has("--threads")) config.threads = given.threads;
  if (options.has("--packs")) config.packs = troupe::agent::split_list(options.packs, ':');
  if (options.has("--tags")) config.tags = troupe::agent::split_list(options.tags, ',');
  if (options.has("--pool")) config.pool = given.pool;
  if (options.has("--engine")) config.engine = given.engine;
  if (options.has("--ahead")) config.ahead = given.ahead;
  if (options.has("--outbox-gib")) config.outbox_bytes = gibibytes(options.outbox_gib);
  if (options.has("--stage-cache-gib")) config.stage_cache_bytes = gibibytes(options.stage_cache_gib);
  if (options.has("--grace")) config.grace = std::chrono::seconds(options.grace);
}

void fill_in(WorkerConfig& config) {
  if (config.server.file.empty() && config.server.endpoint.empty()) {
    config.server.file = troupe::default_state_folder() + "/server.json";
  }
  if (config.state.empty()) {
    config.state = troupe::default_state_folder() + "/workers/" + (config.name.empty() ? "default" : config.name);
  }
  if (config.engine.empty()) {
    std::error_code ignored;
    config.engine = (std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "troupe-engine").string();
  }
}

int fail(const troupe::Status& status) {
  std::fprintf(stderr, "%s\n", status.to_string().c_str());
  return status.code() == troupe::Code::kInvalid ? 2 : 1;
}

int start(const Options& options) {
  if (!troupe::set_log_level(options.log_level)) {
    return fail({troupe::Code::kInvalid, "--log-level takes debug, info, warn, error or off"});
  }
  WorkerConfig config;
  if (!options.config_file.empty()) {
    auto read = troupe::agent::read_worker_config(options.config_file);
    if (!read.ok()) return fail(read.status());
    config = std::move(read).value();
  }
  merge(options, config);
  fill_in(config);
  troupe::SystemClock clock;
  troupe::SystemRandom random;
  auto agent = troupe::agent::Agent::make(std::move(config), clock, random);
  if (!agent.ok()) return fail(agent.status());
  const troupe::Status status = (*agent)->run();
  return status.ok() ? 0 : fail(status);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("troupe-worker: renders what a coordinator hands out");
  Options options;
  add_options(*app.add_subcommand("start", "Serve a coordinator until told to stop"), options);
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return start(options);
}
