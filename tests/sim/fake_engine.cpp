// The engines of a worker's machine: jobs that take a while and end well, badly, or not at all.
#include <utility>

#include "tests/sim/worker_node.h"

namespace troupe::sim {

using namespace agent;

namespace {

// Equal inputs give equal pictures, whoever draws them.
JobResult picture(const Ticket& ticket, Millis took) {
  JobResult result;
  result.ticket = ticket;
  result.pixel_digest = sha256(std::to_string(ticket.campaign.value) + "/" + std::to_string(ticket.index));
  result.artifacts = {Artifact{"image", result.pixel_digest, 1000, "image/png"}};
  result.seconds = static_cast<double>(took.count()) / 1000;
  // Few values, so that there are ties; some have none.
  const auto score = static_cast<int>(result.pixel_digest.view()[0]) & 3;
  if (score > 0) result.metadata_json = R"({"gates":{"sharpness":)" + std::to_string(score) + "}}";
  return result;
}

JobResult failure(const Ticket& ticket, Fault fault, std::string reason) {
  JobResult result;
  result.ticket = ticket;
  result.outcome = Outcome::kFailed;
  result.fault = fault;
  result.reason = std::move(reason);
  return result;
}

// Which cells kill their engines, in every try.
bool is_poison(const Knobs& knobs, const Ticket& ticket) {
  SeededRandom random(mix64(knobs.seed ^ mix64(ticket.campaign.value)) ^ mix64(ticket.index));
  return knobs.poison > 0 && random.chance(knobs.poison);
}

}  // namespace

void WorkerNode::start_engine(SlotIndex slot, Millis delay) {
  const std::uint64_t run = ++engines_[slot].run;
  later(delay, [this, slot, run] {
    if (engines_[slot].run != run) return;
    engines_[slot].state = Engine::State::kIdle;
    happen(EngineReady{slot});
  });
}

void WorkerNode::engine_dies(SlotIndex slot) {
  Engine& engine = engines_[slot];
  const Ticket ticket = engine.ticket;
  engine.state = Engine::State::kDown;
  const bool reported = world_.random.chance(0.8);
  if (reported) {
    JobResult result = failure(ticket, Fault::kWorker, "the engine died: signal 9");
    result.engine_died = true;
    store(std::move(result));
  }
  // The report is stored before the session hears that the engine is down.
  later(Millis(reported ? 30 : 0), [this, slot] { happen(EngineDown{slot, "signal 9"}); });
  later(Millis(40), [this, slot] { start_engine(slot, world_.between(Millis(100), Millis(5000))); });
}

std::optional<JobResult> WorkerNode::outcome(const Ticket& ticket, Millis takes) {
  const Knobs& knobs = world_.knobs;
  if (world_.unlucky(knobs.engine_hang)) return std::nullopt;
  if (bad_ && !world_.healing) return failure(ticket, Fault::kWorker, "the device fell off the bus");
  if (world_.unlucky(knobs.out_of_memory)) return failure(ticket, Fault::kWorker, "out of device memory");
  if (world_.random.chance(knobs.input_fault)) {
    return failure(ticket, Fault::kInput, "the reference picture has no face");
  }
  JobResult result = picture(ticket, takes);
  if (world_.random.chance(knobs.rejection)) result.outcome = Outcome::kRejected;
  return result;
}

void WorkerNode::perform(const StartJob& effect) {
  Engine& engine = engines_.at(effect.slot);
  if (engine.state != Engine::State::kIdle) world_.fail("a job was started on an engine that is not free");
  engine.state = Engine::State::kBusy;
  engine.ticket = effect.ticket;
  const std::uint64_t run = ++engine.run;
  Millis takes = world_.between(world_.knobs.job / 20, world_.knobs.job);
  if (world_.unlucky(world_.knobs.engine_slow)) takes *= 10;
  const Ticket ticket = effect.ticket;
  world_.trace("job starts",
               {node_, effect.slot, ticket.campaign.value, ticket.index, ticket.generation, ticket.attempt});
  later(takes / 2, [this, slot = effect.slot, run, ticket] {
    if (engines_[slot].run == run) happen(JobProgress{ticket, "generate", 1, 2});
  });
  std::optional<JobResult> result = outcome(ticket, takes);
  if (!result) return;
  const bool crashes = is_poison(world_.knobs, ticket) || world_.unlucky(world_.knobs.engine_crash);
  later(takes, [this, slot = effect.slot, run, crashes, result = std::move(*result)] {
    if (engines_[slot].run != run) return;
    if (crashes) {
      engine_dies(slot);
    } else {
      job_ends(slot, result);
    }
  });
}

// Sometimes the engine is free again while the picture is still being written.
void WorkerNode::job_ends(SlotIndex slot, JobResult result) {
  const bool early = world_.random.chance(0.5);
  if (!early) store(std::move(result));
  start_engine(slot, Millis(early ? 0 : 25));
  if (early) store(std::move(result));
}

void WorkerNode::perform(const CancelJob& effect) {
  Engine& engine = engines_.at(effect.slot);
  if (engine.state != Engine::State::kBusy || engine.ticket != effect.ticket) return;
  if (world_.random.chance(0.2)) {
    // It was done at that very moment.
    job_ends(effect.slot, picture(effect.ticket, Millis(1)));
    return;
  }
  start_engine(effect.slot, world_.between(Millis(10), Millis(2000)));
}

}  // namespace troupe::sim
