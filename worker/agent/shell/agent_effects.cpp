// What the session wants, done.
#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/manifest/job.h"
#include "worker/agent/shell/agent.h"
#include "worker/chain/chain_job.h"

namespace troupe::agent {
namespace {

constexpr std::size_t kSpareSpecs = 8;  // manifests kept beyond those that jobs in hand need

std::string names_of(const LocalPacks& packs) {
  std::string text;
  for (const auto& [name, pack] : packs.packs) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

}  // namespace

// Effects may cause events; those wait until the effects before them are done.
void Agent::tell(SessionEvent event) {
  events_.push_back(std::move(event));
  if (telling_) return;
  telling_ = true;
  while (!events_.empty() && !over_) {
    const SessionEvent next = std::move(events_.front());
    events_.pop_front();
    for (const SessionEffect& effect : session_.step(next, clock_.now())) {
      std::visit([this](const auto& body) { perform(body); }, effect);
    }
  }
  telling_ = false;
}

void Agent::perform(const Send& effect) {
  link_.send(effect.message);
}

void Agent::perform(const Reconnect&) {
  link_.drop();
  next_link_look_ = clock_.now();
}

void Agent::perform(const FetchSpec& effect) {
  if (specs_.count(effect.spec) != 0) {
    tell(SpecReady{effect.spec});
  } else {
    transfers_->fetch(effect.spec);
  }
}

void Agent::perform(const FetchReferences& effect) {
  const auto job = describe(effect.spec, effect.ticket.index);
  // A job that makes no sense fails when it is started.
  if (!job.ok()) return tell(ReferencesReady{effect.ticket});
  forget_references();
  std::set<Digest> missing;
  for (const Digest& digest : chain::references(*job)) {
    wanted_references_[effect.ticket].insert(digest);
    if (!references_.has(digest)) missing.insert(digest);
  }
  if (missing.empty()) return tell(ReferencesReady{effect.ticket});
  for (const Digest& digest : missing) {
    const bool asked =
        std::ranges::any_of(missing_references_, [&](const auto& waiting) { return waiting.second.contains(digest); });
    if (!asked) transfers_->fetch_file(digest, references_.path(digest), limits::kMaxPictureFileBytes);
  }
  missing_references_[effect.ticket] = std::move(missing);
}

void Agent::forget_references() {
  std::set<Ticket> held;
  for (const Held& one : session_.held(clock_.now())) held.insert(one.ticket);
  const auto gone = [&](const auto& entry) { return !held.contains(entry.first); };
  std::erase_if(wanted_references_, gone);
  std::erase_if(missing_references_, gone);
}

Result<chain::ChainJob> Agent::describe(const Digest& spec, JobIndex index) const {
  const auto found = specs_.find(spec);
  if (found == specs_.end()) return Status(Code::kInvalid, "the campaign's manifest is not on this worker");
  TROUPE_ASSIGN_OR_RETURN(manifest::Job job, manifest::decode(found->second, index));
  return chain::chain_job(found->second, std::move(job));
}

void Agent::perform(const StartJob& effect) {
  const Status status = start_job(effect);
  if (status.ok()) return;
  fail_job(effect.ticket, status.code() == Code::kNotFound ? Fault::kModel : Fault::kInput, status.to_string());
  tell(EngineReady{effect.slot});
}

Status Agent::start_job(const StartJob& effect) {
  TROUPE_ASSIGN_OR_RETURN(const chain::ChainJob job, describe(effect.spec, effect.ticket.index));
  const auto pack = packs_.packs.find(job.pack);
  if (pack == packs_.packs.end()) {
    return Status(Code::kNotFound, "unknown pack \"" + job.pack + "\"; this worker has: " + names_of(packs_));
  }
  engine::Run run{0, chain::to_json(job), pack->second.folder, effect.timeout};
  for (const Digest& digest : chain::references(job)) run.references[digest] = references_.path(digest);
  // Somebody asked for a new picture: not for what led to the old one.
  run.reuse = effect.ticket.generation == 0;
  // An engine that is gone by now is reported by the supervisor, and the session hands the job back.
  if (const auto number = supervisor_.run(effect.slot, std::move(run))) slots_[effect.slot][*number] = effect.ticket;
  return {};
}

void Agent::perform(const CancelJob& effect) {
  for (const auto& [run, ticket] : slots_[effect.slot]) {
    if (ticket != effect.ticket) continue;
    logger("agent")->info("stopping a job of slot {}: {}", effect.slot, effect.reason);
    supervisor_.cancel(effect.slot, run, clock_.now());
  }
}

void Agent::perform(const StoreResult& effect) {
  to_store_.push_back({effect.result, {}});
}

void Agent::perform(const UploadArtifacts& effect) {
  transfers_->upload(effect.digests);
}

void Agent::perform(const ForgetResults& effect) {
  const Status status = outbox_->forget(effect.tickets);
  if (!status.ok()) over_ = status.with_context("the outbox");
  const std::set<Digest> needed = session_.specs();
  if (specs_.size() > needed.size() + kSpareSpecs) {
    std::erase_if(specs_, [&](const auto& spec) { return needed.count(spec.first) == 0; });
  }
}

void Agent::perform(const Say& effect) {
  logger("session")->log(effect.level == Say::Level::kWarn ? spdlog::level::warn : spdlog::level::info, "{}",
                         effect.text);
}

void Agent::perform(const Exit& effect) {
  over_ = effect.status;
}

}  // namespace troupe::agent
