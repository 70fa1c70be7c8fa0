#include "tests/chaos/conductor.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tests/chaos/small_disks.h"

namespace troupe::chaos {
namespace {

constexpr Millis kLook{20};

}  // namespace

Status Conductor::play(const std::vector<Disturbance>& plan) {
  for (const Disturbance& disturbance : plan) {
    TROUPE_RETURN_IF_ERROR(pass(disturbance.after));
    if (verbose_) std::printf("%s\n", describe(disturbance).c_str());
    TROUPE_RETURN_IF_ERROR(happen(disturbance));
    kills_ += is_kill(disturbance.trouble) ? 1 : 0;
  }
  while (!due_.empty()) TROUPE_RETURN_IF_ERROR(pass(kLook));
  return {};
}

void Conductor::afterwards(Millis lasts, Action action) {
  due_.emplace(clock_.now() + lasts, std::move(action));
}

Status Conductor::run_due() {
  while (!due_.empty() && due_.begin()->first <= clock_.now()) {
    const Action action = std::move(due_.extract(due_.begin()).mapped());
    TROUPE_RETURN_IF_ERROR(action());
  }
  return {};
}

Status Conductor::pass(Millis time) {
  for (const Instant until = clock_.now() + time; clock_.now() < until;) {
    TROUPE_RETURN_IF_ERROR(run_due());
    TROUPE_RETURN_IF_ERROR(watch());
    campaigns_.keep_going();
    const Instant next = due_.empty() ? until : std::min(until, due_.begin()->first);
    const Millis wait = std::clamp(next - clock_.now(), Millis(0), kLook);
    ::poll(nullptr, 0, static_cast<int>(wait.count()));
  }
  return run_due();
}

Status Conductor::watch() {
  for (std::size_t i = 0; i < farm_.plan().workers; ++i) {
    if (!farm_.agent_ended(i)) continue;
    ++agents_ended_;
    farm_.start_agent(i);
  }
  const std::optional<int> code = farm_.coordinator_ended();
  if (!code) return {};
  return Status(Code::kInternal,
                "the coordinator ended by itself, with " + std::to_string(*code) + ": " + farm_.coordinator_log());
}

Status Conductor::happen(const Disturbance& disturbance) {
  switch (disturbance.trouble) {
    case Trouble::kKillCoordinator:
    case Trouble::kStopCoordinator:
    case Trouble::kFillCoordinator: return happen_to_coordinator(disturbance);
    default: return happen_to_worker(disturbance);
  }
}

Status Conductor::happen_to_coordinator(const Disturbance& disturbance) {
  if (disturbance.trouble == Trouble::kKillCoordinator) {
    farm_.kill_coordinator();
    // Whatever is due while it is away happens when it is back.
    ::poll(nullptr, 0, static_cast<int>(disturbance.lasts.count()));
    clear_disk(farm_.state());
    return farm_.start_coordinator();
  }
  if (disturbance.trouble == Trouble::kStopCoordinator) {
    farm_.signal_coordinator(SIGSTOP);
    afterwards(disturbance.lasts, [this] {
      farm_.signal_coordinator(SIGCONT);
      return Status();
    });
    return {};
  }
  afterwards(disturbance.lasts, [this] {
    clear_disk(farm_.state());
    return Status();
  });
  return fill_disk(farm_.state());
}

Status Conductor::happen_to_worker(const Disturbance& disturbance) {
  const std::size_t worker = disturbance.worker;
  const auto mend = [&](std::function<void()> what) {
    afterwards(disturbance.lasts, [what = std::move(what)] {
      what();
      return Status();
    });
  };
  switch (disturbance.trouble) {
    case Trouble::kKillAgent:
      farm_.kill_agent(worker);
      farm_.start_agent(worker);
      break;
    case Trouble::kKillEngine: farm_.signal_engine(worker, SIGKILL); break;
    case Trouble::kStopAgent:
      farm_.signal_agent(worker, SIGSTOP);
      mend([this, worker] { farm_.signal_agent(worker, SIGCONT); });
      break;
    case Trouble::kStopEngine: {
      const pid_t engine = farm_.signal_engine(worker, SIGSTOP);
      if (engine > 0) mend([engine] { ::kill(engine, SIGCONT); });
      break;
    }
    case Trouble::kDrop:
    case Trouble::kDelay:
    case Trouble::kHalfOpen:
      farm_.set_weather(worker, disturbance.trouble == Trouble::kDrop    ? Weather::kDropped
                                : disturbance.trouble == Trouble::kDelay ? Weather::kDelayed
                                                                         : Weather::kHalfOpen);
      mend([this, worker] { farm_.set_weather(worker, Weather::kClear); });
      break;
    case Trouble::kFillWorker:
      mend([this, worker] { clear_disk(farm_.worker_folder(worker)); });
      return fill_disk(farm_.worker_folder(worker));
    default: break;
  }
  return {};
}

}  // namespace troupe::chaos
