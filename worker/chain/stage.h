// One step of a chain, as an interface that knows no model library.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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
  std::string stage;           // the name of the stage at hand
  // What the stage at hand draws its noise from: `seed` for the first stage that draws any, derive_seed(seed, its place
  // in the chain) for later ones.
  std::uint32_t stage_seed = 0;
  std::map<Digest, std::string> references;  // files on this machine, by the digest of their bytes
};

// What decides a stage's output, beside its parameters and the frame that it is given.
struct StageInputs {
  std::vector<ModelFile> files;    // that it loads, by the pack's lock; nothing is read for this
  std::vector<Digest> references;  // that it looks at
  bool seeded = false;             // it draws noise from StageContext::stage_seed
  int numerics_version = 1;        // raised by hand when the stage comes to compute other pixels
  std::string numerics_class;      // of its device and dtype; empty where every machine gives the same bytes
};

// Stages keep no state from one job to the next, but for models in a cache of their maker's.
//
// Errors decide whose fault a failure is (fault.h): kInvalid and kTooLarge blame the job's parameters, kNotFound and
// kCorrupt the model's files, kNoSpace too little memory on this machine, kCancelled nobody.
class Stage {
 public:
  virtual ~Stage() = default;
  // Without loading a model; of the context only the job, the pack and the references count.
  virtual Result<StageInputs> inputs(const StageContext& context) const = 0;
  // Refuses what can be known to be wrong before a device works for nothing: called for each stage that is about to
  // run, in their order, before the first of them. May load models.
  virtual Status prepare(StageContext&) { return {}; }
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
