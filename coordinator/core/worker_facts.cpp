#include "coordinator/core/worker_facts.h"

#include <nlohmann/json.hpp>

#include "common/base/limits.h"

namespace troupe::core {
namespace {

// "" where nothing is out of the ordinary.
std::string to_json(const Worker& worker) {
  nlohmann::json fact = nlohmann::json::object();
  if (worker.drain_order) fact["drain"] = *worker.drain_order;
  if (worker.cordoned) fact["cordon"] = true;
  if (worker.quarantine) {
    fact["quarantine"] = {{"reason", worker.quarantine->reason}, {"wait_ms", worker.quarantine->wait.count()}};
  }
  return fact.empty() ? "" : fact.dump();
}

std::string answer_json(const Worker& worker) {
  return nlohmann::json{{"schema", 1},
                        {"worker", worker.id.value},
                        {"draining", worker.drain_order.value_or(false)},
                        {"cordoned", worker.cordoned}}
      .dump();
}

void obey(Step& step, Worker& worker, WorkerVerb verb) {
  switch (verb) {
    case WorkerVerb::kDrain:
    case WorkerVerb::kUndrain:
      worker.drain_order = verb == WorkerVerb::kDrain;
      if (worker.live()) step.send(worker, Drain{*worker.drain_order});
      step.log("drained", "", worker.id.value, *worker.drain_order ? R"({"on":true})" : R"({"on":false})");
      break;
    case WorkerVerb::kCordon:
    case WorkerVerb::kUncordon:
      worker.cordoned = verb == WorkerVerb::kCordon;
      step.log("cordoned", "", worker.id.value, worker.cordoned ? R"({"on":true})" : R"({"on":false})");
      break;
  }
}

}  // namespace

void save_orders(Step& step, const Worker& worker) {
  step.out.edits.push_back(FactStored{"worker", worker.id.value, to_json(worker)});
}

void recall_orders(FarmState& farm, Worker& worker) {
  const auto known = farm.orders.extract(worker.id);
  if (known.empty()) return;
  const nlohmann::json fact = nlohmann::json::parse(known.mapped(), nullptr, false);
  if (!fact.is_object()) return;
  if (fact.contains("drain")) worker.drain_order = fact.value("drain", false);
  worker.cordoned = fact.value("cordon", false);
  if (!fact.contains("quarantine")) return;
  const nlohmann::json& quarantine = fact["quarantine"];
  worker.quarantine = Quarantine{quarantine.value("reason", ""), Millis(quarantine.value("wait_ms", Millis::rep{0})),
                                 farm.now};  // it was away for a while: the next job tries it
}

void file_away(FarmState& farm, const Worker& worker) {
  const std::string orders = to_json(worker);
  if (!orders.empty() && farm.orders.size() < limits::kMaxWorkers) farm.orders[worker.id] = orders;
}

void restore_worker_facts(FarmState& farm, const std::map<std::pair<std::string, std::string>, std::string>& facts) {
  for (const auto& [name, json] : facts) {
    if (name.first == "worker") farm.orders[WorkerId{name.second}] = json;
  }
}

void on_worker_command(Step& step, const WorkerCommand& event) {
  Worker* worker = step.farm.find(event.worker);
  if (!worker) {
    step.out.replies.push_back({event.request,
                                Status(Code::kNotFound, "there is no worker \"" + event.worker.value +
                                                            "\"; `troupe worker list` shows those there are"),
                                ""});
    return;
  }
  obey(step, *worker, event.verb);
  save_orders(step, *worker);
  step.farm.refresh(*worker);
  step.out.replies.push_back({event.request, Status(), answer_json(*worker)});
}

}  // namespace troupe::core
