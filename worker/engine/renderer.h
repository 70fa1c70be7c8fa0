// What serves a job inside an engine: the chain with its stages, and what the device is called.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "worker/chain/chain_run.h"

namespace troupe::engine {

// What an engine is, for its Ready message and its results.
struct Device {
  std::string name;            // "Intel(R) Xeon(R) ...": for people
  std::string numerics_class;  // numerics_class.h
  // The most bytes of its memory in use at a time since the last call; 0 is unknown.
  std::function<std::uint64_t()> take_peak_memory = [] { return std::uint64_t{0}; };
};

class Renderer {
 public:
  // faces may be null: such an engine cannot judge faces. packs: what is known of packs, shared with the stages.
  Renderer(Device device, std::unique_ptr<chain::StageMaker> stages, std::shared_ptr<chain::FaceScorer> faces = nullptr,
           std::shared_ptr<chain::Packs> packs = std::make_shared<chain::Packs>())
      : device_(std::move(device)), stages_(std::move(stages)), faces_(std::move(faces)), packs_(std::move(packs)) {}

  const Device& device() const { return device_; }

  // Outputs of stages are kept there from now on, and used again.
  void use_cache(std::unique_ptr<chain::StageCache> cache) { cache_ = std::move(cache); }

  // job_json: chain::to_json. Whatever is wrong with the job, its pack or the memory is a Failure; the renderer stays
  // fit for the next job unless Failure::exiting says otherwise.
  std::variant<chain::Drawn, chain::Failure> draw(const std::string& job_json, const chain::JobFiles& files,
                                                  const chain::StepSink& step);
  // For any thread, beside the draw of the next job.
  std::variant<chain::Rendered, chain::Failure> finish(chain::Drawn drawn) const;

 private:
  Device device_;
  std::unique_ptr<chain::StageMaker> stages_;
  std::shared_ptr<chain::FaceScorer> faces_;
  std::unique_ptr<chain::StageCache> cache_;
  std::shared_ptr<chain::Packs> packs_;
};

}  // namespace troupe::engine
