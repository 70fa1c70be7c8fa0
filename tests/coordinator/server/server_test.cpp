// A whole coordinator, talked to over its sockets.
#include "coordinator/server/server.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/coordinator/server/support.h"

namespace troupe::server {
namespace {

using nlohmann::json;

struct Farm {
  Folder folder;
  Folder papers;
  std::unique_ptr<RunningServer> server = std::make_unique<RunningServer>(options_in(folder.path()));
  wire::Context context = take(wire::Context::open({}));
  std::unique_ptr<wire::Client> client = client_of(context, folder.path());

  ScriptedWorker worker(const std::string& id = "w-1", const std::string& keys = "worker") {
    return ScriptedWorker(context, server->file(), folder.path() + "/keys/" + keys + ".secret", id);
  }
  json submit(const manifest::Manifest& manifest, const std::string& key = "key") {
    return ask(*client, wire::Submit{manifest.resolved(), key});
  }
  void restart() {
    ASSERT_TRUE(server->stop().ok());
    server.reset();
    server = std::make_unique<RunningServer>(options_in(folder.path()));
  }
};

TEST(Server, TakesACampaignFromSubmitToPictures) {
  Farm farm;
  const manifest::Manifest manifest = campaign(farm.papers, 3);
  EXPECT_EQ(farm.submit(manifest).at("campaign"), "spring#1");
  EXPECT_EQ(farm.submit(manifest).at("campaign"), "spring#1");  // the same key submits once

  ScriptedWorker worker = farm.worker();
  worker.join(3);
  const auto lease = worker.hear<Lease>();
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->jobs.size(), 3u);
  EXPECT_EQ(take(worker.blobs().get(lease->spec, kPatience)), manifest.resolved());

  // A result whose picture is not there yet is not taken; once it is, the ack says that it is safe.
  const JobResult result = done(*lease, 0, "picture");
  worker.say(Results{{result}});
  const auto need = worker.hear<Need>();
  ASSERT_TRUE(need);
  EXPECT_EQ(need->digests, std::vector<Digest>{sha256("picture")});
  ASSERT_TRUE(worker.blobs().put(sha256("picture"), "picture", kPatience).ok());
  worker.say(Results{{result}});
  const auto ack = worker.hear<Ack>();
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->tickets, std::vector<Ticket>{result.ticket});

  EXPECT_EQ(ask(*farm.client, wire::CampaignInfo{"spring"}).at("counts").at("done"), 1);
  const json job = ask(*farm.client, wire::JobInfo{"spring", std::to_string(result.ticket.index)});
  EXPECT_EQ(job.at("state"), "done");
  EXPECT_EQ(job.at("outcome"), "done");
  EXPECT_EQ(job.at("worker"), "w-1");
  EXPECT_EQ(job.at("artifacts")[0].at("sha256"), sha256("picture").hex());
  EXPECT_EQ(job.at("metadata").at("scores").at("blank"), 0.5);
  const wire::ResultPage page = take(farm.client->results({"spring", "", 0, 10}));
  EXPECT_EQ(page.campaign, "spring#1");
  ASSERT_EQ(page.rows.size(), 1u);
  EXPECT_EQ(page.rows[0].path, "1.png");
  EXPECT_EQ(page.rows[0].image.digest, sha256("picture"));
  EXPECT_FALSE(page.more);
}

TEST(Server, GoesOnAfterARestart) {
  Farm farm;
  farm.submit(campaign(farm.papers, 2));
  ScriptedWorker worker = farm.worker();
  worker.join(2);
  const auto lease = worker.hear<Lease>();
  ASSERT_TRUE(lease && lease->jobs.size() == 2);
  ASSERT_TRUE(worker.blobs().put(sha256("one"), "one", kPatience).ok());
  worker.say(Results{{done(*lease, 0, "one")}});
  ASSERT_TRUE(worker.hear<Ack>());

  farm.restart();
  EXPECT_EQ(ask(*farm.client, wire::CampaignInfo{"spring#1"}).at("counts").at("done"), 1);
  // A worker that does not know of the restart is asked to introduce itself, keeps its job and brings the result.
  ScriptedWorker again = farm.worker();
  again.say(Heartbeat{2, {}, false, ""});
  EXPECT_EQ(again.hear<Refused>()->code, "unknown_worker");
  Hello hello = again.hello();
  hello.held = {{done(*lease, 1, "").ticket, HeldState::kRunning, "generate", 1, 2, 0.5}};
  again.say(hello);
  ASSERT_TRUE(again.hear<Welcome>());
  ASSERT_TRUE(again.blobs().put(sha256("two"), "two", kPatience).ok());
  again.say(Results{{done(*lease, 1, "two")}});
  ASSERT_TRUE(again.hear<Ack>());
  EXPECT_EQ(ask(*farm.client, wire::CampaignInfo{"spring"}).at("state"), "finished");
}

TEST(Server, SaysWhatIsWrongWithASubmit) {
  Farm farm;
  EXPECT_EQ(farm.client->json(wire::Submit{"{}", "a"}).status().code(), Code::kInvalid);
  ScriptedWorker worker = farm.worker();
  worker.join(0);
  ask(*farm.client, wire::WorkerList{});
  // The worker's pack draws in steps of 8 pixels.
  const Status status = farm.client->json(wire::Submit{campaign(farm.papers, 1, 100).resolved(), "b"}).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_NE(status.message().find("8"), std::string::npos) << status.message();
  EXPECT_EQ(ask(*farm.client, wire::CampaignList{}).at("campaigns").size(), 0u);
}

TEST(Server, AnswersWhatClientsAsk) {
  Farm farm;
  farm.submit(campaign(farm.papers, 5));
  const json info = ask(*farm.client, wire::ServerInfo{});
  EXPECT_EQ(info.at("pid"), ::getpid());
  EXPECT_EQ(info.at("campaigns"), 1);
  EXPECT_TRUE(info.at("trouble").is_null());
  const json jobs = ask(*farm.client, wire::JobList{"spring", "seed=2..4", {JobState::kWaiting}, 0, 2});
  EXPECT_EQ(jobs.at("jobs").size(), 2u);
  EXPECT_EQ(jobs.at("jobs")[0].at("address"), "seed=2");
  EXPECT_TRUE(jobs.at("more"));
  EXPECT_EQ(ask(*farm.client, wire::CampaignVerb{"spring", wire::Verb::kPause, "", {}}).at("state"), "paused");
  EXPECT_EQ(farm.client->json(wire::JobInfo{"spring", "seed=9"}).status().code(), Code::kInvalid);
  EXPECT_EQ(farm.client->json(wire::CampaignInfo{"autumn"}).status().code(), Code::kNotFound);
  EXPECT_EQ(farm.client->json(wire::WorkerVerb{"nobody", wire::WorkerOrder::kDrain}).status().code(), Code::kNotFound);
}

TEST(Server, StopsWhenAClientAsksAndCleansUp) {
  Farm farm;
  struct stat info {};
  ASSERT_EQ(::stat((farm.folder.path() + "/server.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(ask(*farm.client, wire::ServerStop{}).at("stopping"), true);
  EXPECT_TRUE(farm.server->wait().ok());
  EXPECT_NE(::stat((farm.folder.path() + "/server.json").c_str(), &info), 0);
}

TEST(Server, SharesItsFolderWithNobody) {
  Farm farm;
  const Status status = Server::open(options_in(farm.folder.path())).status();
  EXPECT_EQ(status.code(), Code::kAlreadyExists);
  EXPECT_NE(status.message().find(std::to_string(::getpid())), std::string::npos) << status.message();
  EXPECT_NE(status.message().find("--state"), std::string::npos);
}

TEST(Server, SaysWhoHasItsPort) {
  Farm farm;
  const Folder other;
  ServerOptions options = options_in(other.path());
  options.port = wire::port_of(farm.server->file().client_endpoint);
  const Status status = Server::open(options).status();
  EXPECT_EQ(status.code(), Code::kAlreadyExists);
  EXPECT_NE(status.message().find("port " + std::to_string(options.port)), std::string::npos) << status.message();
  EXPECT_NE(status.message().find("process " + std::to_string(::getpid())), std::string::npos) << status.message();
}

TEST(Server, ComesBackOnItsPortsAfterACrash) {
  const Folder folder;
  wire::ServerFile before;
  {
    // Opened and never run: as one that died, it leaves its server.json behind.
    const auto server = take(Server::open(options_in(folder.path())));
    before = server->file();
  }
  const auto server = take(Server::open(options_in(folder.path())));
  EXPECT_EQ(server->file().worker_endpoint, before.worker_endpoint);
  EXPECT_EQ(server->file().server_key, before.server_key);
}

TEST(Server, KeepsItsDoorsApart) {
  Farm farm;
  ScriptedWorker impostor = farm.worker("w-1", "client");
  impostor.say(impostor.hello());
  EXPECT_EQ(impostor.hear<Refused>()->code, "not_authorised");

  wire::Target target = take(wire::find_server(farm.folder.path()));
  target.curve->keys = take(wire::load_keys(farm.folder.path() + "/keys/worker.secret"));
  wire::ClientOptions options;
  options.locate = [target]() -> Result<wire::Target> { return target; };
  const auto client = take(wire::Client::connect(farm.context, options));
  EXPECT_EQ(client->json(wire::ServerInfo{}).status().code(), Code::kPermissionDenied);
}

TEST(Server, TwoAgentsOfOneNameAreToldApart) {
  Farm farm;
  ScriptedWorker first = farm.worker(), second = farm.worker();
  second.instance = 2;
  first.join(1);
  second.say(second.hello());
  EXPECT_EQ(second.hear<Refused>()->code, "duplicate_worker");
  first.say(Heartbeat{1, {}, false, ""});
  EXPECT_TRUE(first.hear<Pulse>());
  // Nobody speaks for a worker over a connection that did not introduce it.
  second.instance = 1;
  second.say(Heartbeat{1, {}, false, ""});
  EXPECT_EQ(second.hear<Refused>()->code, "unknown_worker");
}

TEST(Server, SurvivesHostileMessages) {
  Farm farm;
  ScriptedWorker worker = farm.worker();
  SeededRandom random(7);
  for (int round = 0; round < 200; ++round) {
    std::string garbage(random.below(300), '\0');
    for (char& c : garbage) c = static_cast<char>(random.next());
    worker.say_bytes(garbage);
  }
  const std::vector<std::string_view> parts(limits::kMaxMessageParts, "part");
  ASSERT_EQ(worker.socket().send(parts), wire::Sent::kSent);
  worker.say_bytes(std::string(limits::kMaxMessageBytes, 'x'));

  const wire::Target target = farm.client->target();
  wire::Socket raw = take(wire::Socket::connect_dealer(farm.context, {target.client_endpoint, target.curve, {}}));
  ASSERT_EQ(raw.send("garbage"), wire::Sent::kSent);
  ASSERT_EQ(raw.send(std::string(limits::kMaxMessageBytes, '\n')), wire::Sent::kSent);

  worker.join(1);
  EXPECT_TRUE(worker.hear<Pulse>());
  EXPECT_EQ(ask(*farm.client, wire::ServerInfo{}).at("workers"), 1);
}

TEST(Server, TalksPlainOnlyWhenToldTo) {
  const Folder folder;
  ServerOptions options = options_in(folder.path());
  options.insecure = true;
  RunningServer server(options);
  wire::Context context = take(wire::Context::open({}));
  wire::ClientOptions by_endpoint;
  by_endpoint.locate = [&] { return wire::find_server(server.file().client_endpoint); };
  const auto client = take(wire::Client::connect(context, by_endpoint));
  EXPECT_EQ(ask(*client, wire::ServerInfo{}).at("insecure"), true);
  ScriptedWorker worker(context, server.file(), "", "w-1");
  worker.join(1);
  EXPECT_TRUE(worker.hear<Pulse>());
}

}  // namespace
}  // namespace troupe::server
