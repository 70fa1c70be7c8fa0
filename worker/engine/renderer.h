// What serves a job inside an engine: the chain with its stages, and what the device is called.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "worker/chain/chain_run.h"

namespace troupe::engine {

// What an engine is, for its Ready message and its results.
struct Device {
  std::string name;            // "Intel(R) Xeon(R) ...": for people
  std::string numerics_class;  // numerics_class.h
};

class Renderer {
 public:
  Renderer(Device device, std::unique_ptr<chain::StageMaker> stages)
      : device_(std::move(device)), stages_(std::move(stages)) {}

  const Device& device() const { return device_; }

  // job_json: chain::to_json. Whatever is wrong with the job, its pack or the memory is a Failure; the renderer stays
  // fit for the next job unless Failure::exiting says otherwise.
  std::variant<chain::Rendered, chain::Failure> render(const std::string& job_json, const std::string& pack_folder,
                                                       const chain::StepSink& step);

 private:
  Device device_;
  std::unique_ptr<chain::StageMaker> stages_;
};

}  // namespace troupe::engine
