#include "worker/engine/serve.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <deque>

#include "common/base/log.h"

namespace troupe::engine {
namespace {

constexpr Millis kLookForAgent{1000};

class Server {
 public:
  Server(Port& port, Renderer& renderer, pid_t agent) : port_(port), renderer_(renderer), agent_(agent) {}

  Status run() {
    const Device& device = renderer_.device();
    TROUPE_RETURN_IF_ERROR(
        port_.send(Ready{device.name, device.numerics_class, static_cast<std::uint64_t>(::getpid())}));
    while (!leaving_) {
      if (runs_.empty()) {
        TROUPE_RETURN_IF_ERROR(listen(kLookForAgent));
        continue;
      }
      const Run next = std::move(runs_.front());
      runs_.pop_front();
      TROUPE_RETURN_IF_ERROR(render(next));
    }
    return {};
  }

 private:
  Status listen(Millis wait) {
    auto message = port_.receive(wait);
    if (!message.ok() && message.status().code() != Code::kCorrupt) return message.status();
    if (!message.ok()) logger("engine")->warn("{}", message.status().message());
    if (message.ok() && *message) take(std::move(**message));
    if (::getppid() != agent_) leaving_ = true;
    return {};
  }

  void take(Message message) {
    if (auto* run = std::get_if<Run>(&message)) runs_.push_back(std::move(*run));
    if (const auto* cancel = std::get_if<Cancel>(&message)) cancelled_ = cancel->run;
    if (std::holds_alternative<Shutdown>(message)) leaving_ = true;
  }

  // Between two steps: tell, and look whether to go on.
  bool step(const std::string& stage, std::uint32_t step, std::uint32_t steps) {
    Status status = port_.send(Progress{running_, stage, step, steps});
    if (status.ok()) status = listen(Millis{0});
    if (!status.ok()) logger("engine")->warn("{}", status.message());
    return cancelled_ != running_ && !leaving_;
  }

  Status render(const Run& run) {
    running_ = run.run;
    auto rendered = renderer_.render(run.job_json, run.pack_folder,
                                     [this](const std::string& stage, std::uint32_t number, std::uint32_t steps) {
                                       return step(stage, number, steps);
                                     });
    if (auto* done = std::get_if<chain::Rendered>(&rendered)) {
      return port_.send(Done{run.run, std::move(done->result), std::move(done->files)});
    }
    const auto& failure = std::get<chain::Failure>(rendered);
    if (cancelled_ != run.run) logger("engine")->warn("run {} failed: {}", run.run, failure.reason);
    leaving_ = leaving_ || failure.exiting;
    return port_.send(Failed{run.run, failure.fault, failure.reason, failure.exiting});
  }

  Port& port_;
  Renderer& renderer_;
  const pid_t agent_;
  std::deque<Run> runs_;
  std::uint64_t running_ = 0;
  std::uint64_t cancelled_ = 0;  // the run that the agent last wanted stopped
  bool leaving_ = false;
};

}  // namespace

bool die_with(pid_t agent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return ::getppid() == agent;
}

Status serve(Port& port, Renderer& renderer, pid_t agent) {
  return Server(port, renderer, agent).run();
}

}  // namespace troupe::engine
