// Peers that break every rule of the three protocols, against a whole coordinator: what they say is answered or dropped
// by a named limit and counted, and a worker beside them goes on working.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/common/wire/samples.h"
#include "tests/hostile/diligent_worker.h"
#include "tests/support/mutate.h"

namespace troupe::server {
namespace {

using nlohmann::json;

constexpr int kJobs = 60;

// A peer without manners: sends what it likes, as large as it likes.
wire::Socket rude_dealer(wire::Context& context, const std::string& endpoint,
                         const std::optional<wire::ClientCurve>& curve) {
  wire::DealerOptions options;
  options.endpoint = endpoint;
  options.curve = curve;
  options.limits.message_bytes = 64u << 20;
  options.limits.message_parts = 10'000;
  options.limits.send_high_water = 100'000;
  return take(wire::Socket::connect_dealer(context, options));
}

class Hostile : public ::testing::TestWithParam<bool> {
 protected:
  static ServerOptions options(const Folder& folder) {
    ServerOptions options = options_in(folder.path());
    options.insecure = !GetParam();
    return options;
  }

  std::optional<wire::ClientCurve> curve(const std::string& role) const {
    if (!GetParam()) return std::nullopt;
    const auto keys = wire::load_keys(folder_.path() + "/keys/" + role + ".secret");
    return wire::ClientCurve{take(keys), server_->file().server_key};
  }
  ScriptedWorker worker(const std::string& id) {
    return {context_, server_->file(), folder_.path() + "/keys/worker.secret", id};
  }
  wire::Socket rude(const std::string& endpoint, const std::string& role) {
    return rude_dealer(context_, endpoint, curve(role));
  }
  void submit() { ask(*client_, wire::Submit{campaign(papers_, kJobs).resolved(), "key"}); }

  std::uint64_t dropped(const std::string& reason) {
    const json info = ask(*client_, wire::ServerInfo{});
    return info.at("dropped").value(reason, std::uint64_t{0});
  }
  bool comes_to(const std::string& reason, std::uint64_t count) {
    SystemClock clock;
    for (const Instant until = clock.now() + kPatience; clock.now() < until;) {
      if (dropped(reason) >= count) return true;
    }
    return false;
  }
  // The worker beside the rude peers finishes the whole campaign.
  void expect_done() {
    SystemClock clock;
    json info;
    for (const Instant until = clock.now() + 3 * kPatience; clock.now() < until;) {
      info = ask(*client_, wire::CampaignInfo{"spring"});
      if (info.at("state") == "finished") break;
    }
    EXPECT_EQ(info.at("counts").at("done"), kJobs) << info;
  }

  Folder folder_, papers_;
  std::unique_ptr<RunningServer> server_ = std::make_unique<RunningServer>(options(folder_));
  wire::Context context_ = take(wire::Context::open({}));
  std::unique_ptr<wire::Client> client_ = client_of(context_, folder_.path());
};

INSTANTIATE_TEST_SUITE_P(PlainAndCurve, Hostile, ::testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Curve" : "Plain"; });

TEST_P(Hostile, WorkersOutOfTurn) {
  submit();
  DiligentWorker good(worker("good"));
  ScriptedWorker early = worker("early");
  early.say(Heartbeat{8, {}, false, ""});
  EXPECT_EQ(early.hear<Refused>()->code, "unknown_worker");
  Hello alien = early.hello();
  alien.protocol_min = alien.protocol_max = 99;
  early.say(alien);
  EXPECT_EQ(early.hear<Refused>()->code, "protocol");
  early.say(early.hello());
  ASSERT_TRUE(early.hear<Welcome>());
  early.say_in_epoch(Epoch{0}, Heartbeat{8, {}, false, ""});
  EXPECT_EQ(early.hear<Refused>()->code, "unknown_worker");
  // In the name of another that is here.
  early.say_as(WorkerId{"good"}, Heartbeat{8, {}, false, ""});
  early.say_as(WorkerId{"good"}, Release{{Ticket{CampaignId{1}, 0, 0, 1}}, "mine now"});
  EXPECT_TRUE(comes_to("worker_no_hello", 4));
  EXPECT_TRUE(comes_to("worker_refused", 1));
  expect_done();
}

TEST_P(Hostile, ResultsOfOthersAndOfNobody) {
  submit();
  ScriptedWorker thief = worker("thief");
  thief.join(0);
  // Every ticket there can be, before anybody was given one, while another has it, and of no campaign at all.
  std::uint64_t lies = 0;
  const auto lie = [&](CampaignId campaign) {
    Results results;
    Heartbeat heartbeat;
    for (JobIndex index = 0; index < kJobs + 5; ++index) {
      JobResult result;
      result.ticket = {campaign, index, 0, 1};
      result.artifacts = {{"image", sha256("stolen"), 6, "image/png"}};
      results.results.push_back(result);
      heartbeat.held.push_back({result.ticket, HeldState::kUploading, "", 0, 0, 0});
    }
    thief.say(heartbeat);
    thief.say(results);
    lies += results.results.size();
  };
  ASSERT_TRUE(thief.blobs().put(sha256("stolen"), "stolen", kPatience).ok());
  lie(CampaignId{1});
  EXPECT_TRUE(comes_to("result_never_leased", kJobs));
  DiligentWorker good(worker("good"));
  for (int round = 0; round < 20; ++round) lie(CampaignId{1});
  lie(CampaignId{777});
  EXPECT_TRUE(comes_to("result_never_leased", kJobs + 5));
  expect_done();
  for (const auto& row : take(client_->results({"spring", "", 0, 100})).rows) {
    EXPECT_EQ(row.image.digest, sha256("picture " + std::to_string(row.index))) << "a stolen result was accepted";
  }
}

TEST_P(Hostile, FramesOfAnySize) {
  submit();
  DiligentWorker good(worker("good"));
  wire::Socket worker_port = rude(server_->file().worker_endpoint, "worker");
  wire::Socket client_port = rude(server_->file().client_endpoint, "client");
  wire::Socket blob_port = rude(server_->file().blob_endpoint, "worker");
  const std::string one = "x";
  const std::vector<std::string_view> thousand(1000, one);
  const std::string giant(16u << 20, 'g');
  for (wire::Socket* port : {&worker_port, &client_port, &blob_port}) {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(port->send(std::span<const std::string_view>(thousand)), wire::Sent::kSent);
    EXPECT_EQ(port->send(""), wire::Sent::kSent);
  }
  EXPECT_TRUE(comes_to("worker_too_large", 10));
  EXPECT_TRUE(comes_to("client_too_large", 10));
  EXPECT_TRUE(comes_to("blob_refused", 10));
  // What is larger than any message may be costs the connection, before it is read.
  for (wire::Socket* port : {&worker_port, &client_port, &blob_port}) {
    for (int i = 0; i < 4; ++i) port->send(giant);
  }
  expect_done();
}

TEST_P(Hostile, AThousandHellos) {
  submit();
  DiligentWorker good(worker("good"));
  const Hello hello = worker("nobody").hello();
  wire::Socket crowd = rude(server_->file().worker_endpoint, "worker");
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const FromWorker message{WorkerId{"crowd" + std::to_string(i % 50)}, i, Epoch{}, hello};
    EXPECT_EQ(crowd.send(wire::encode(message)), wire::Sent::kSent);
  }
  expect_done();
  EXPECT_TRUE(comes_to("worker_refused", 1)) << "of many starts of one worker, only one is in";
  EXPECT_LE(ask(*client_, wire::WorkerList{}).at("workers").size(), 51u);
}

TEST_P(Hostile, AFloodDoesNotHideThatAnotherFellSilent) {
  server_.reset();
  ServerOptions impatient = options(folder_);
  impatient.farm.liveness = Millis(1000);
  server_ = std::make_unique<RunningServer>(impatient);
  submit();
  ScriptedWorker silent = worker("silent");
  silent.join(2);
  ASSERT_TRUE(silent.hear<Lease>());
  // Heartbeats come faster than the coordinator would tick by itself.
  DiligentWorker good(worker("good"));
  ScriptedWorker chatty = worker("chatty");
  chatty.join(0);
  SystemClock clock;
  json info;
  for (const Instant until = clock.now() + kPatience; clock.now() < until;) {
    chatty.say(Heartbeat{0, {}, false, ""});
    info = ask(*client_, wire::WorkerInfo{"silent"});
    if (info.at("state") == "lost") break;
  }
  EXPECT_EQ(info.at("state"), "lost");
  expect_done();
}

TEST_P(Hostile, DamagedMessages) {
  submit();
  DiligentWorker good(worker("good"));
  wire::Socket worker_port = rude(server_->file().worker_endpoint, "worker");
  wire::Socket client_port = rude(server_->file().client_endpoint, "client");
  wire::Socket blob_port = rude(server_->file().blob_endpoint, "worker");
  SeededRandom random(20261121);
  const std::string request = wire::encode(wire::ClientRequest{7, wire::CampaignInfo{"spring"}});
  const std::string put = wire::encode(wire::BlobMessage{3, wire::BlobPut{sha256("x"), 1000}});
  const std::string chunk = wire::encode(wire::BlobMessage{3, wire::BlobChunk{0, std::string(500, 'c')}});
  for (int round = 0; round < 300; ++round) {
    for (const auto& [name, message] : wire::samples_from_worker()) {
      worker_port.send(testing::mutate(wire::encode(message), random));
    }
    client_port.send(testing::mutate(request, random));
    blob_port.send(testing::mutate(random.chance(0.5) ? put : chunk, random));
  }
  EXPECT_TRUE(comes_to("worker_malformed", 100));
  EXPECT_TRUE(comes_to("client_malformed", 10));
  EXPECT_TRUE(comes_to("blob_refused", 10));
  expect_done();
}

TEST_P(Hostile, BlobsThatNobodyMaySend) {
  submit();
  DiligentWorker good(worker("good"));
  wire::Socket port = rude(server_->file().blob_endpoint, "worker");
  const auto say = [&](std::uint64_t transfer, decltype(wire::BlobMessage::body) body) {
    port.send(wire::encode(wire::BlobMessage{transfer, std::move(body)}));
  };
  for (std::uint64_t i = 0; i < 100; ++i) {
    say(i, wire::BlobChunk{1u << 20, "nobody asked"});
    say(1000 + i, wire::BlobPut{sha256(std::to_string(i)), limits::kMaxBlobBytes});  // more than one peer may begin
    say(1000, wire::BlobChunk{0, "not what was promised"});
    say(2000 + i, wire::BlobGet{sha256("unknown"), 0});
    say(3000 + i, wire::BlobCredit{4'000'000'000});
    say(i, wire::BlobDone{sha256("x")});
  }
  EXPECT_TRUE(comes_to("blob_refused", 300));
  expect_done();
}

// Bytes that are no ZeroMQ at all, and connections that say nothing.
TEST_P(Hostile, BareSockets) {
  submit();
  DiligentWorker good(worker("good"));
  SeededRandom random(7);
  std::vector<Descriptor> open;
  for (const std::string& endpoint :
       {server_->file().worker_endpoint, server_->file().client_endpoint, server_->file().blob_endpoint}) {
    for (int i = 0; i < 20; ++i) {
      const int port = wire::port_of(endpoint);
      Descriptor& peer = open.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(static_cast<std::uint16_t>(port));
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      ASSERT_EQ(::connect(peer.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
      std::string bytes(i % 4 == 0 ? 0 : random.below(2000), '\0');
      if (i % 4 == 2) bytes = std::string("\xff\0\0\0\0\0\0\0\x01\x7f\x03", 11) + bytes;  // a greeting that begins well
      for (std::size_t at = i % 4 == 2 ? 11 : 0; at < bytes.size(); ++at) bytes[at] = static_cast<char>(random.next());
      static_cast<void>(!::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
  }
  expect_done();
}

// A key that is known, on a port that is not for it; only with keys there is such a thing.
TEST_P(Hostile, KeysOfTheWrongKind) {
  if (!GetParam()) GTEST_SKIP() << "plain sockets have no keys";
  submit();
  DiligentWorker good(worker("good"));
  wire::Socket worker_port = rude(server_->file().worker_endpoint, "client");
  wire::Socket client_port = rude(server_->file().client_endpoint, "worker");
  for (const auto& [name, message] : wire::samples_from_worker()) worker_port.send(wire::encode(message));
  client_port.send(wire::encode(wire::ClientRequest{1, wire::ServerStop{}}));
  EXPECT_TRUE(comes_to("worker_forbidden", 1));
  EXPECT_TRUE(comes_to("client_forbidden", 1));
  expect_done();
}

}  // namespace
}  // namespace troupe::server
