#include "coordinator/core/notify.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "common/base/limits.h"
#include "coordinator/core/views.h"

namespace troupe::core {
namespace {

using nlohmann::json;

constexpr char kKind[] = "notify";
constexpr std::uint32_t kMostTries = 20;  // about four hours
constexpr BackoffOptions kWaits{Millis(5'000), Millis(900'000)};

void store(Step& step, std::uint64_t id, const Notice& notice) {
  const json fact = {{"campaign", notice.campaign},
                     {"webhook", notice.webhook},
                     {"command", notice.command},
                     {"body", notice.body},
                     {"tries", notice.tries}};
  step.out.edits.push_back(FactStored{kKind, std::to_string(id), fact.dump()});
}

void forget(Step& step, std::uint64_t id) {
  step.out.edits.push_back(FactStored{kKind, std::to_string(id), ""});
  step.farm.notices.owed.erase(id);
}

std::string in_words(const Campaign& campaign) {
  std::string text = campaign.label() + " " + std::string(name(campaign.row.state));
  if (!campaign.row.state_reason.empty()) text += ": " + campaign.row.state_reason;
  text += ", " + std::to_string(campaign.done.size()) + " of " + std::to_string(campaign.row.cells) + " pictures done";
  if (!campaign.failed.empty()) text += ", " + std::to_string(campaign.failed.size()) + " failed";
  if (!campaign.rejected.empty()) text += ", " + std::to_string(campaign.rejected.size()) + " rejected";
  return text;
}

bool read(const json& fact, Notice& notice) {
  if (!fact.is_object()) return false;
  for (const char* key : {"campaign", "webhook", "body"}) {
    if (!fact.contains(key) || !fact[key].is_string()) return false;
  }
  if (!fact.contains("tries") || !fact["tries"].is_number_unsigned()) return false;
  if (!fact.contains("command") || !fact["command"].is_array()) return false;
  for (const json& word : fact["command"]) {
    if (!word.is_string()) return false;
    notice.command.push_back(word.get<std::string>());
  }
  notice.campaign = fact["campaign"].get<std::string>();
  notice.webhook = fact["webhook"].get<std::string>();
  notice.body = fact["body"].get<std::string>();
  notice.tries = fact["tries"].get<std::uint32_t>();
  return true;
}

}  // namespace

void owe_notice(Step& step, const Campaign& campaign) {
  const auto& wish = campaign.manifest.notify();
  if (!wish || campaign.row.state == CampaignState::kCancelled) return;
  const bool failed = campaign.row.state == CampaignState::kFailed || !campaign.failed.empty();
  const bool finished = campaign.row.state == CampaignState::kFinished;
  if (!(finished && wish->on_finished) && !(failed && wish->on_failed)) return;
  Notices& notices = step.farm.notices;
  if (notices.owed.size() >= limits::kMaxNotifications) {
    step.warn("campaign " + campaign.label() + " ended and nobody is told: " + std::to_string(notices.owed.size()) +
              " notifications wait already");
    return;
  }
  json body = campaign_summary(campaign);
  body["event"] = failed ? "failed" : "finished";
  body["text"] = in_words(campaign);
  const std::uint64_t id = ++notices.last;
  Notice& notice = notices.owed[id];
  notice = {campaign.label(), wish->webhook, wish->command, body.dump(), 0, step.now, false};
  store(step, id, notice);
}

void send_notices(Step& step) {
  for (auto& [id, notice] : step.farm.notices.owed) {
    if (notice.on_its_way || notice.due > step.now) continue;
    notice.on_its_way = true;
    step.out.notifications.push_back({id, notice.webhook, notice.command, notice.body});
  }
}

void on_notification_tried(Step& step, const NotificationTried& event) {
  const auto found = step.farm.notices.owed.find(event.id);
  if (found == step.farm.notices.owed.end()) return;
  Notice& notice = found->second;
  notice.on_its_way = false;
  ++notice.tries;
  const bool over = event.status.ok() || notice.tries >= kMostTries;
  json detail = {{"tries", notice.tries}, {"delivered", event.status.ok()}};
  if (!event.status.ok()) {
    detail["reason"] = event.status.message();
    step.warn("campaign " + notice.campaign + ": nobody could be told of its end (try " + std::to_string(notice.tries) +
              (over ? ", the last" : "") + "): " + event.status.message());
  }
  if (event.status.ok() || over || notice.tries == 1) step.log("notify", notice.campaign, "", detail.dump());
  if (over) {
    forget(step, event.id);
    return;
  }
  notice.due = step.now + backoff(kWaits, static_cast<int>(notice.tries), step.farm.random);
  store(step, event.id, notice);
}

void restore_notices(FarmState& farm, const std::map<std::pair<std::string, std::string>, std::string>& facts) {
  for (auto fact = facts.lower_bound({kKind, ""}); fact != facts.end() && fact->first.first == kKind; ++fact) {
    const std::string& key = fact->first.second;
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    Notice notice;
    if (error != std::errc() || end != key.data() + key.size()) continue;
    if (!read(json::parse(fact->second, nullptr, false), notice)) continue;
    farm.notices.last = std::max(farm.notices.last, id);
    farm.notices.owed[id] = std::move(notice);  // due at once
  }
}

}  // namespace troupe::core
