#include "worker/engine/serve.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

#include "common/base/log.h"
#include "worker/engine/courier.h"
#include "worker/engine/finisher.h"

namespace troupe::engine {
namespace {

// Draws one run and sees to its answer. False: the engine is not fit for another.
bool draw(const Run& run, Renderer& renderer, Courier& courier, Finisher& finisher) {
  const auto step = [&](const std::string& stage, std::uint32_t number, std::uint32_t steps) {
    courier.send(Progress{run.run, stage, number, steps});
    return courier.wanted(run.run);
  };
  auto drawn = renderer.draw(run.job_json, {run.pack_folder, run.references, run.reuse}, step);
  if (auto* picture = std::get_if<chain::Drawn>(&drawn)) {
    finisher.give(run.run, std::move(*picture));
    return true;
  }
  const auto& failure = std::get<chain::Failure>(drawn);
  if (courier.wanted(run.run)) logger("engine")->warn("run {} failed: {}", run.run, failure.reason);
  courier.send(Failed{run.run, failure.fault, failure.reason, failure.exiting});
  return !failure.exiting;
}

}  // namespace

bool die_with(pid_t agent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return ::getppid() == agent;
}

Status serve(Port& port, Renderer& renderer, pid_t agent) {
  TROUPE_ASSIGN_OR_RETURN(const auto courier, Courier::start(port, agent));
  const Device& device = renderer.device();
  courier->send(Ready{device.name, device.numerics_class, static_cast<std::uint64_t>(::getpid())});
  {
    Finisher finisher(renderer, *courier);
    for (bool fit = true; fit;) {
      const std::optional<Run> run = courier->next_run();
      fit = run && draw(*run, renderer, *courier, finisher);
    }
  }
  return courier->status();
}

}  // namespace troupe::engine
