#include "worker/chain/chain.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "worker/chain/chain_checks.h"
#include "worker/chain/stage_key.h"

namespace troupe::chain {
namespace {

using Seconds = std::chrono::duration<double>;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

Status check_references(const StageInputs& inputs, const StageContext& context) {
  for (const Digest& reference : inputs.references) {
    if (context.references.contains(reference)) continue;
    return Status(Code::kInvalid, "the reference picture " + reference.hex() + " is not on this machine");
  }
  return {};
}

}  // namespace

Result<Chain> Chain::make(const StageContext& context, StageMaker& maker) {
  Chain chain;
  chain.jobs_ = context.job.job.stages;
  TROUPE_RETURN_IF_ERROR(check_stages(chain.jobs_, maker.kinds()));
  for (const manifest::StageJob& job : chain.jobs_) {
    auto made = maker.make(job);
    if (!made.ok()) return made.status().with_context(job.name);
    chain.stages_.push_back(std::move(made).value());
  }
  for (std::size_t place = 0; place < chain.stages_.size(); ++place) {
    auto inputs = chain.stages_[place]->inputs(context);
    const Status status = inputs.ok() ? check_references(*inputs, context) : inputs.status();
    if (!status.ok()) return status.with_context(chain.jobs_[place].name);
    chain.inputs_.push_back(std::move(inputs).value());
  }
  return chain;
}

std::string Chain::numerics_class(const std::string& device) const {
  std::vector<std::string> classes;
  for (const StageInputs& inputs : inputs_) {
    if (!inputs.numerics_class.empty() && !contains(classes, inputs.numerics_class)) {
      classes.push_back(inputs.numerics_class);
    }
  }
  std::string text;
  for (const std::string& one : classes) text += (text.empty() ? "" : "; ") + one;
  return text.empty() ? device : text;
}

std::vector<StagePass> Chain::plan(std::uint32_t seed) const {
  std::vector<StagePass> plan;
  bool drawn = false;
  for (std::size_t place = 0; place < jobs_.size(); ++place) {
    StagePass pass;
    pass.name = jobs_[place].name;
    if (inputs_[place].seeded) {
      pass.seed = drawn ? derive_seed(seed, static_cast<std::uint32_t>(place)) : seed;
      drawn = true;
    }
    const std::optional<Digest> upstream = place == 0 ? std::nullopt : std::optional(plan.back().key);
    pass.key = stage_key(jobs_[place], inputs_[place], upstream, pass.seed);
    plan.push_back(std::move(pass));
  }
  return plan;
}

std::size_t Chain::resume(const Options& options, const std::vector<StagePass>& plan, Pass& pass) const {
  if (!options.cache || !options.reuse) return 0;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t end = plan.size(); end > 0; --end) {
    auto frame = options.cache->get(plan[end - 1].key);
    if (!frame) continue;
    pass.frame = std::move(*frame);
    pass.stages.assign(plan.begin(), plan.begin() + static_cast<std::ptrdiff_t>(end));
    // What is to be kept of the stages before must be there too, or the chain begins before the one that is not.
    std::size_t missing = end;
    for (std::size_t place = end; place-- > 0;) {
      StagePass& stage = pass.stages[place];
      stage.reused = true;
      if (!contains(options.keep, stage.name)) continue;
      auto kept = place + 1 == end ? std::optional(pass.frame) : options.cache->get(stage.key);
      if (kept) {
        stage.after = std::make_shared<const Frame>(std::move(*kept));
      } else {
        missing = place;
      }
    }
    if (missing == end) {
      for (const StagePass& stage : pass.stages) pass.timings.push_back({stage.name, 0, true});
      pass.timings.back().seconds = Seconds(std::chrono::steady_clock::now() - begin).count();
      return end;
    }
    pass = Pass();
    end = missing + 1;
  }
  return 0;
}

Status Chain::run_stage(std::size_t place, StageContext& context, Pass& pass) {
  context.load_seconds = 0;
  context.stage = jobs_[place].name;
  const auto begin = std::chrono::steady_clock::now();
  const Status status = stages_[place]->run(context, pass.frame);
  const double seconds = Seconds(std::chrono::steady_clock::now() - begin).count();
  if (context.load_seconds > 0) pass.timings.push_back({kLoadTiming, context.load_seconds, false});
  pass.timings.push_back({context.stage, std::max(0.0, seconds - context.load_seconds), false});
  return status.ok() ? status : status.with_context(context.stage);
}

Status Chain::run(StageContext& context, const Options& options, Pass& pass) {
  const std::vector<StagePass> planned = plan(context.seed);
  pass = Pass();
  std::size_t place = resume(options, planned, pass);
  if (place == 0) pass.frame.info.seed = context.seed;
  for (std::size_t ahead = place; ahead < stages_.size(); ++ahead) {
    const Status status = stages_[ahead]->prepare(context);
    if (!status.ok()) return status.with_context(jobs_[ahead].name);
  }
  for (; place < stages_.size() && !pass.frame.refused; ++place) {
    context.stage_seed = planned[place].seed.value_or(0);
    TROUPE_RETURN_IF_ERROR(run_stage(place, context, pass));
    pass.stages.push_back(planned[place]);
    const bool cached = options.cache && StageCache::takes(pass.frame);
    if (cached || contains(options.keep, context.stage)) {
      pass.stages.back().after = std::make_shared<const Frame>(pass.frame);
    }
  }
  return {};
}

}  // namespace troupe::chain
