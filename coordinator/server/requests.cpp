#include "coordinator/server/requests.h"

#include "common/manifest/job.h"
#include "coordinator/core/explain.h"
#include "coordinator/core/farm_state.h"
#include "coordinator/core/views.h"
#include "coordinator/server/event_page.h"
#include "coordinator/server/job_json.h"
#include "coordinator/server/picture_page.h"
#include "coordinator/server/submission.h"
#include "coordinator/store/garbage.h"

namespace troupe::server {
namespace {

using nlohmann::json;

constexpr int kMaxOffers = 4096;

Handling answer(const Result<json>& document) {
  if (!document.ok()) return document.status();
  return document.value().dump();
}

std::string label(const core::FarmState& farm, CampaignId id) {
  return farm.find(id)->label();
}

core::Verb verb_of(wire::Verb verb) {
  switch (verb) {
    case wire::Verb::kPause: return core::Verb::kPause;
    case wire::Verb::kResume: return core::Verb::kResume;
    case wire::Verb::kCancel: return core::Verb::kCancel;
    case wire::Verb::kRequeue: return core::Verb::kRequeue;
    case wire::Verb::kRelease: return core::Verb::kRelease;
    case wire::Verb::kPriority: return core::Verb::kPriority;
    case wire::Verb::kArchive: return core::Verb::kArchive;
    case wire::Verb::kUnarchive: return core::Verb::kUnarchive;
    case wire::Verb::kDelete: return core::Verb::kDelete;
  }
  return core::Verb::kPause;
}

core::WorkerVerb verb_of(wire::WorkerOrder order) {
  switch (order) {
    case wire::WorkerOrder::kDrain: return core::WorkerVerb::kDrain;
    case wire::WorkerOrder::kUndrain: return core::WorkerVerb::kUndrain;
    case wire::WorkerOrder::kCordon: return core::WorkerVerb::kCordon;
    case wire::WorkerOrder::kUncordon: return core::WorkerVerb::kUncordon;
  }
  return core::WorkerVerb::kDrain;
}

std::vector<PackOffer> offers_of(const core::FarmState& farm) {
  std::vector<PackOffer> offers;
  for (const auto& [id, worker] : farm.workers) {
    if (!worker.live() || offers.size() > kMaxOffers) continue;
    offers.insert(offers.end(), worker.profile.packs.begin(), worker.profile.packs.end());
  }
  return offers;
}

// What the pictures of this life took, by stage: stage_runs and stage_reused.
json stages_json(const core::FarmState& farm) {
  json stages = json::object();
  for (const auto& [stage, count] : farm.stages) {
    stages[stage] = {{"runs", count.runs}, {"reused", count.reused}, {"seconds", count.seconds}};
  }
  return stages;
}

json dropped_json(const Dropped& dropped) {
  json reasons = json::object();
  for (const auto& [reason, count] : dropped.counts()) reasons[std::string(reason)] = count;
  return reasons;
}

json server_info(const Surroundings& around) {
  std::size_t live = 0;
  for (const auto& [id, worker] : around.farm.workers) live += worker.live() ? 1 : 0;
  return {{"schema", 1},
          {"version", around.file.version},
          {"pid", around.file.pid},
          {"started", around.file.started},
          {"state_folder", around.state_folder},
          {"endpoints",
           {{"worker", around.file.worker_endpoint},
            {"client", around.file.client_endpoint},
            {"blob", around.file.blob_endpoint}}},
          {"server_key", around.file.server_key.empty() ? json(nullptr) : json(around.file.server_key)},
          {"insecure", around.file.server_key.empty()},
          {"epoch", around.farm.epoch.value},
          {"campaigns", around.farm.campaigns.size()},
          {"active_campaigns", around.farm.runnable.size()},
          {"workers", live},
          {"slots", around.farm.live_slots},
          {"stages", stages_json(around.farm)},
          {"dropped", dropped_json(around.dropped)},
          {"trouble", around.trouble.ok() ? json(nullptr) : json(around.trouble.message())}};
}

Result<store::NewResults> result_changes(store::StoreReader& reader, CampaignId campaign,
                                         std::optional<std::uint64_t> since) {
  if (since) return reader.results_after(campaign, *since);
  store::NewResults none;
  TROUPE_ASSIGN_OR_RETURN(none.next, reader.newest_result());
  return none;
}

struct Handler {
  const Surroundings& around;
  const core::FarmState& farm = around.farm;

  Handling operator()(const wire::Submit& body) const {
    return Query(
        [body, rules = SubmitRules{offers_of(farm), around.runs_commands}, &blobs = around.blobs](store::StoreReader&) {
          QueryResult result;
          auto submit = prepare_submit(body, rules, blobs);
          result.reply.status = submit.status();
          if (submit.ok()) result.submit = std::move(submit).value();
          return result;
        });
  }
  Handling operator()(const wire::CampaignList& body) const {
    return core::campaign_list(farm, around.wall, body.archived).dump();
  }
  Handling operator()(const wire::CampaignInfo& body) const {
    return answer(core::campaign_info(farm, body.campaign, around.wall));
  }
  Handling operator()(const wire::CampaignVerb& body) const {
    return core::Event(core::CampaignCommand{around.request, body.campaign, verb_of(body.verb), body.slice, body.states,
                                             body.priority});
  }
  Handling operator()(const wire::JobList& body) const {
    const auto id = core::find_campaign(farm, body.campaign);
    if (!id.ok()) return id.status();
    const core::JobQuery query{body.slice, {body.states.begin(), body.states.end()}, body.after, body.limit, body.kept};
    const auto page = core::list_jobs(farm, *id, query);
    if (!page.ok()) return page.status();
    return job_list_json(label(farm, *id), *page).dump();
  }
  Handling operator()(const wire::JobInfo& body) const {
    const auto id = core::find_campaign(farm, body.campaign);
    if (!id.ok()) return id.status();
    const auto row = core::find_job(farm, *id, body.job);
    if (!row.ok()) return row.status();
    return Query([id = *id, row = *row, name = label(farm, *id),
                  manifest = *core::campaign_manifest(farm, *id)](store::StoreReader& reader) {
      QueryResult result;
      const Rank rank = row.rank;
      const auto found = reader.results_by_rank(id, {&rank, 1});
      const auto path = manifest::output_path(manifest, row.index);
      result.reply.status = found.status();
      if (found.ok()) result.reply.json = job_info_json(name, row, path.ok() ? *path : "", found->front()).dump();
      return result;
    });
  }
  Handling operator()(const wire::WorkerList&) const { return core::worker_list(farm, around.now).dump(); }
  Handling operator()(const wire::WorkerInfo& body) const {
    return answer(core::worker_info(farm, body.worker, around.now));
  }
  Handling operator()(const wire::WorkerVerb& body) const {
    return core::Event(core::WorkerCommand{around.request, {body.worker}, verb_of(body.order)});
  }
  Handling operator()(const wire::JobExplain& body) const {
    const auto id = core::find_campaign(farm, body.campaign);
    if (!id.ok()) return id.status();
    const auto row = core::find_job(farm, *id, body.job);
    if (!row.ok()) return row.status();
    return core::explain(farm, *farm.find(*id), row->index).dump();
  }
  Handling operator()(wire::EventList list) const {
    // A campaign that was deleted still has its events, under its whole label.
    if (list.campaign.find('#') == std::string::npos && !list.campaign.empty()) {
      const auto id = core::find_campaign(farm, list.campaign);
      if (!id.ok()) return id.status();
      list.campaign = label(farm, *id);
    }
    return Query([list = std::move(list)](store::StoreReader& reader) {
      QueryResult result;
      auto page = event_page(reader, list);
      result.reply.status = page.status();
      if (page.ok()) result.reply.json = std::move(page).value();
      return result;
    });
  }
  Handling operator()(const wire::StoreGc& body) const { return Chore{collect_garbage(around.blobs, body.dry_run)}; }
  Handling operator()(const wire::ResultChanges& body) const {
    const auto id = core::find_campaign(farm, body.campaign);
    if (!id.ok()) return id.status();
    const bool selects = core::campaign_manifest(farm, *id)->select().has_value();
    return Query([id = *id, name = label(farm, *id), selects, since = body.since](store::StoreReader& reader) {
      QueryResult result;
      auto changes = result_changes(reader, id, since);
      result.reply.status = changes.status();
      if (!changes.ok()) return result;
      const json answer = {{"schema", 1},           {"campaign", name},
                           {"select", selects},     {"cells", changes->cells},
                           {"next", changes->next}, {"more", changes->more}};
      result.reply.json = answer.dump();
      return result;
    });
  }
  Handling operator()(const wire::ServerInfo&) const { return server_info(around).dump(); }
  Handling operator()(const wire::ServerStop&) const {
    return StopServer{json{{"schema", 1}, {"stopping", true}, {"pid", around.file.pid}}.dump()};
  }
  Handling operator()(const wire::ResultList& body) const {
    const auto id = core::find_campaign(farm, body.campaign);
    if (!id.ok()) return id.status();
    core::JobQuery query{body.slice, {JobState::kDone, JobState::kRejected}, body.after, body.limit, body.kept};
    query.cells = body.cells;
    auto page = core::list_jobs(farm, *id, query);
    if (!page.ok()) return page.status();
    return Query([id = *id, name = label(farm, *id), page = std::move(page).value(),
                  manifest = *core::campaign_manifest(farm, *id)](store::StoreReader& reader) {
      QueryResult result;
      auto pictures = picture_page(reader, id, manifest, page);
      result.reply.status = pictures.status();
      if (pictures.ok()) {
        pictures->campaign = name;
        result.reply.page = std::move(pictures).value();
      }
      return result;
    });
  }
};

}  // namespace

Query collect_garbage(store::BlobStore& blobs, bool dry_run) {
  return [&blobs, dry_run](store::StoreReader& reader) {
    QueryResult result;
    const auto report = store::collect_garbage(reader, blobs, dry_run);
    result.reply.status = report.status();
    if (!report.ok()) return result;
    const json answer = {{"schema", 1},
                         {"blobs", report->blobs},
                         {"bytes", report->bytes},
                         {"unnamed", report->unnamed},
                         {"unnamed_bytes", report->unnamed_bytes},
                         {"removed", report->removed},
                         {"removed_bytes", report->removed_bytes}};
    result.reply.json = answer.dump();
    return result;
  };
}

Handling handle(const wire::ClientRequest& request, const Surroundings& around) {
  return std::visit(Handler{around}, request.body);
}

}  // namespace troupe::server
