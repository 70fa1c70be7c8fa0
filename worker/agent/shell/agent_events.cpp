// What happens to the agent, told to the session.
#include <utility>

#include "common/base/log.h"
#include "common/wire/convert.h"
#include "worker/agent/shell/agent.h"

namespace troupe::agent {
namespace {

constexpr int kMostMessages = 256;  // of the coordinator in one turn

}  // namespace

void Agent::read_signals() {
  const int stops = signals_.take().stops;
  if (stops == 0) return;
  if (stops_ == 0) tell(DrainRequested{});
  stops_ += stops;
  if (stops_ > 1 && !over_) {
    logger("agent")->warn("told to stop twice: stopping at once; what is finished stays in the outbox");
    over_ = Status();
  }
}

void Agent::read_coordinator() {
  for (int i = 0; i < kMostMessages && !over_; ++i) {
    auto message = link_.receive();
    if (!message) return;
    tell(FromCoordinator{std::move(*message)});
  }
}

void Agent::read_transfers() {
  for (TransferEnded& ended : transfers_->take()) {
    std::visit([this](auto& body) { on(body); }, ended);
  }
}

void Agent::on(UploadEnded& event) {
  if (event.status.ok()) {
    tell(Uploaded{std::move(event.digests)});
  } else {
    tell(UploadFailed{std::move(event.digests), event.status});
  }
}

void Agent::on(FetchEnded& event) {
  if (!event.bytes.ok()) return tell(SpecFailed{event.digest, event.bytes.status()});
  auto manifest = manifest::Manifest::from_resolved(*event.bytes);
  if (!manifest.ok()) return tell(SpecFailed{event.digest, manifest.status()});
  specs_.insert_or_assign(event.digest, std::move(manifest).value());
  tell(SpecReady{event.digest});
}

void Agent::on(FileFetchEnded& event) {
  if (event.status.ok()) {
    std::set<Digest> needed;
    for (const auto& [ticket, digests] : wanted_references_) needed.insert(digests.begin(), digests.end());
    references_.arrived(event.digest, needed);
  }
  std::vector<Ticket> over;
  for (auto& [ticket, digests] : missing_references_) {
    if (digests.erase(event.digest) > 0 && (!event.status.ok() || digests.empty())) over.push_back(ticket);
  }
  for (const Ticket& ticket : over) {
    missing_references_.erase(ticket);
    if (event.status.ok()) {
      tell(ReferencesReady{ticket});
    } else {
      tell(ReferencesFailed{ticket, event.status});
    }
  }
}

void Agent::read_engines() {
  for (EngineEvent& event : supervisor_.turn(clock_.now())) {
    std::visit([this](auto& body) { on(body); }, event);
  }
}

void Agent::on(const EngineUp& event) {
  logger("agent")->info("engine {} is up: {}, {}", event.slot, event.ready.device, event.ready.numerics_class);
  tell(EngineReady{event.slot});
}

void Agent::on(const EngineGone& event) {
  logger("agent")->warn("slot {}: {}", event.slot, event.reason);
  slots_[event.slot].clear();
  // The result of the job that it died of goes first.
  store_results();
  tell(EngineDown{event.slot, event.reason});
}

void Agent::on(const RunProgress& event) {
  const auto at = slots_[event.slot].find(event.progress.run);
  if (at == slots_[event.slot].end()) return;
  tell(JobProgress{at->second, event.progress.stage, event.progress.step, event.progress.steps});
}

void Agent::on(const RunDrawn& event) {
  tell(EngineReady{event.slot});
}

std::optional<Ticket> Agent::end_run(std::size_t slot, std::uint64_t run) {
  auto node = slots_[slot].extract(run);
  return node ? std::optional(node.mapped()) : std::nullopt;
}

void Agent::on(RunDone& event) {
  const std::optional<Ticket> ticket = end_run(event.slot, event.done.run);
  if (!ticket) return;
  JobResult& result = event.done.result;
  result.ticket = *ticket;
  if (const Status status = wire::validate(result); status.ok()) {
    to_store_.push_back({std::move(result), std::move(event.done.files)});
  } else {
    fail_job(*ticket, Fault::kWorker, "the engine gave a result that cannot be sent: " + status.to_string());
  }
}

void Agent::on(RunFailed& event) {
  const std::optional<Ticket> ticket = end_run(event.slot, event.failed.run);
  if (ticket && !event.cancelled) {
    fail_job(*ticket, event.failed.fault, std::move(event.failed.reason), std::move(event.log), event.died);
  }
  if (!event.failed.exiting && !event.drawn) tell(EngineReady{event.slot});
}

void Agent::fail_job(const Ticket& ticket, Fault fault, std::string reason, std::vector<std::string> log,
                     bool engine_died) {
  JobResult result;
  result.ticket = ticket;
  result.outcome = Outcome::kFailed;
  result.fault = fault;
  result.reason = std::move(reason);
  result.log = std::move(log);
  result.engine_died = engine_died;
  to_store_.push_back({std::move(result), {}});
}

}  // namespace troupe::agent
