#include "coordinator/server/event_page.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base/clock.h"
#include "common/base/limits.h"

namespace troupe::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxPageBytes = limits::kMaxMessageBytes / 2;
constexpr std::size_t kMostLooks = 20 * limits::kMaxPageRows;

json event_json(const core::FarmEvent& event) {
  json detail = json::parse(event.detail_json, nullptr, false);
  if (!detail.is_object()) detail = json::object();
  return {{"id", event.id},
          {"at", iso8601(event.at)},
          {"kind", event.kind},
          {"campaign", event.campaign.empty() ? json() : json(event.campaign)},
          {"worker", event.worker.empty() ? json() : json(event.worker)},
          {"detail", std::move(detail)}};
}

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Result<std::string> event_page(store::StoreReader& reader, const wire::EventList& list) {
  std::uint64_t next = list.since;
  if (list.from > 0) {
    TROUPE_ASSIGN_OR_RETURN(const std::uint64_t before, reader.last_event_before(list.from));
    next = std::max(next, before);
  }
  const std::size_t limit = std::clamp<std::size_t>(list.limit, 1, limits::kMaxPageRows);
  std::string events;
  std::size_t taken = 0, looks = 0;
  bool more = true;
  while (more && taken < limit && looks < kMostLooks && events.size() < kMaxPageBytes) {
    TROUPE_ASSIGN_OR_RETURN(const auto page, reader.events_after(next, limits::kMaxPageRows));
    more = page.size() == limits::kMaxPageRows;
    for (const core::FarmEvent& event : page) {
      if (taken == limit || events.size() >= kMaxPageBytes) {
        more = true;
        break;
      }
      ++looks;
      next = event.id;
      if (!list.campaign.empty() && event.campaign != list.campaign) continue;
      events += (taken++ > 0 ? "," : "") + text_of(event_json(event));
    }
  }
  return R"({"schema":1,"events":[)" + events + R"(],"next":)" + std::to_string(next) + R"(,"more":)" +
         (more ? "true" : "false") + "}";
}

}  // namespace troupe::server
