#include "tests/worker/agent/shell/scripted_coordinator.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/wire/convert.h"

namespace troupe::agent {
namespace {

constexpr Millis kPatience{30'000};
constexpr CampaignId kCampaign{1};
constexpr Epoch kEpoch{7};

wire::Socket bind(wire::Context& context, const wire::SocketLimits& limits) {
  return std::move(wire::Socket::bind_router(context, {"tcp://127.0.0.1:0", std::nullopt, limits})).value();
}

void write_blob(store::BlobStore& blobs, const std::string& bytes) {
  auto writer = std::move(blobs.create(sha256(bytes), bytes.size())).value();
  EXPECT_TRUE(writer->append(bytes).ok());
  EXPECT_TRUE(writer->finish().ok());
}

std::unique_ptr<store::BlobStore> blobs_with(const std::string& folder, const std::string& bytes) {
  auto blobs = std::move(store::open_blob_folder(folder + "/blobs")).value();
  write_blob(*blobs, bytes);
  return blobs;
}

}  // namespace

ScriptedCoordinator::ScriptedCoordinator(const std::string& folder, const std::string& manifest_json)
    : context_(std::move(wire::Context::open({})).value()),
      blobs_(blobs_with(folder, manifest_json)),
      router_(bind(context_, {})),
      spec_(sha256(manifest_json)) {
  wire::Socket blob_router = bind(context_, server::blob_socket_limits());
  wire::ServerFile file;
  file.worker_endpoint = router_.endpoint();
  file.client_endpoint = router_.endpoint();
  file.blob_endpoint = blob_router.endpoint();
  file.pid = 1;
  file.version = "test";
  file.started = "2026-01-01T00:00:00.000Z";
  blob_thread_ = std::move(server::BlobThread::start(std::move(blob_router), *blobs_, clock_, {})).value();
  EXPECT_TRUE(wire::write_server_file(folder, file).ok());
}

void ScriptedCoordinator::offer(std::vector<JobIndex> jobs) {
  waiting_.insert(waiting_.end(), jobs.begin(), jobs.end());
}

bool ScriptedCoordinator::done(JobIndex job) const {
  const auto found = results_.find(job);
  return found != results_.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [](const JobResult& result) { return result.outcome != Outcome::kFailed; });
}

bool ScriptedCoordinator::serve_until(const std::function<bool()>& done) {
  const Instant begin = clock_.now();
  while (!done()) {
    if (clock_.now() - begin > kPatience) return false;
    wire::Waitable item{router_.handle()};
    (void)wire::wait_readable({&item, 1}, Millis{50});
    auto received = router_.receive();
    if (!received.ok() || !*received) continue;
    const auto message = wire::decode_from_worker((*received)->parts.at(0));
    EXPECT_TRUE(message.ok()) << message.status().to_string();
    if (message.ok()) answer((*received)->peer, *message);
  }
  return true;
}

Digest ScriptedCoordinator::add_blob(const std::string& bytes) {
  write_blob(*blobs_, bytes);
  return sha256(bytes);
}

std::string ScriptedCoordinator::blob(const Digest& digest) const {
  auto bytes = blobs_->read(digest, 0, 64u << 20);
  return bytes.ok() ? std::move(bytes).value() : std::string();
}

void ScriptedCoordinator::send(const std::string& peer, decltype(ToWorker::body) body) {
  router_.send(peer, wire::encode(ToWorker{worker_, kEpoch, std::move(body)}));
}

void ScriptedCoordinator::answer(const std::string& peer, const FromWorker& message) {
  worker_ = message.worker;
  if (const auto* hello = std::get_if<Hello>(&message.body)) {
    hellos.push_back(*hello);
    send(peer, Welcome{1, Millis{50}, Millis{5000}});
  } else if (const auto* heartbeat = std::get_if<Heartbeat>(&message.body)) {
    heartbeats.push_back(*heartbeat);
    send(peer, Pulse{});
    grant(peer, heartbeat->credits);
  } else if (const auto* results = std::get_if<Results>(&message.body)) {
    take(peer, *results);
  } else if (const auto* release = std::get_if<Release>(&message.body)) {
    releases.push_back(*release);
    for (const Ticket& ticket : release->tickets) waiting_.push_back(ticket.index);
  } else {
    ++goodbyes;
  }
}

void ScriptedCoordinator::grant(const std::string& peer, std::uint32_t credits) {
  Lease lease{{++leases_}, kCampaign, spec_, {}, Millis{60'000}, false};
  while (credits-- > 0 && !waiting_.empty()) {
    const JobIndex job = waiting_.front();
    waiting_.erase(waiting_.begin());
    lease.jobs.push_back({job, 1, ++attempts_[job]});
  }
  if (!lease.jobs.empty()) send(peer, lease);
}

void ScriptedCoordinator::take(const std::string& peer, const Results& message) {
  Need need;
  Ack ack;
  for (const JobResult& result : message.results) {
    std::vector<Digest> missing;
    for (const Artifact& artifact : result.artifacts) {
      if (!blobs_->has(artifact.digest)) missing.push_back(artifact.digest);
    }
    if (!missing.empty()) {
      need.digests.insert(need.digests.end(), missing.begin(), missing.end());
      continue;
    }
    results_[result.ticket.index].push_back(result);
    ack.tickets.push_back(result.ticket);
  }
  if (!need.digests.empty()) send(peer, need);
  if (!ack.tickets.empty() && !withhold_acks_) send(peer, ack);
}

}  // namespace troupe::agent
