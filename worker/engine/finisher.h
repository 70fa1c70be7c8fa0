// The thread that writes the pictures of a run while the device draws those of the next.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "worker/engine/courier.h"
#include "worker/engine/renderer.h"

namespace troupe::engine {

class Finisher {
 public:
  // Both outlive it.
  Finisher(const Renderer& renderer, Courier& courier);
  // Finishes what it has.
  ~Finisher();
  Finisher(const Finisher&) = delete;
  Finisher& operator=(const Finisher&) = delete;

  // Says that the device is free of the run, finishes it beside the caller and sends its Done or Failed. It holds one
  // run at a time and no queue: a device that is faster than the writing waits here.
  void give(std::uint64_t run, chain::Drawn drawn);

 private:
  void work();
  void finish(std::uint64_t run, chain::Drawn drawn);

  const Renderer& renderer_;
  Courier& courier_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::pair<std::uint64_t, chain::Drawn>> job_;
  bool busy_ = false;  // from give() to the answer
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace troupe::engine
