#include "worker/engine/finisher.h"

#include "common/base/log.h"

namespace troupe::engine {

Finisher::Finisher(const Renderer& renderer, Courier& courier)
    : renderer_(renderer), courier_(courier), thread_([this] { work(); }) {}

Finisher::~Finisher() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Finisher::give(std::uint64_t run, chain::Drawn drawn) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !busy_; });
  courier_.send(Free{run});
  job_.emplace(run, std::move(drawn));
  busy_ = true;
  changed_.notify_all();
}

void Finisher::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return closing_ || job_; });
    if (!job_) return;
    auto [run, drawn] = std::move(*job_);
    job_.reset();
    lock.unlock();
    finish(run, std::move(drawn));
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void Finisher::finish(std::uint64_t run, chain::Drawn drawn) {
  auto rendered = renderer_.finish(std::move(drawn));
  if (auto* done = std::get_if<chain::Rendered>(&rendered)) {
    courier_.send(Done{run, std::move(done->result), std::move(done->files)});
    return;
  }
  const auto& failure = std::get<chain::Failure>(rendered);
  logger("engine")->warn("run {} could not be finished: {}", run, failure.reason);
  courier_.send(Failed{run, failure.fault, failure.reason, failure.exiting});
}

}  // namespace troupe::engine
