#include "tests/bench/farm.h"

#include <signal.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/base/random.h"
#include "common/wire/blob/blob_client.h"
#include "tests/bench/machine.h"
#include "tests/support/campaigns.h"

namespace troupe::bench {
namespace {

constexpr double kStartSeconds = 60;
constexpr Millis kAnswer{60'000};

}  // namespace

Result<std::unique_ptr<Farm>> Farm::start(const Options& options, bool curve, const std::string& settings) {
  std::unique_ptr<Farm> farm(new Farm(options, curve));
  farm->folder_.write("coordinator.yaml", "log: warn\n" + settings);
  TROUPE_ASSIGN_OR_RETURN(farm->context_, wire::Context::open({}));
  TROUPE_RETURN_IF_ERROR(farm->begin());
  return farm;
}

Farm::~Farm() {
  client_.reset();
  (void)stop(false);
}

Status Farm::begin() {
  std::vector<std::string> command = {
      program_, "server", "start", "--config", folder_ / "coordinator.yaml", "--port", std::to_string(port_)};
  if (!curve_) command.push_back("--insecure");
  process_.emplace(testing::ProcessOptions{std::move(command), {{"TROUPE_STATE", state()}}});
  const Stopwatch watch;
  for (;;) {
    auto file = wire::read_server_file(state());
    if (file.ok() && file->pid == process_->pid()) {
      file_ = std::move(file).value();
      break;
    }
    if (process_->wait(std::chrono::milliseconds(2)) || watch.seconds() > kStartSeconds) {
      return Status(Code::kUnavailable, "the coordinator does not start: " + process_->err());
    }
  }
  port_ = wire::port_of(file_.worker_endpoint);
  if (client_) return {};
  wire::ClientOptions client;
  client.locate = [this] { return wire::target_of(file_); };
  client.resend = Millis(20'000);
  TROUPE_ASSIGN_OR_RETURN(client_, wire::Client::connect(*context_, std::move(client)));
  return {};
}

Status Farm::stop(bool kill) {
  if (!process_) return {};
  process_->signal(kill ? SIGKILL : SIGTERM);
  const bool ended = process_->wait(std::chrono::seconds(60)).has_value();
  const std::string said = process_->err();
  process_.reset();
  return ended ? Status() : Status(Code::kTimeout, "the coordinator does not stop: " + said);
}

Status Farm::restart(bool kill) {
  TROUPE_RETURN_IF_ERROR(stop(kill));
  return begin();
}

Result<std::string> Farm::ask(decltype(wire::ClientRequest::body) body) {
  return client_->json(std::move(body), kAnswer);
}

Result<std::string> Farm::submit(const std::string& name, std::uint64_t cells, int priority) {
  testing::CampaignPlan plan;
  plan.name = name;
  plan.seeds = cells;
  plan.priority = priority;
  return submit_json(testing::resolved_json(plan), "bench-" + std::to_string(SystemRandom().next()));
}

Result<std::string> Farm::submit_json(const std::string& manifest_json, const std::string& key) {
  wire::Submit submit{manifest_json, key};
  submit.again = submit.anew = true;
  return ask(std::move(submit));
}

Status Farm::put_picture(const std::string& bytes) {
  wire::DealerOptions dealer;
  TROUPE_ASSIGN_OR_RETURN(const wire::Target target, wire::target_of(file_));
  dealer.endpoint = target.blob_endpoint;
  dealer.curve = target.curve;
  TROUPE_ASSIGN_OR_RETURN(wire::Socket socket, wire::Socket::connect_dealer(*context_, dealer));
  wire::BlobClient client(std::move(socket), {});
  return client.put(sha256(bytes), bytes, kAnswer);
}

Result<wire::DealerOptions> Farm::worker_side() const {
  wire::DealerOptions dealer;
  dealer.endpoint = file_.worker_endpoint;
  if (!curve_) return dealer;
  TROUPE_ASSIGN_OR_RETURN(wire::KeyPair keys, wire::load_keys(file_.worker_key_file));
  dealer.curve = wire::ClientCurve{std::move(keys), file_.server_key};
  return dealer;
}

std::uint64_t Farm::store_bytes() const {
  std::uint64_t bytes = 0;
  for (const char* end : {"", "-wal"}) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(state() + "/farm.db" + end, ignored);
    if (!ignored) bytes += size;
  }
  return bytes;
}

}  // namespace troupe::bench
