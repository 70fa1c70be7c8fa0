#include "worker/agent/shell/agent.h"

#include <algorithm>
#include <filesystem>
#include <thread>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/wire/version.h"
#include "worker/agent/shell/identity.h"
#include "worker/chain/device_facts.h"
#include "worker/chain/gpu_memory.h"

namespace troupe::agent {
namespace {

constexpr Millis kLinkLook{500};     // between two looks at where the coordinator is
constexpr Millis kStoreAgain{1000};  // between two tries to store on a full disk

// "cuda" gives every slot a GPU of its own; anything else is the same for all.
std::string device_of(const WorkerConfig& config, int slot) {
  return config.device == "cuda" ? "cuda:" + std::to_string(slot) : config.device;
}

int threads_of(const WorkerConfig& config) {
  if (config.threads > 0) return config.threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / config.slots);
}

Slot describe_slot(const WorkerConfig& config, int index) {
  const std::string device = device_of(config, index);
  if (device == "cpu") {
    return {device, chain::cpu_name(), chain::memory_bytes() / static_cast<std::uint64_t>(config.slots)};
  }
  if (device == "auto") return {device, "what the engine finds", 0};
  const int gpu = chain::driver_index(std::atoi(device.c_str() + 5), std::getenv("CUDA_VISIBLE_DEVICES"));
  return {device, chain::gpu_name(gpu), chain::gpu_memory_bytes(gpu)};
}

SessionOptions session_options(const WorkerConfig& config, const WorkerId& self, const LocalPacks& packs,
                               Random& random) {
  SessionOptions options;
  options.worker = self;
  options.instance = random.next();
  options.profile.host = host_name();
  options.profile.protocol_min = wire::kProtocolMin;
  options.profile.protocol_max = wire::kProtocolMax;
  options.profile.version = TROUPE_VERSION;
  for (int i = 0; i < config.slots; ++i) options.profile.slots.push_back(describe_slot(config, i));
  options.profile.tags = config.tags;
  options.profile.pool = config.pool;
  for (const auto& [name, pack] : packs.packs) options.profile.packs.push_back(pack.offer);
  options.ahead = static_cast<std::size_t>(config.ahead);
  options.grace = config.grace;
  options.seed = random.next();
  return options;
}

SupervisorOptions supervisor_options(const WorkerConfig& config, const std::string& run_folder) {
  SupervisorOptions options;
  options.command.program = config.engine;
  for (int i = 0; i < config.slots; ++i) {
    options.slot_arguments.push_back({"--device", device_of(config, i), "--dtype", config.dtype, "--threads",
                                      std::to_string(threads_of(config)), "--stage-cache", config.state + "/stages",
                                      "--stage-cache-bytes", std::to_string(config.stage_cache_bytes)});
  }
  options.run_folder = run_folder;
  options.log_folder = config.state + "/logs";
  return options;
}

}  // namespace

struct Agent::Parts {
  WorkerConfig config;
  Clock& clock;
  Random& random;
  FileLock lock;
  RunFolder run_folder;
  Signals signals;
  wire::Context context;
  WorkerId self;
  LocalPacks packs;
  References references;
  std::unique_ptr<Outbox> outbox;
};

Result<std::unique_ptr<Agent>> Agent::make(WorkerConfig config, Clock& clock, Random& random) {
  TROUPE_RETURN_IF_ERROR(config.validate());
  config.state = std::filesystem::absolute(config.state).lexically_normal().string();
  TROUPE_RETURN_IF_ERROR(make_folders(config.state, 0700));
  TROUPE_RETURN_IF_ERROR(make_folders(config.state + "/logs", 0700));
  TROUPE_ASSIGN_OR_RETURN(FileLock lock, FileLock::take(config.state + "/lock", "the worker's folder " + config.state));
  TROUPE_ASSIGN_OR_RETURN(WorkerId self, worker_identity(config.state, config.name, random));
  TROUPE_ASSIGN_OR_RETURN(auto file, open_log_file(config.state + "/outbox.log"));
  TROUPE_ASSIGN_OR_RETURN(auto outbox, Outbox::open(std::move(file), {.full_bytes = config.outbox_bytes}));
  TROUPE_ASSIGN_OR_RETURN(RunFolder run_folder, RunFolder::make(config.state));
  LocalPacks packs = find_packs(config.packs);
  TROUPE_ASSIGN_OR_RETURN(References references,
                          References::open(config.state + "/references", limits::kMaxReferenceBytes));
  TROUPE_ASSIGN_OR_RETURN(Signals signals, Signals::open());
  TROUPE_ASSIGN_OR_RETURN(wire::Context context, wire::Context::open({}));
  std::unique_ptr<Agent> agent(
      new Agent({std::move(config), clock, random, std::move(lock), std::move(run_folder), std::move(signals),
                 std::move(context), std::move(self), std::move(packs), std::move(references), std::move(outbox)}));
  TROUPE_ASSIGN_OR_RETURN(agent->transfers_, Transfers::start(agent->context_, *agent->outbox_));
  return agent;
}

Agent::Agent(Parts parts)
    : config_(std::move(parts.config)),
      clock_(parts.clock),
      random_(parts.random),
      lock_(std::move(parts.lock)),
      run_folder_(std::move(parts.run_folder)),
      signals_(std::move(parts.signals)),
      context_(std::move(parts.context)),
      packs_(std::move(parts.packs)),
      references_(std::move(parts.references)),
      outbox_(std::move(parts.outbox)),
      link_(context_, config_.server, parts.self),
      supervisor_(context_.raw(), supervisor_options(config_, run_folder_.path()), random_),
      session_(session_options(config_, parts.self, packs_, random_)),
      slots_(static_cast<std::size_t>(config_.slots)) {
  auto log = logger("agent");
  log->info("worker {} with {} slots on {}, {} threads each, state in {}", parts.self.value, config_.slots,
            config_.device, threads_of(config_), config_.state);
  for (const auto& [name, pack] : packs_.packs) log->info("pack {} from {}", name, pack.folder);
  for (const std::string& trouble : packs_.troubles) log->warn("{}", trouble);
  if (packs_.packs.empty()) log->warn("no packs: this worker will get no jobs");
}

Status Agent::run() {
  tell(Started{outbox_->results()});
  while (!over_) {
    keep_link();
    wait();
    read_signals();
    read_coordinator();
    read_transfers();
    read_engines();
    store_results();
    if (!over_) tell(Tick{});
  }
  return *over_;
}

void Agent::wait() {
  const Instant now = clock_.now();
  Instant until = std::min({session_.next_tick(now), supervisor_.next_turn(now), next_link_look_});
  if (!to_store_.empty()) until = std::min(until, next_store_);
  std::vector<zmq_pollitem_t> items{{nullptr, signals_.descriptor(), ZMQ_POLLIN, 0},
                                    {nullptr, transfers_->descriptor(), ZMQ_POLLIN, 0}};
  if (void* socket = link_.handle()) items.push_back({socket, 0, ZMQ_POLLIN, 0});
  supervisor_.add_poll_items(items);
  const Millis timeout = std::max(Millis{0}, until - now);
  ::zmq_poll(items.data(), static_cast<int>(items.size()), static_cast<long>(timeout.count()));
}

void Agent::keep_link() {
  const Instant now = clock_.now();
  if (now < next_link_look_) return;
  next_link_look_ = now + kLinkLook;
  const auto renewed = link_.keep();
  const std::string trouble = renewed.ok() ? "" : renewed.status().to_string();
  if (trouble != link_trouble_ && !trouble.empty()) logger("agent")->warn("no coordinator: {}; looking again", trouble);
  link_trouble_ = trouble;
  if (!renewed.ok() || !*renewed) return;
  logger("agent")->info("coordinator at {}", link_.address()->endpoint);
  transfers_->set_server(*link_.address());
  tell(Connected{});
}

void Agent::store_results() {
  const Instant now = clock_.now();
  if (!to_store_.empty() && now >= next_store_) {
    const Status status = outbox_->store(to_store_);
    if (status.ok()) {
      outbox_trouble_.clear();
      for (const Stored& stored : std::exchange(to_store_, {})) tell(ResultStored{stored.result});
    } else if (status.code() == Code::kNoSpace) {
      next_store_ = now + kStoreAgain;
      outbox_trouble_ = status.to_string();
    } else {
      over_ = status.with_context("the outbox");
      return;
    }
  }
  const bool full = !outbox_trouble_.empty() || outbox_->full();
  if (full == outbox_full_) return;
  outbox_full_ = full;
  std::string trouble = outbox_trouble_;
  if (full && trouble.empty()) trouble = "the outbox is full: results wait for the coordinator";
  tell(OutboxSpace{full, trouble});
}

}  // namespace troupe::agent
