#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/limits.h"
#include "coordinator/core/step.h"
#include "coordinator/core/worker_facts.h"

namespace troupe::core {
namespace {

void refuse(Step& step, const FromWorker& message, std::string code, std::string why) {
  step.out.sends.push_back(
      ToWorker{message.worker, step.farm.epoch, Refused{std::move(code), std::move(why)}, message.instance});
}

// An older start of the agent is believed alive while its heartbeats come.
bool is_duplicate(const Step& step, const Worker& worker, const FromWorker& message) {
  return worker.live() && worker.instance != message.instance &&
         step.now - worker.heard < 3 * std::max(step.farm.options.heartbeat, worker.told_heartbeat);
}

// An error when the worker may not come in.
Status admit(const Step& step, const Worker* known, const FromWorker& message, const Hello& hello) {
  const FarmOptions& options = step.farm.options;
  if (hello.protocol_min > options.protocol_max || hello.protocol_max < options.protocol_min) {
    return Status(Code::kInvalid, "this coordinator speaks protocol " + std::to_string(options.protocol_min) + " to " +
                                      std::to_string(options.protocol_max) + ", the worker " +
                                      std::to_string(hello.protocol_min) + " to " + std::to_string(hello.protocol_max) +
                                      ": update the older of the two");
  }
  if (known && is_duplicate(step, *known, message)) {
    return Status(Code::kAlreadyExists, "another agent runs as \"" + message.worker.value + "\" on " +
                                            known->profile.host + ": stop it, or give this one its own state folder");
  }
  if (!known && step.farm.workers.size() >= limits::kMaxWorkers) {
    return Status(Code::kTooLarge, "the coordinator has as many workers as it takes");
  }
  return Status();
}

const char* refusal_code(Code code) {
  switch (code) {
    case Code::kInvalid: return "protocol";
    case Code::kAlreadyExists: return "duplicate_worker";
    default: return "too_many_workers";
  }
}

void log_hello(Step& step, const WorkerId& worker, const Hello& hello) {
  const std::string slots = std::to_string(hello.slots.size());
  step.info("worker " + worker.value + " on " + hello.host + " connected, " + slots + " slots");
  const nlohmann::json detail = {{"host", hello.host}, {"slots", hello.slots.size()}, {"version", hello.version}};
  step.log("worker_hello", "", worker.value, detail.dump());
}

// The interval follows the farm's size; a worker of protocol 1 keeps what its Welcome said.
Pulse pulse(const FarmState& farm, Worker& worker) {
  if (worker.protocol < 2) return {};
  worker.told_heartbeat = farm.heartbeat();
  return {farm.heartbeat(), farm.liveness()};
}

void on_hello(Step& step, const FromWorker& message, const Hello& hello) {
  FarmState& farm = step.farm;
  Worker* known = farm.find(message.worker);
  if (const Status status = admit(step, known, message, hello); !status.ok()) {
    refuse(step, message, refusal_code(status.code()), status.message());
    return;
  }
  const bool fresh_start = known && known->greeted && known->instance != message.instance;
  Worker& worker = known ? *known : farm.workers[message.worker];
  if (worker.live()) farm.count_out(worker);
  if (!worker.live() || fresh_start) log_hello(step, message.worker, hello);
  worker.id = message.worker;
  recall_orders(farm, worker);
  worker.instance = message.instance;
  worker.greeted = true;
  worker.lost = false;
  worker.heard = step.now;
  worker.profile = hello;
  worker.profile.held.clear();
  worker.reported = false;
  worker.wanted = 0;
  worker.draining = hello.draining;
  worker.protocol = std::min(farm.options.protocol_max, hello.protocol_max);
  worker.loaded = {hello.loaded.begin(), hello.loaded.end()};
  farm.count_in(worker);
  worker.told_heartbeat = farm.heartbeat();
  if (!worker.watched) farm.watch(worker, step.now + farm.liveness());
  step.send(worker, Welcome{worker.protocol, farm.heartbeat(), farm.liveness()});
  if (worker.drain_order) step.send(worker, Drain{*worker.drain_order});
  reconcile(step, worker, hello.held, fresh_start);
}

// What it says that it has loaded, and what the jobs that it holds will have it load.
void note_loaded(const FarmState& farm, Worker& worker, const std::vector<std::string>& packs) {
  worker.loaded = {packs.begin(), packs.end()};
  for (auto at = worker.grants.begin(); at != worker.grants.end();
       at = worker.grants.lower_bound({CampaignId{at->first.value + 1}, 0})) {
    worker.loaded.insert(farm.campaigns.at(at->first).manifest.pack());
  }
}

void on_heartbeat(Step& step, Worker& worker, const Heartbeat& heartbeat) {
  const auto active = std::count_if(heartbeat.held.begin(), heartbeat.held.end(),
                                    [](const Held& held) { return held.state != HeldState::kUploading; });
  worker.reported = true;
  worker.wanted = std::min<std::size_t>(heartbeat.credits + static_cast<std::size_t>(active), limits::kMaxHeldJobs);
  worker.draining = heartbeat.draining;
  worker.trouble = heartbeat.trouble;
  if (worker.protocol >= 2) note_loaded(step.farm, worker, heartbeat.loaded);
  if (worker.drain_order && *worker.drain_order != heartbeat.draining) step.send(worker, Drain{*worker.drain_order});
  reconcile(step, worker, heartbeat.held, false);
  end_overdue_jobs(step, worker);
  step.send(worker, pulse(step.farm, worker));
  step.farm.refresh(worker);
}

void on_release(Step& step, Worker& worker, const Release& release) {
  for (const Ticket& ticket : release.tickets) {
    Campaign* campaign = step.farm.find(ticket.campaign);
    if (!campaign || ticket.index >= campaign->sweep().positions()) continue;
    const Rank rank = campaign->sweep().rank_of(ticket.index);
    const Grant* held = campaign->grant_of(rank, worker.id);
    if (!held || ticket_of(held->row) != ticket) continue;
    // One that goes on taking work would get the same job again at once.
    const Millis wait = worker.takes_work() ? step.farm.options.retry.first : Millis(0);
    end_grant_of(step, *campaign, rank, worker.id, {"handed back: " + release.reason, wait, worker.id, {}});
  }
}

void on_goodbye(Step& step, Worker& worker) {
  take_back_all(step, worker, {"worker " + worker.id.value + " left", Millis(0), {}, {}});
  step.info("worker " + worker.id.value + " left");
  step.log("worker_left", "", worker.id.value, "{}");
  step.farm.count_out(worker);
  file_away(step.farm, worker);
  step.farm.workers.erase(WorkerId(worker.id));
}

struct FromKnown {
  Step& step;
  Worker& worker;
  const std::set<Digest>& missing;
  void operator()(const Hello&) const {}
  void operator()(const Heartbeat& heartbeat) const { on_heartbeat(step, worker, heartbeat); }
  void operator()(const Results& results) const { on_results(step, worker, results, missing); }
  void operator()(const Release& release) const { on_release(step, worker, release); }
  void operator()(const Goodbye&) const { on_goodbye(step, worker); }
};

}  // namespace

void on_worker(Step& step, const WorkerSpoke& event) {
  const FromWorker& message = event.message;
  if (const auto* hello = std::get_if<Hello>(&message.body)) {
    on_hello(step, message, *hello);
    return;
  }
  Worker* worker = step.farm.find(message.worker);
  const bool known = worker && worker->greeted && worker->instance == message.instance;
  // An older epoch fences what is said about credits and holdings, never results.
  const bool current = message.epoch == step.farm.epoch || std::holds_alternative<Results>(message.body);
  if (!known || !current) {
    if (!std::holds_alternative<Goodbye>(message.body)) refuse(step, message, "unknown_worker", "say hello first");
    return;
  }
  worker->heard = step.now;
  if (worker->lost) {
    worker->lost = false;
    step.farm.count_in(*worker);
    step.info("worker " + worker->id.value + " is back");
    step.log("worker_back", "", worker->id.value, "{}");
  }
  std::visit(FromKnown{step, *worker, event.missing}, message.body);
}

}  // namespace troupe::core
