#include "worker/chain/chain_run.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "common/base/limits.h"
#include "worker/chain/gates.h"

namespace troupe::chain {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Of several tries a stage counts as reused when it ran in none of them.
void add_timing(std::vector<StageTiming>& sums, const StageTiming& timing) {
  const auto found = std::ranges::find(sums, timing.stage, &StageTiming::stage);
  if (found != sums.end()) {
    found->seconds += timing.seconds;
    found->reused = found->reused && timing.reused;
  } else if (sums.size() < limits::kMaxTimings) {
    sums.push_back(timing);
  }
}

constexpr std::size_t kMostFreshBytes = 512u << 20;

using FreshFrames = decltype(Drawn::fresh);

std::size_t bytes_of(const FreshFrames& fresh) {
  std::size_t bytes = 0;
  for (const auto& [key, frame] : fresh) bytes += frame->bytes();
  return bytes;
}

// Best effort. Empties the list.
void keep_fresh(FreshFrames& fresh, StageCache& cache) {
  for (const auto& [key, frame] : std::exchange(fresh, {})) {
    try {
      static_cast<void>(cache.put(key, *frame));
    } catch (const std::exception&) {
      return;  // of memory that ran out, like that of a disk, the job knows nothing
    }
  }
}

class Drawing {
 public:
  Drawing(ChainJob job, const JobFiles& files, const ChainTools& tools, const StepSink& step)
      : tools_(tools),
        options_{tools.cache, files.reuse, job.keep},
        drawn_{std::move(job)},
        context_{drawn_.job, files.pack_folder, drawn_.job.job.seed, step, tools.numerics_class, 0, {},
                 0,          files.references} {
    // Masks stay in the frame from the stage that makes them on.
    std::erase(options_.keep, kKeepMasks);
  }

  Result<Drawn> run() {
    const auto begin = Clock::now();
    TROUPE_ASSIGN_OR_RETURN(Chain chain, Chain::make(context_, tools_.stages));
    TROUPE_ASSIGN_OR_RETURN(const GateRules rules, gate_rules(context_, tools_.faces, tools_.packs));
    drawn_.numerics_class = chain.numerics_class(tools_.numerics_class);
    Pass pass;
    for (int attempt = 0; attempt <= drawn_.job.reseed; ++attempt) {
      TROUPE_RETURN_IF_ERROR(try_seed(chain, rules, attempt, pass));
      if (!drawn_.refusal) break;
    }
    record(chain, pass);
    drawn_.frame = std::move(pass.frame);
    drawn_.seconds = since(begin);
    return std::move(drawn_);
  }

 private:
  Status try_seed(Chain& chain, const GateRules& rules, int attempt, Pass& pass) {
    const std::uint32_t seed = drawn_.job.job.seed;
    context_.seed = attempt == 0 ? seed : derive_seed(seed, static_cast<std::uint32_t>(attempt));
    drawn_.seed = context_.seed;
    TROUPE_RETURN_IF_ERROR(chain.run(context_, options_, pass));
    for (const StageTiming& timing : pass.timings) add_timing(drawn_.timings, timing);
    for (const StagePass& stage : pass.stages) {
      if (!stage.reused && stage.after && tools_.cache) drawn_.fresh.emplace_back(stage.key, stage.after);
    }
    // Many seeds of large pictures would fill the memory.
    if (tools_.cache && bytes_of(drawn_.fresh) > kMostFreshBytes) keep_fresh(drawn_.fresh, *tools_.cache);
    TROUPE_RETURN_IF_ERROR(judge(rules, pass.frame));
    Json one{{"seed", context_.seed}, {"scores", pass.frame.metadata.value("gates", Json::object())}};
    if (drawn_.refusal) one["refused"] = *drawn_.refusal;
    drawn_.tries.push_back(std::move(one));
    return {};
  }

  Status judge(const GateRules& rules, Frame& frame) {
    const auto begin = Clock::now();
    context_.load_seconds = 0;
    if (frame.refused) {
      drawn_.refusal = frame.refused;
      return {};
    }
    TROUPE_ASSIGN_OR_RETURN(drawn_.refusal, refused(rules, context_, frame));
    if (context_.load_seconds > 0) add_timing(drawn_.timings, {kLoadTiming, context_.load_seconds, false});
    add_timing(drawn_.timings, {kGatesTiming, std::max(0.0, since(begin) - context_.load_seconds), false});
    return {};
  }

  void record(const Chain& chain, const Pass& pass) {
    for (std::size_t place = 0; place < pass.stages.size(); ++place) {
      const manifest::StageJob& job = drawn_.job.job.stages[place];
      drawn_.stages.push_back(
          {job.name, job.kind, job.parameters, pass.stages[place].seed, chain.inputs()[place].files});
      if (std::ranges::find(options_.keep, job.name) == options_.keep.end()) continue;
      drawn_.kept.push_back({job.name, pass.stages[place].after, drawn_.stages});
    }
  }

  const ChainTools& tools_;
  Chain::Options options_;
  Drawn drawn_;
  StageContext context_;
};

class Finishing {
 public:
  explicit Finishing(Drawn drawn) : drawn_(std::move(drawn)) {}

  Result<Rendered> run() {
    const auto begin = Clock::now();
    score_pixels(drawn_.frame);
    TROUPE_RETURN_IF_ERROR(add("image", finished_png(drawn_.frame, drawn_.job, drawn_.stages)));
    TROUPE_RETURN_IF_ERROR(add_kept());
    JobResult& result = rendered_.result;
    result.outcome = drawn_.refusal ? Outcome::kRejected : Outcome::kDone;
    if (drawn_.refusal) result.reason = *drawn_.refusal;
    result.pixel_digest = picture::pixel_digest(drawn_.frame.image);
    result.effective_seed = drawn_.seed;
    result.numerics_class = drawn_.numerics_class;
    TROUPE_RETURN_IF_ERROR(add_metadata());
    result.timings = std::move(drawn_.timings);
    add_timing(result.timings, {kEncodeTiming, since(begin), false});
    result.seconds = drawn_.seconds + since(begin);
    result.peak_memory_bytes = drawn_.peak_memory_bytes;
    return std::move(rendered_);
  }

 private:
  Status add(const std::string& name, Result<std::string> png) {
    if (!png.ok()) return png.status().with_context(name);
    rendered_.result.artifacts.push_back({name, sha256(*png), png->size(), "image/png"});
    rendered_.files.push_back(std::move(png).value());
    return {};
  }

  Status add_kept() {
    const ChainJob& job = drawn_.job;
    for (const KeptFrame& kept : drawn_.kept) {
      TROUPE_RETURN_IF_ERROR(add(kept.stage, finished_png(*kept.frame, job, kept.stages)));
    }
    if (std::ranges::find(job.keep, kKeepMasks) == job.keep.end()) return {};
    for (const auto& [name, mask] : drawn_.frame.masks) {
      if (rendered_.files.size() == limits::kMaxArtifacts) {
        return Status(Code::kTooLarge, "keep: a result carries at most " + std::to_string(limits::kMaxArtifacts) +
                                           " pictures; keep fewer");
      }
      TROUPE_RETURN_IF_ERROR(add("mask-" + name, finished_mask_png(drawn_.frame, name, job, drawn_.stages)));
    }
    return {};
  }

  Status add_metadata() {
    Json& metadata = drawn_.frame.metadata;
    if (drawn_.tries.size() > 1) metadata["tries"] = std::move(drawn_.tries);
    for (const StageRecord& stage : drawn_.stages) {
      for (const ModelFile& file : stage.files) metadata["models"][file.path] = file.digest.hex();
    }
    for (const ModelFile& model : drawn_.frame.models) metadata["models"][model.path] = model.digest.hex();
    rendered_.result.metadata_json = metadata.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (rendered_.result.metadata_json.size() <= limits::kMaxResultBytes) return {};
    return Status(Code::kTooLarge, "the result's metadata is longer than a result may carry");
  }

  Drawn drawn_;
  Rendered rendered_;
};

// A Result as a variant; what a library throws is the job's failure, not the engine's.
template <typename Value, typename Body>
std::variant<Value, Failure> guarded(Body body) {
  try {
    Result<Value> result = body();
    if (!result.ok()) return failure_of(result.status());
    return std::move(result).value();
  } catch (const std::bad_alloc&) {
    return failure_of(Status(Code::kNoSpace, "the job needs more memory than there is"));
  } catch (const std::exception& error) {
    return failure_of(Status(Code::kInternal, error.what()));
  }
}

}  // namespace

std::variant<Drawn, Failure> draw_job(ChainJob job, const JobFiles& files, const ChainTools& tools,
                                      const StepSink& step) {
  return guarded<Drawn>([&] { return Drawing(std::move(job), files, tools, step).run(); });
}

std::variant<Rendered, Failure> finish_job(Drawn drawn, StageCache* cache) {
  if (cache) keep_fresh(drawn.fresh, *cache);
  return guarded<Rendered>([&] { return Finishing(std::move(drawn)).run(); });
}

std::variant<Rendered, Failure> run_job(ChainJob job, const JobFiles& files, const ChainTools& tools,
                                        const StepSink& step) {
  auto drawn = draw_job(std::move(job), files, tools, step);
  if (const auto* failure = std::get_if<Failure>(&drawn)) return *failure;
  return finish_job(std::move(std::get<Drawn>(drawn)), tools.cache);
}

}  // namespace troupe::chain
