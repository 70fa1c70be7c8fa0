// One step of a chain, as an interface that knows no model library.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/chain/chain_job.h"
#include "worker/chain/frame.h"

namespace troupe::chain {

// Called after each step of a stage; `step` counts from 0 (about to begin) to `steps`. False: stop as soon as possible,
// with kCancelled.
using StepSink = std::function<bool(const std::string& stage, std::uint32_t step, std::uint32_t steps)>;

// What a stage may know beside its own parameters.
struct StageContext {
  const ChainJob& job;
  std::string pack_folder;
  std::uint32_t seed = 0;  // of this attempt: the cell's, or one derived from it when a gate said no
  StepSink step;
  std::string numerics_class;  // the device's; a stage that computes in another dtype says so here
  double load_seconds = 0;     // a stage adds what it waited for models to be read
};

// Stages keep no state from one job to the next, but for models in a cache of their maker's.
//
// run's errors decide whose fault a failure is (fault.h): kInvalid and kTooLarge blame the job's parameters, kNotFound
// and kCorrupt the model's files, kNoSpace too little memory on this machine, kCancelled nobody.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual Status run(StageContext& context, Frame& frame) = 0;
};

// Makes the stages that a build has.
class StageMaker {
 public:
  virtual ~StageMaker() = default;
  // "generate", ...: for messages.
  virtual std::vector<std::string> kinds() const = 0;
  // kInvalid names a parameter that cannot be used. Needs a kind out of kinds(); no model is read yet.
  virtual Result<std::unique_ptr<Stage>> make(const manifest::StageJob& stage) = 0;
};

}  // namespace troupe::chain
