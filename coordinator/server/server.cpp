#include "coordinator/server/server.h"

#include <unistd.h>

#include "common/base/files.h"
#include "common/base/log.h"
#include "common/base/version.h"
#include "common/wire/keys.h"
#include "common/wire/zap.h"
#include "coordinator/server/blob_thread.h"
#include "coordinator/server/listen.h"
#include "coordinator/server/loop.h"
#include "coordinator/server/notifier.h"
#include "coordinator/server/state_folder.h"

namespace troupe::server {

// In the order of their making; each may use those above it.
struct Server::Parts {
  ServerOptions options;
  SystemClock clock;
  StateFolder folder;
  std::unique_ptr<store::BlobStore> blobs;
  std::unique_ptr<store::Store> store;
  std::optional<core::Farm> farm;
  Epoch epoch;
  wire::AllowList allowed;
  std::optional<wire::Context> context;
  std::unique_ptr<wire::ZapHandler> zap;
  std::optional<wire::Socket> workers, clients;
  std::unique_ptr<BlobThread> blob_thread;
  wire::ServerFile file;

  Parts(const ServerOptions& given, StateFolder held) : options(given), folder(std::move(held)) {}

  Status load();
  Status listen();
};

namespace {

// Server, client and worker keys of this coordinator, made at its first start; the latter two may connect.
Result<wire::KeyPair> prepare_keys(const std::string& folder, wire::AllowList& allowed) {
  TROUPE_ASSIGN_OR_RETURN(const wire::KeyPair client, wire::load_or_make_keys(folder, "client"));
  TROUPE_ASSIGN_OR_RETURN(const wire::KeyPair worker, wire::load_or_make_keys(folder, "worker"));
  allowed.allow(client.public_key, wire::Role::kClient);
  allowed.allow(worker.public_key, wire::Role::kWorker);
  return wire::load_or_make_keys(folder, "server");
}

}  // namespace

Status Server::Parts::load() {
  TROUPE_ASSIGN_OR_RETURN(blobs, store::open_blob_folder(folder.blobs()));
  TROUPE_ASSIGN_OR_RETURN(store, store::open_sqlite_store(folder.database()));
  TROUPE_ASSIGN_OR_RETURN(const core::Snapshot snapshot, store->load());
  epoch = {snapshot.epoch.value + 1};
  const core::Edit begun = core::EpochStarted{epoch};
  TROUPE_RETURN_IF_ERROR(store->commit({&begun, 1}));
  core::FarmOptions farm_options = options.farm;
  farm_options.seed = SystemRandom().next();
  farm.emplace(farm_options, epoch, snapshot, clock.now(), clock.wall());
  return {};
}

Status Server::Parts::listen() {
  wire::raise_descriptor_limit();
  TROUPE_ASSIGN_OR_RETURN(context, wire::Context::open({}));
  std::optional<wire::ServerCurve> curve;
  if (!options.insecure) {
    TROUPE_ASSIGN_OR_RETURN(wire::KeyPair keys, prepare_keys(folder.keys(), allowed));
    TROUPE_ASSIGN_OR_RETURN(zap, wire::ZapHandler::start(*context, allowed));
    file.server_key = keys.public_key;
    file.client_key_file = "keys/client.secret";
    file.worker_key_file = "keys/worker.secret";
    curve = wire::ServerCurve{std::move(keys)};
  }
  TROUPE_ASSIGN_OR_RETURN(Listeners listeners, open_listeners(*context, options, curve, folder.left_behind()));
  file.worker_endpoint = advertised(options, listeners.workers.endpoint());
  file.client_endpoint = advertised(options, listeners.clients.endpoint());
  file.blob_endpoint = advertised(options, listeners.blobs.endpoint());
  file.pid = ::getpid();
  file.version = kVersion;
  file.started = iso8601(clock.wall());
  workers.emplace(std::move(listeners.workers));
  clients.emplace(std::move(listeners.clients));
  BlobServiceOptions service;
  if (!options.insecure) {
    service.may = [this](const std::string& user, BlobAction) { return allowed.role_of(user).has_value(); };
  }
  TROUPE_ASSIGN_OR_RETURN(blob_thread,
                          BlobThread::start(std::move(listeners.blobs), *blobs, clock, std::move(service)));
  return folder.publish(file);
}

Result<std::unique_ptr<Server>> Server::open(const ServerOptions& given) {
  TROUPE_RETURN_IF_ERROR(given.validate());
  ServerOptions options = given;
  if (options.state.empty()) options.state = default_state_folder();
  TROUPE_ASSIGN_OR_RETURN(StateFolder folder, StateFolder::open(options.state));
  auto parts = std::make_unique<Parts>(options, std::move(folder));
  TROUPE_RETURN_IF_ERROR(parts->load());
  TROUPE_RETURN_IF_ERROR(parts->listen());
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() = default;

const wire::ServerFile& Server::file() const {
  return parts_->file;
}

Status Server::run(StopSignal& stop) {
  Parts& parts = *parts_;
  TROUPE_ASSIGN_OR_RETURN(auto reader, parts.store->reader());
  TROUPE_ASSIGN_OR_RETURN(auto chore_reader, parts.store->reader());
  QueryThread queries(std::move(reader));
  QueryThread chores(std::move(chore_reader));
  Committer committer(*parts.store);
  Notifier notifier;
  Loop loop({*parts.workers, *parts.clients, parts.options.insecure ? nullptr : &parts.allowed, *parts.farm,
             parts.epoch, committer, queries, chores, notifier, *parts.blobs, parts.clock, stop, parts.file,
             parts.options.state, parts.options.runs_commands(), parts.blob_thread.get()});
  const Status status = loop.run();
  if (!status.ok()) return status;
  // The last answers may still be on their way out.
  parts.clients->set_linger(Millis(1000));
  parts.workers->set_linger(Millis(1000));
  parts.folder.withdraw();
  return {};
}

Status run_server(const ServerOptions& options) {
  set_log_level(options.log);
  StopSignal stop;
  const StopOnSignals signals(stop);
  TROUPE_ASSIGN_OR_RETURN(const auto server, Server::open(options));
  const wire::ServerFile& file = server->file();
  logger("server")->info("ready worker={} client={} blob={} state={}", file.worker_endpoint, file.client_endpoint,
                         file.blob_endpoint, options.state.empty() ? default_state_folder() : options.state);
  const Status status = server->run(stop);
  if (status.ok()) {
    logger("server")->info("stopped");
  } else {
    logger("server")->error("{}", status.to_string());
  }
  return status;
}

}  // namespace troupe::server
