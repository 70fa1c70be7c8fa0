// What the session wants, done.
#include <utility>

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

void Agent::perform(const StartJob& effect) {
  const Status status = start_job(effect);
  if (status.ok()) return;
  fail_job(effect.ticket, status.code() == Code::kNotFound ? Fault::kModel : Fault::kInput, status.to_string());
  tell(EngineReady{effect.slot});
}

Status Agent::start_job(const StartJob& effect) {
  const auto spec = specs_.find(effect.spec);
  if (spec == specs_.end()) return Status(Code::kInvalid, "the campaign's manifest is not on this worker");
  const manifest::Manifest& manifest = spec->second;
  TROUPE_ASSIGN_OR_RETURN(manifest::Job job, manifest::decode(manifest, effect.ticket.index));
  const auto pack = packs_.packs.find(manifest.pack());
  if (pack == packs_.packs.end()) {
    return Status(Code::kNotFound, "unknown pack \"" + manifest.pack() + "\"; this worker has: " + names_of(packs_));
  }
  const std::string text = chain::to_json(chain::chain_job(manifest, std::move(job)));
  // An engine that is gone by now is reported by the supervisor, and the session hands the job back.
  if (supervisor_.run(effect.slot, {0, text, pack->second.folder, effect.timeout})) {
    slots_[effect.slot].running = effect.ticket;
  }
  return {};
}

void Agent::perform(const CancelJob& effect) {
  if (slots_[effect.slot].running != effect.ticket) return;
  logger("agent")->info("stopping the job of slot {}: {}", effect.slot, effect.reason);
  supervisor_.cancel(effect.slot, clock_.now());
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
