// What operators tell workers: drain, cordon, and both taken back.
#include <nlohmann/json.hpp>

#include "coordinator/core/step.h"

namespace troupe::core {

void on_worker_command(Step& step, const WorkerCommand& event) {
  Worker* worker = step.farm.find(event.worker);
  if (!worker) {
    step.out.replies.push_back({event.request,
                                Status(Code::kNotFound, "there is no worker \"" + event.worker.value +
                                                            "\"; `troupe worker list` shows those there are"),
                                ""});
    return;
  }
  switch (event.verb) {
    case WorkerVerb::kDrain:
    case WorkerVerb::kUndrain:
      worker->drain_order = event.verb == WorkerVerb::kDrain;
      if (worker->live()) step.send(*worker, Drain{*worker->drain_order});
      break;
    case WorkerVerb::kCordon:
    case WorkerVerb::kUncordon: worker->cordoned = event.verb == WorkerVerb::kCordon; break;
  }
  step.farm.refresh(*worker);
  const nlohmann::json answer = {{"schema", 1},
                                 {"worker", event.worker.value},
                                 {"draining", worker->drain_order.value_or(false)},
                                 {"cordoned", worker->cordoned}};
  step.out.replies.push_back({event.request, Status(), answer.dump()});
}

}  // namespace troupe::core
