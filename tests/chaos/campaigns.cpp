#include "tests/chaos/campaigns.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/manifest/job.h"
#include "tests/support/fake_engine/fake_stages.h"
#include "worker/chain/chain_run.h"

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::size_t kOpenAtOnce = 2;
constexpr std::size_t kEveryNth = 4;  // campaign is for the real engine, where there is one
constexpr int kSeeds = 24;
constexpr int kRealSeeds = 2;
constexpr int kMostTries = 20;
// Exit codes of the CLI.
constexpr int kFailed = 1;
constexpr int kNoCoordinator = 3;
constexpr int kFinishedWithFailures = 4;

std::string manifest_of(const std::string& name, int seeds, const std::string& tag) {
  std::string text = "troupe: 1\nname: " + name +
                     "\npack: pocket\n"
                     "characters:\n"
                     "  mia: {prompt: \"mia, a woman with long red hair\"}\n"
                     "  leo: {prompt: \"leo, a man with a beard\"}\n"
                     "prompt: \"photo of {character}\"\n"
                     "sweep:\n"
                     "  axes: {character: [mia, leo], seed: {from: 1, count: " +
                     std::to_string(seeds) + "}}\n";
  if (!tag.empty()) text += "  require: {tags: [" + tag + "]}\n";
  return text +
         "chain:\n"
         "  - generate: {size: [64, 64], steps: 4}\n"
         "limits: {retries: 50, timeout: 60s}\n"
         "output: {path: \"{character}/{seed}.png\"}\n";
}

// The bytes of the picture as an engine makes them alone, with nothing going wrong.
Result<std::string> recomputed(const manifest::Manifest& manifest, JobIndex index) {
  static const std::unique_ptr<chain::StageMaker> stages = testing::make_fake_stages();
  chain::Packs packs;
  TROUPE_ASSIGN_OR_RETURN(manifest::Job job, manifest::decode(manifest, index));
  auto done = chain::run_job(chain::chain_job(manifest, std::move(job)), {}, {*stages, packs, "fake/1"},
                             [](const std::string&, std::uint32_t, std::uint32_t) { return true; });
  if (const auto* failure = std::get_if<chain::Failure>(&done)) return Status(Code::kInternal, failure->reason);
  return std::get<chain::Rendered>(done).files.at(0);
}

using Files = std::map<std::string, std::string>;  // bytes by path

Result<Files> drawn_again(const manifest::Manifest& manifest) {
  Files files;
  for (JobIndex index = 0; index < manifest.sweep().positions(); ++index) {
    TROUPE_ASSIGN_OR_RETURN(const std::string path, manifest::output_path(manifest, index));
    TROUPE_ASSIGN_OR_RETURN(files[path], recomputed(manifest, index));
  }
  return files;
}

Files files_in(const std::string& folder) {
  Files files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file()) continue;
    auto bytes = read_file(entry.path().string(), limits::kMaxPictureFileBytes);
    files[std::filesystem::relative(entry.path(), folder).string()] = bytes.ok() ? *bytes : "";
  }
  return files;
}

// How often the event log says that jobs of the campaign were accepted.
std::uint64_t accepted(const json& events) {
  std::uint64_t jobs = 0;
  for (const json& event : events) {
    if (event.at("kind") == "done") jobs += event.at("detail").at("jobs").get<std::uint64_t>();
  }
  return jobs;
}

}  // namespace

void Campaigns::submit() {
  Campaign campaign;
  campaign.name = "c" + std::to_string(all_.size());
  const bool mixed = farm_.plan().real_engine;
  campaign.real = mixed && all_.size() % kEveryNth == 0;
  campaign.manifest = farm_.plan().folder + "/" + campaign.name + ".yaml";
  std::ofstream(campaign.manifest) << manifest_of(campaign.name, campaign.real ? kRealSeeds : kSeeds,
                                                  !mixed          ? ""
                                                  : campaign.real ? "real"
                                                                  : "fake");
  begin(campaign);
  all_.push_back(std::move(campaign));
}

void Campaigns::begin(Campaign& campaign) const {
  campaign.submit = farm_.begin({"submit", campaign.manifest, "--wait", "--key", "key-" + campaign.name});
}

void Campaigns::look_at(Campaign& campaign) const {
  if (campaign.code) return;
  campaign.code = campaign.submit->wait(0ms);
  const bool passing = campaign.code == kFailed || campaign.code == kNoCoordinator;
  if (!passing || campaign.tries == kMostTries) return;
  ++campaign.tries;
  campaign.code.reset();
  begin(campaign);
}

void Campaigns::keep_going() {
  std::size_t open = 0;
  for (Campaign& campaign : all_) {
    look_at(campaign);
    if (!campaign.code) ++open;
  }
  if (open < kOpenAtOnce) submit();
}

Status Campaigns::mend(Campaign& campaign) {
  TROUPE_RETURN_IF_ERROR(farm_.ask({"campaign", "requeue", campaign.name}).status());
  const testing::Ran waited = farm_.troupe({"campaign", "wait", campaign.name}, 120s);
  campaign.code = waited.code;
  return {};
}

Status Campaigns::finish(std::chrono::seconds patience) {
  for (Campaign& campaign : all_) {
    testing::poll_until([&] { return look_at(campaign), campaign.code.has_value(); }, patience);
    if (!campaign.code) {
      const testing::Ran info = farm_.troupe({"campaign", "info", campaign.name}, 10s);
      return Status(Code::kTimeout, campaign.name + " did not end: " + info.out + info.err);
    }
    if (campaign.code == kFinishedWithFailures) TROUPE_RETURN_IF_ERROR(mend(campaign));
    if (*campaign.code != 0) {
      return Status(Code::kInternal, campaign.name + " ended with exit code " + std::to_string(*campaign.code) + ": " +
                                         campaign.submit->out() + campaign.submit->err());
    }
  }
  return {};
}

Result<Audit> Campaigns::audit() const {
  Audit audit;
  for (const Campaign& campaign : all_) TROUPE_RETURN_IF_ERROR(audit_one(campaign, audit));
  const testing::Ran check = farm_.troupe({"store", "check"}, 300s);
  if (check.code != 0) return Status(Code::kCorrupt, "troupe store check: " + check.out + check.err);
  return audit;
}

// The same pictures by an engine without a farm.
Result<std::map<std::string, std::string>> Campaigns::rendered_again(const Campaign& campaign) const {
  const std::string to = farm_.plan().folder + "/again/" + campaign.name;
  const testing::Ran ran =
      testing::run({{farm_.plan().bin + "/troupe-engine", "render", "--pack", farm_.plan().packs + "/pocket",
                     "--manifest", campaign.manifest, "--to", to, "--threads", "1"},
                    {}},
                   600s);
  if (ran.code != 0) return Status(Code::kInternal, "troupe-engine render: " + ran.err);
  return files_in(to);
}

Status Campaigns::audit_one(const Campaign& campaign, Audit& audit) const {
  TROUPE_ASSIGN_OR_RETURN(const manifest::Manifest manifest, manifest::Manifest::load(campaign.manifest));
  const std::uint64_t cells = manifest.sweep().cells();
  const auto find = [&](std::uint64_t& count, std::uint64_t by, const std::string& what) {
    count += by;
    audit.findings.push_back(campaign.name + ": " + what);
  };
  audit.cells += cells;
  TROUPE_ASSIGN_OR_RETURN(const json list, farm_.ask({"campaign", "list"}));
  const auto same_name = std::count_if(list.at("campaigns").begin(), list.at("campaigns").end(),
                                       [&](const json& one) { return one.at("name") == campaign.name; });
  if (same_name != 1) find(audit.twice, cells, "one submit made " + std::to_string(same_name) + " campaigns");
  TROUPE_ASSIGN_OR_RETURN(const json info, farm_.ask({"campaign", "info", campaign.name}));
  if (const std::uint64_t done = info.at("counts").at("done"); done != cells) {
    find(audit.lost, cells - done, std::to_string(done) + " of " + std::to_string(cells) + " cells are done");
  }
  TROUPE_ASSIGN_OR_RETURN(const json events, farm_.ask({"events", campaign.name, "--since", "0"}));
  if (const std::uint64_t jobs = accepted(events.at("events")); jobs != cells) {
    find(jobs > cells ? audit.twice : audit.lost, jobs > cells ? jobs - cells : cells - jobs,
         std::to_string(jobs) + " results were accepted for " + std::to_string(cells) + " cells");
  }
  const std::string to = farm_.plan().folder + "/results/" + campaign.name;
  TROUPE_RETURN_IF_ERROR(farm_.ask({"results", campaign.name, "--to", to}).status());
  Files files = files_in(to);
  TROUPE_ASSIGN_OR_RETURN(const auto expected, campaign.real ? rendered_again(campaign) : drawn_again(manifest));
  for (JobIndex index = 0; index < manifest.sweep().positions(); ++index) {
    TROUPE_ASSIGN_OR_RETURN(const std::string path, manifest::output_path(manifest, index));
    const auto file = files.find(path);
    if (file == files.end()) {
      find(audit.lost, 1, path + " was not delivered");
      continue;
    }
    if (file->second != expected.at(path)) find(audit.lost, 1, path + " was delivered with other bytes");
    files.erase(file);
  }
  if (!files.empty()) find(audit.twice, files.size(), files.begin()->first + " was delivered and is no cell");
  return {};
}

}  // namespace troupe::chaos
