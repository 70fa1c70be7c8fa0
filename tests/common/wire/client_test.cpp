#include "common/wire/client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "common/base/files.h"
#include "common/wire/server_file.h"
#include "tests/support/take.h"

namespace troupe::wire {
namespace {

std::vector<ClientRequest> sample_requests() {
  return {{1, Submit{R"({"name":"spring"})", "key-1"}},
          {2, CampaignList{true}},
          {3, CampaignInfo{"spring#2"}},
          {4, CampaignVerb{"spring", Verb::kRequeue, "seed=1", {JobState::kFailed, JobState::kDone}}},
          {5, JobList{"spring", "seed=1", {JobState::kRunning}, 7, 10, true}},
          {6, JobInfo{"spring", "seed=1"}},
          {7, WorkerList{}},
          {8, WorkerInfo{"w-1"}},
          {9, WorkerVerb{"w-1", WorkerOrder::kCordon}},
          {10, ServerInfo{}},
          {11, ServerStop{}},
          {12, ResultList{"spring", "", 5, 100, true, {3, 9}}},
          {13, EventList{7, 100, "spring#1", 1'700'000'000'000}},
          {14, StoreGc{true}},
          {15, ResultChanges{"spring", 5}},
          {16, ResultChanges{"spring", std::nullopt}},
          {17, JobExplain{"spring#2", "seed=1"}},
          {18, Submit{"", "key-2", sha256("a manifest"), 8, true, true}},
          {19, CampaignVerb{"spring", Verb::kPriority, "seed=1", {}, -7}},
          {20, CampaignVerb{"spring", Verb::kRelease, "", {}}},
          {21, CampaignVerb{"spring", Verb::kDelete, "", {}}}};
}

ResultPage sample_page() {
  const Artifact image{"image", sha256("x"), 9, "image/png"};
  return {"spring#1",
          {{3, 1, "mia/1.png", "seed=1", image, JobState::kDone},
           {4, 1, "mia/2.png", "seed=2", image, JobState::kRejected, false, 0.5, R"({"identity":0.5})"}},
          5,
          true};
}

TEST(ClientMessages, RequestsComeBackEqual) {
  for (const ClientRequest& request : sample_requests()) {
    const auto decoded = decode_request(encode(request));
    ASSERT_TRUE(decoded.ok()) << decoded.status().to_string();
    EXPECT_EQ(*decoded, request);
    EXPECT_EQ(request_id(encode(request)), request.id);
  }
  EXPECT_EQ(request_id("garbage"), 0u);
}

TEST(ClientMessages, WhatNoVerbTakesIsRefused) {
  const auto refused = [](const ClientRequest& request) { return !decode_request(encode(request)).ok(); };
  EXPECT_TRUE(refused({1, CampaignVerb{"spring", Verb::kPriority, "", {}, 1001}}));
  EXPECT_TRUE(refused({1, CampaignVerb{"", Verb::kPause, "", {}}}));
  EXPECT_TRUE(refused({1, Submit{"", "key"}}));
  EXPECT_TRUE(refused({1, Submit{"{}", "key", sha256("a manifest")}}));
  EXPECT_TRUE(refused({1, JobExplain{"", "seed=1"}}));
  EXPECT_TRUE(refused({1, WorkerVerb{"", WorkerOrder::kDrain}}));
}

TEST(ClientMessages, RepliesComeBackEqual) {
  const auto json = decode_reply(encode(ClientReply{1, {}, R"({"schema":1})", {}}));
  EXPECT_EQ(json->json, R"({"schema":1})");
  const auto page = decode_reply(encode(ClientReply{2, {}, "", sample_page()}));
  EXPECT_EQ(page->page, sample_page());
  const Status wrong(Code::kInvalid, "no such axis", Place{"spring.yaml", 3, 7});
  const auto error = decode_reply(encode(ClientReply{3, wrong, "", {}}));
  EXPECT_EQ(error->id, 3u);
  EXPECT_EQ(error->status.to_string(), wrong.to_string());
  EXPECT_EQ(error->status.code(), Code::kInvalid);
}

TEST(ClientMessages, PathsThatLeaveTheFolderAreRefused) {
  ResultPage page = sample_page();
  page.rows[0].path = "../escape.png";
  EXPECT_EQ(decode_reply(encode(ClientReply{1, {}, "", page})).status().message(),
            "result_page.rows[0].path: leaves the folder that pictures go to");
}

// Answers every request but the first `deaf` ones with its number.
class Echo {
 public:
  Echo(Context& context, int deaf)
      : socket_(take(Socket::bind_router(context, {"tcp://127.0.0.1:0", std::nullopt, {}}))),
        endpoint_(socket_.endpoint()),
        thread_([this, deaf] { serve(deaf); }) {}
  ~Echo() {
    stop_ = true;
    thread_.join();
  }
  const std::string& endpoint() const { return endpoint_; }

 private:
  void serve(int deaf) {
    for (int number = 0; !stop_;) {
      Waitable items[] = {{socket_.handle()}};
      (void)wait_readable(items, Millis(20));
      const auto received = socket_.receive();
      if (!received.ok() || !*received || number++ < deaf) continue;
      const ClientReply reply{request_id((*received)->parts[0]), {}, std::to_string(number), {}};
      socket_.send((*received)->peer, encode(reply));
    }
  }
  Socket socket_;
  std::string endpoint_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

ClientOptions to(const std::string& endpoint) {
  ClientOptions options;
  options.locate = [endpoint]() -> Result<Target> { return Target{endpoint, "", std::nullopt}; };
  options.first_contact = Millis(5000);
  options.resend = Millis(20);
  return options;
}

TEST(Client, AsksAgainAfterASilence) {
  Context context = take(Context::open({}));
  Echo echo(context, 2);
  int silences = 0;
  ClientOptions options = to(echo.endpoint());
  options.on_silence = [&](Millis) { ++silences; };
  auto client = take(Client::connect(context, options));
  const auto answer = client->json(ServerInfo{});
  ASSERT_TRUE(answer.ok()) << answer.status().to_string();
  EXPECT_GE(std::stoi(*answer), 3);
  EXPECT_GE(silences, 2);
  EXPECT_TRUE(client->json(ServerInfo{}).ok());
}

TEST(Client, SaysWhenNobodyAnswers) {
  Context context = take(Context::open({}));
  const Socket deaf = take(Socket::bind_router(context, {"tcp://127.0.0.1:0", std::nullopt, {}}));
  ClientOptions options = to(deaf.endpoint());
  options.first_contact = Millis(60);
  auto client = take(Client::connect(context, options));
  const Status status = client->json(ServerInfo{}).status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find(deaf.endpoint()), std::string::npos);
}

TEST(Client, FollowsACoordinatorThatMoved) {
  Context context = take(Context::open({}));
  const Socket old = take(Socket::bind_router(context, {"tcp://127.0.0.1:0", std::nullopt, {}}));
  Echo echo(context, 0);
  int asked = 0;
  ClientOptions options = to("");
  options.locate = [&]() -> Result<Target> {
    return Target{asked++ == 0 ? old.endpoint() : echo.endpoint(), "", std::nullopt};
  };
  auto client = take(Client::connect(context, options));
  EXPECT_EQ(*client->json(ServerInfo{}), "1");
  EXPECT_EQ(client->target().client_endpoint, echo.endpoint());
}

TEST(Client, StopsWhenTold) {
  Context context = take(Context::open({}));
  const std::atomic<bool> stop = true;
  ClientOptions options = to("tcp://127.0.0.1:1");
  options.stop = &stop;
  auto client = take(Client::connect(context, options));
  EXPECT_EQ(client->json(ServerInfo{}).status().code(), Code::kCancelled);
}

TEST(ServerFile, TellsWhereTheCoordinatorIs) {
  char name[] = "/tmp/troupe-file-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  EXPECT_EQ(find_server(folder).status().code(), Code::kUnavailable);

  const KeyPair keys = *load_or_make_keys(folder + "/keys", "client");
  ServerFile file{"tcp://127.0.0.1:1",
                  "tcp://127.0.0.1:2",
                  "tcp://127.0.0.1:3",
                  keys.public_key,
                  "keys/client.secret",
                  "keys/worker.secret",
                  42,
                  "0.1.0",
                  "2026-03-01T12:00:00.250Z"};
  ASSERT_TRUE(write_server_file(folder, file).ok());
  const ServerFile read = *read_server_file(folder + "/server.json");
  EXPECT_EQ(read.client_key_file, folder + "/keys/client.secret");
  const Target target = *find_server(folder);
  EXPECT_EQ(target.client_endpoint, "tcp://127.0.0.1:2");
  EXPECT_EQ(target.blob_endpoint, "tcp://127.0.0.1:3");
  ASSERT_TRUE(target.curve);
  EXPECT_EQ(target.curve->keys.secret_key, keys.secret_key);

  ASSERT_TRUE(write_file_durably(folder + "/server.json", "{}").ok());
  EXPECT_EQ(find_server(folder).status().code(), Code::kCorrupt);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace troupe::wire
