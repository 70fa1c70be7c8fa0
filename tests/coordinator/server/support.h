// A real coordinator in a thread and a temporary folder, and the two kinds of peers that talk to it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "common/base/files.h"
#include "common/manifest/manifest.h"
#include "common/wire/blob/blob_client.h"
#include "common/wire/client.h"
#include "common/wire/convert.h"
#include "coordinator/server/server.h"
#include "tests/support/take.h"
#include "tests/support/temp_folder.h"

namespace troupe::server {

inline constexpr Millis kPatience{20'000};

using Folder = troupe::testing::TempFolder;

inline ServerOptions options_in(const std::string& folder) {
  ServerOptions options;
  options.state = folder;
  options.port = 0;
  options.farm.heartbeat = Millis(200);
  options.farm.resend_lease = Millis(400);
  return options;
}

// A coordinator that serves in a thread of its own until it is destroyed.
class RunningServer {
 public:
  explicit RunningServer(const ServerOptions& options)
      : server_(take(Server::open(options))), thread_([this] { status_ = server_->run(stop_); }) {}
  ~RunningServer() { EXPECT_TRUE(stop().ok()); }
  // How it ended.
  Status stop() {
    stop_.request();
    return wait();
  }
  // Until it ends by itself.
  Status wait() {
    if (thread_.joinable()) thread_.join();
    return status_;
  }
  const wire::ServerFile& file() const { return server_->file(); }

 private:
  StopSignal stop_;
  std::unique_ptr<Server> server_;
  Status status_;
  std::thread thread_;
};

// Says what the test says, and hears what the coordinator answers.
class ScriptedWorker {
 public:
  ScriptedWorker(wire::Context& context, const wire::ServerFile& file, const std::string& key_file, std::string id)
      : id_{std::move(id)},
        socket_(take(wire::Socket::connect_dealer(context, {file.worker_endpoint, curve(file, key_file), {}}))),
        blobs_(take(wire::Socket::connect_dealer(context, {file.blob_endpoint, curve(file, key_file), {}})), {}) {}

  void say(decltype(FromWorker::body) body) { say_as(id_, std::move(body)); }
  void say_as(const WorkerId& id, decltype(FromWorker::body) body) {
    ASSERT_EQ(socket_.send(wire::encode(FromWorker{id, instance, epoch_, std::move(body)})), wire::Sent::kSent);
  }
  // As one who has not heard of the coordinator's present life.
  void say_in_epoch(Epoch epoch, decltype(FromWorker::body) body) {
    ASSERT_EQ(socket_.send(wire::encode(FromWorker{id_, instance, epoch, std::move(body)})), wire::Sent::kSent);
  }
  // What waits to be heard, if anything does.
  std::optional<ToWorker> next() {
    const auto received = socket_.receive();
    if (!received.ok() || !*received || (*received)->refused) return std::nullopt;
    auto message = take(wire::decode_to_worker((*received)->parts[0], id_));
    epoch_ = message.epoch;
    return message;
  }
  void say_bytes(std::string_view bytes) { ASSERT_EQ(socket_.send(bytes), wire::Sent::kSent); }
  wire::Socket& socket() { return socket_; }
  wire::BlobClient& blobs() { return blobs_; }

  // The next message of that kind; others are passed over.
  template <typename Body>
  std::optional<Body> hear(Millis patience = kPatience) {
    SystemClock clock;
    for (const Instant until = clock.now() + patience; clock.now() < until;) {
      wire::Waitable items[] = {{socket_.handle()}};
      EXPECT_TRUE(wire::wait_readable(items, until - clock.now()).ok());
      const auto received = socket_.receive();
      if (!received.ok() || !*received || (*received)->refused) continue;
      const auto message = wire::decode_to_worker((*received)->parts[0], id_);
      EXPECT_TRUE(message.ok()) << message.status().to_string();
      if (!message.ok()) continue;
      epoch_ = message.value().epoch;
      if (const auto* body = std::get_if<Body>(&message.value().body)) return *body;
    }
    ADD_FAILURE() << "the coordinator did not say what was waited for";
    return std::nullopt;
  }

  Hello hello() const {
    Hello hello;
    hello.host = "here";
    hello.protocol_min = hello.protocol_max = 1;
    hello.slots = {{"cpu", "a CPU", 1 << 30}};
    hello.packs = {{"pocket", sha256("pack"), 8}};
    return hello;
  }
  // In, and wanting `credits` jobs.
  void join(std::uint32_t credits) {
    say(hello());
    hear<Welcome>();
    say(Heartbeat{credits, {}, false, ""});
  }

  std::uint64_t instance = 1;

 private:
  static std::optional<wire::ClientCurve> curve(const wire::ServerFile& file, const std::string& key_file) {
    if (file.server_key.empty()) return std::nullopt;
    return wire::ClientCurve{take(wire::load_keys(key_file)), file.server_key};
  }
  WorkerId id_;
  Epoch epoch_;
  wire::Socket socket_;
  wire::BlobClient blobs_;
};

inline std::unique_ptr<wire::Client> client_of(wire::Context& context, const std::string& folder) {
  wire::ClientOptions options;
  options.locate = [folder] { return wire::find_server(folder); };
  options.resend = Millis(200);
  return take(wire::Client::connect(context, options));
}

inline nlohmann::json ask(wire::Client& client, wire::Client::Body body) {
  return nlohmann::json::parse(take(client.json(std::move(body), kPatience)));
}

// A campaign of `seeds` jobs with pictures of this size.
inline manifest::Manifest campaign(const Folder& folder, int seeds, int side = 128) {
  const std::string size = "[" + std::to_string(side) + ", " + std::to_string(side) + "]";
  return take(manifest::Manifest::load(folder.write("campaign.yaml",
                                                    "troupe: 1\nname: spring\npack: pocket\nprompt: \"a cup\"\n"
                                                    "sweep: {axes: {seed: {from: 1, count: " +
                                                        std::to_string(seeds) +
                                                        "}}}\n"
                                                        "chain: [generate: {size: " +
                                                        size +
                                                        ", steps: 2}]\n"
                                                        "output: {path: \"{seed}.png\"}\n")));
}

inline JobResult done(const Lease& lease, std::size_t job, const std::string& picture) {
  JobResult result;
  result.ticket = {lease.campaign, lease.jobs[job].index, lease.jobs[job].generation, lease.jobs[job].attempt};
  result.artifacts = {{"image", sha256(picture), picture.size(), "image/png"}};
  result.pixel_digest = sha256("pixels of " + picture);
  result.seconds = 1.5;
  result.timings = {{"generate", 1.25, false}};
  result.metadata_json = R"({"scores":{"blank":0.5}})";
  return result;
}

}  // namespace troupe::server
