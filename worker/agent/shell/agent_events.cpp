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
    if (auto* upload = std::get_if<UploadEnded>(&ended)) {
      if (upload->status.ok()) {
        tell(Uploaded{std::move(upload->digests)});
      } else {
        tell(UploadFailed{std::move(upload->digests), upload->status});
      }
      continue;
    }
    auto& fetch = std::get<FetchEnded>(ended);
    if (!fetch.bytes.ok()) {
      tell(SpecFailed{fetch.digest, fetch.bytes.status()});
      continue;
    }
    auto manifest = manifest::Manifest::from_resolved(*fetch.bytes);
    if (manifest.ok()) {
      specs_.insert_or_assign(fetch.digest, std::move(manifest).value());
      tell(SpecReady{fetch.digest});
    } else {
      tell(SpecFailed{fetch.digest, manifest.status()});
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
  slots_[event.slot].running.reset();
  // The result of the job that it was at goes first.
  store_results();
  tell(EngineDown{event.slot, event.reason});
}

void Agent::on(const RunProgress& event) {
  const auto& running = slots_[event.slot].running;
  if (running) tell(JobProgress{*running, event.progress.stage, event.progress.step, event.progress.steps});
}

void Agent::on(RunDone& event) {
  const std::optional<Ticket> ticket = std::exchange(slots_[event.slot].running, std::nullopt);
  if (ticket) {
    JobResult& result = event.done.result;
    result.ticket = *ticket;
    if (const Status status = wire::validate(result); status.ok()) {
      to_store_.push_back({std::move(result), std::move(event.done.files)});
    } else {
      fail_job(*ticket, Fault::kWorker, "the engine gave a result that cannot be sent: " + status.to_string());
    }
  }
  tell(EngineReady{event.slot});
}

void Agent::on(RunFailed& event) {
  const std::optional<Ticket> ticket = std::exchange(slots_[event.slot].running, std::nullopt);
  if (ticket && !event.cancelled) {
    fail_job(*ticket, event.failed.fault, std::move(event.failed.reason), std::move(event.log));
  }
  if (!event.failed.exiting) tell(EngineReady{event.slot});
}

void Agent::fail_job(const Ticket& ticket, Fault fault, std::string reason, std::vector<std::string> log) {
  JobResult result;
  result.ticket = ticket;
  result.outcome = Outcome::kFailed;
  result.fault = fault;
  result.reason = std::move(reason);
  result.log = std::move(log);
  to_store_.push_back({std::move(result), {}});
}

}  // namespace troupe::agent
