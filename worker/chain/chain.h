// The stages of one job in their order, with the outputs that are known from before.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/domain/messages.h"
#include "worker/chain/stage.h"
#include "worker/chain/stage_cache.h"

namespace troupe::chain {

// What became of one stage in a pass.
struct StagePass {
  std::string name;
  Digest key;
  std::optional<std::uint32_t> seed;  // of a stage that draws noise
  bool reused = false;
  // Its output, where somebody asked for it: because it is new and the cache lacks it, or because it is to be kept.
  std::shared_ptr<const Frame> after;
};

// One way through the chain with one seed.
struct Pass {
  Frame frame;                       // after the last stage that ran
  std::vector<StagePass> stages;     // those that ran or were reused, in their order
  std::vector<StageTiming> timings;  // of them, also when one failed; "load": time spent on reading models
};

class Chain {
 public:
  // Makes every stage before any runs, and asks each what decides its output. kInvalid: a stage that this build does
  // not have (with those it has), a chain that does not begin with a picture, a mask that no stage before makes, a
  // reference that is not on this machine. `context`: the job, the pack and the references.
  static Result<Chain> make(const StageContext& context, StageMaker& maker);

  // How equal inputs give equal pixels: the numerics classes of the stages, or `device`'s where they name none.
  std::string numerics_class(const std::string& device) const;
  // What decides the outputs, a stage each.
  const std::vector<StageInputs>& inputs() const { return inputs_; }

  struct Options {
    StageCache* cache = nullptr;    // null: nothing is known from before, nothing new is wanted
    bool reuse = true;              // false: look for nothing in the cache
    std::vector<std::string> keep;  // names of stages whose output is wanted
  };
  // Runs the chain with context.seed, beginning behind the last stage whose output the cache has. The pass ends early
  // where a stage asks for another seed (pass.frame.refused). An error carries the name of its stage.
  Status run(StageContext& context, const Options& options, Pass& pass);

 private:
  // Keys and seeds of all stages for a seed.
  std::vector<StagePass> plan(std::uint32_t seed) const;
  // Where to begin: fills the pass with what the cache has.
  std::size_t resume(const Options& options, const std::vector<StagePass>& plan, Pass& pass) const;
  Status run_stage(std::size_t place, StageContext& context, Pass& pass);

  std::vector<manifest::StageJob> jobs_;
  std::vector<std::unique_ptr<Stage>> stages_;
  std::vector<StageInputs> inputs_;
};

}  // namespace troupe::chain
