// What clients ask about the store: events, what is new, artifacts that nothing names; manifests that went ahead.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "common/base/limits.h"
#include "coordinator/server/server.h"
#include "coordinator/server/state_folder.h"
#include "tests/coordinator/server/support.h"

namespace troupe::server {
namespace {

using nlohmann::json;

struct Farm {
  Folder folder;
  Folder papers;
  RunningServer server{options_in(folder.path())};
  wire::Context context = take(wire::Context::open({}));
  std::unique_ptr<wire::Client> client = client_of(context, folder.path());
  ScriptedWorker worker{context, server.file(), folder.path() + "/keys/worker.secret", "w-1"};

  Lease lease(std::uint32_t jobs) {
    worker.join(jobs);
    const auto lease = worker.hear<Lease>();
    EXPECT_TRUE(lease);
    return lease.value_or(Lease{});
  }
  // The picture of a job of the lease arrives.
  void finish(const Lease& lease, std::size_t job) {
    const std::string picture = "picture " + std::to_string(job);
    ASSERT_TRUE(worker.blobs().put(sha256(picture), picture, kPatience).ok());
    worker.say(Results{{done(lease, job, picture)}});
    ASSERT_TRUE(worker.hear<Ack>());
  }
  json changes(std::optional<std::uint64_t> since) { return ask(*client, wire::ResultChanges{"spring", since}); }
};

std::vector<std::string> kinds(const json& page) {
  std::vector<std::string> kinds;
  for (const json& event : page.at("events")) kinds.push_back(event.at("kind"));
  return kinds;
}

bool has(const std::vector<std::string>& kinds, const std::string& kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

TEST(StoreRequests, EventsAreReadOnFromTheLastOne) {
  Farm farm;
  ask(*farm.client, wire::Submit{campaign(farm.papers, 2).resolved(), "key"});
  const json first = ask(*farm.client, wire::EventList{});
  ASSERT_FALSE(first.at("events").empty());
  EXPECT_TRUE(has(kinds(first), "submitted"));
  EXPECT_EQ(first.at("next"), first.at("events").back().at("id"));
  EXPECT_FALSE(first.at("more").get<bool>());
  const Lease lease = farm.lease(2);
  farm.finish(lease, 0);
  const json second = ask(*farm.client, wire::EventList{first.at("next").get<std::uint64_t>()});
  EXPECT_TRUE(has(kinds(second), "leased"));
  EXPECT_TRUE(has(kinds(second), "done"));
  EXPECT_FALSE(has(kinds(second), "submitted"));
  std::uint64_t id = first.at("next").get<std::uint64_t>();
  for (const json& event : second.at("events")) {
    EXPECT_EQ(event.at("id"), ++id) << "ids count up by one";
    EXPECT_TRUE(event.at("detail").is_object());
  }
}

TEST(StoreRequests, EventsAreBoundedAndOfOneCampaignWhereAsked) {
  Farm farm;
  ask(*farm.client, wire::Submit{campaign(farm.papers, 2).resolved(), "key"});
  farm.lease(2);
  const json one = ask(*farm.client, wire::EventList{0, 1});
  EXPECT_EQ(one.at("events").size(), 1u);
  EXPECT_TRUE(one.at("more").get<bool>());
  const json of_campaign = ask(*farm.client, wire::EventList{0, 100, "spring"});
  EXPECT_TRUE(has(kinds(of_campaign), "leased"));
  EXPECT_FALSE(has(kinds(of_campaign), "worker_hello"));
  EXPECT_TRUE(ask(*farm.client, wire::EventList{0, 100, "long-gone#7"}).at("events").empty());
  EXPECT_EQ(farm.client->json(wire::EventList{0, 100, "nothing"}, kPatience).status().code(), Code::kNotFound);
  const WallMillis now = SystemClock().wall();
  EXPECT_FALSE(ask(*farm.client, wire::EventList{0, 100, "", now - 60'000}).at("events").empty());
  EXPECT_TRUE(ask(*farm.client, wire::EventList{0, 100, "", now + 60'000}).at("events").empty());
}

TEST(StoreRequests, OnlyNewResultsAreTold) {
  Farm farm;
  ask(*farm.client, wire::Submit{campaign(farm.papers, 3).resolved(), "key"});
  const Lease lease = farm.lease(3);
  farm.finish(lease, 0);
  const json newest = farm.changes(std::nullopt);
  EXPECT_TRUE(newest.at("cells").empty());
  EXPECT_FALSE(newest.at("select").get<bool>());
  farm.finish(lease, 1);
  const json changed = farm.changes(newest.at("next").get<std::uint64_t>());
  EXPECT_EQ(changed.at("cells"), json::array({lease.jobs[1].index}));
  EXPECT_TRUE(farm.changes(changed.at("next").get<std::uint64_t>()).at("cells").empty());
  EXPECT_EQ(farm.changes(0).at("cells").size(), 2u);
  wire::ResultList list{"spring", "", 0, 10, false, {lease.jobs[1].index, lease.jobs[2].index, 999}};
  const wire::ResultPage page = take(farm.client->results(list));
  ASSERT_EQ(page.rows.size(), 1u);
  EXPECT_EQ(page.rows[0].index, lease.jobs[1].index);
  list.slice = "seed=" + std::to_string(lease.jobs[0].index + 1);
  EXPECT_TRUE(take(farm.client->results(list)).rows.empty()) << "outside of the slice";
}

TEST(StoreRequests, ArtifactsThatNothingNamesAreCollected) {
  Farm farm;
  ask(*farm.client, wire::Submit{campaign(farm.papers, 1).resolved(), "key"});
  farm.finish(farm.lease(1), 0);
  ASSERT_TRUE(farm.worker.blobs().put(sha256("left over"), "left over", kPatience).ok());
  EXPECT_EQ(ask(*farm.client, wire::StoreGc{}).at("removed"), 0) << "it is young";
  const std::string hex = sha256("left over").hex();
  const timespec long_ago[2] = {{std::time(nullptr) - 90'000, 0}, {std::time(nullptr) - 90'000, 0}};
  const std::string file = blobs_in(farm.folder.path()) + "/" + hex.substr(0, 2) + "/" + hex.substr(2);
  ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), long_ago, 0), 0);
  const json looked = ask(*farm.client, wire::StoreGc{true});
  EXPECT_EQ(looked.at("blobs"), 3) << "the manifest, the picture, and one left over";
  EXPECT_EQ(looked.at("unnamed"), 1);
  EXPECT_EQ(looked.at("removed"), 0);
  EXPECT_EQ(ask(*farm.client, wire::StoreGc{}).at("removed"), 1);
  EXPECT_EQ(farm.worker.blobs().get(sha256("left over"), kPatience).status().code(), Code::kNotFound);
}

TEST(StoreRequests, AManifestLargerThanAMessageGoesAhead) {
  Farm farm;
  std::string characters, names;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "c" + std::to_string(i);
    characters += "  " + name + ": {prompt: \"" + std::string(15'000, 'p') + "\"}\n";
    names += (i > 0 ? ", " : "") + name;
  }
  const std::string text = "troupe: 1\nname: large\npack: pocket\nprompt: \"{character}\"\ncharacters:\n" + characters +
                           "sweep: {axes: {character: [" + names +
                           "]}}\nchain: [generate: {size: [128, 128], steps: 2}]\n"
                           "output: {path: \"{character}.png\"}\n";
  const manifest::Manifest manifest = take(manifest::Manifest::load(farm.papers.write("large.yaml", text)));
  ASSERT_GT(manifest.resolved().size(), limits::kMaxMessageBytes);
  wire::Submit submit{"", "key"};
  submit.spec = manifest.digest();
  const Status early = farm.client->json(submit, kPatience).status();
  EXPECT_EQ(early.code(), Code::kInvalid);
  EXPECT_NE(early.message().find("upload it before"), std::string::npos) << early.message();
  ASSERT_TRUE(farm.worker.blobs().put(manifest.digest(), manifest.resolved(), kPatience).ok());
  EXPECT_EQ(ask(*farm.client, submit).at("campaign"), "large#1");
  const Lease lease = farm.lease(4);
  EXPECT_EQ(lease.spec, manifest.digest());
  EXPECT_EQ(take(farm.worker.blobs().get(lease.spec, kPatience)), manifest.resolved());
}

}  // namespace
}  // namespace troupe::server
