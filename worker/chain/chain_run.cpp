#include "worker/chain/chain_run.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <optional>

#include "common/base/limits.h"
#include "common/picture/png.h"
#include "worker/chain/chain.h"
#include "worker/chain/finish.h"
#include "worker/chain/gates.h"

namespace troupe::chain {
namespace {

using Json = nlohmann::ordered_json;

void add_timing(std::vector<StageTiming>& sums, const std::string& stage, double seconds) {
  const auto found = std::find_if(sums.begin(), sums.end(), [&](const auto& sum) { return sum.stage == stage; });
  if (found != sums.end()) {
    found->seconds += seconds;
  } else if (sums.size() < limits::kMaxTimings) {
    sums.push_back({stage, seconds, false});
  }
}

class JobRun {
 public:
  explicit JobRun(StageContext context) : job_(context.job), context_(std::move(context)) {}

  Result<Rendered> run(StageMaker& maker) {
    TROUPE_RETURN_IF_ERROR(check_gates(job_.gates));
    TROUPE_ASSIGN_OR_RETURN(Chain chain, Chain::make(job_.job.stages, maker));
    Frame frame;
    std::optional<std::string> refusal;
    for (int attempt = 0; attempt <= job_.reseed; ++attempt) {
      TROUPE_RETURN_IF_ERROR(try_seed(chain, attempt, frame));
      refusal = frame.refused ? frame.refused : refused(job_.gates, frame);
      tries_.push_back({{"seed", context_.seed}, {"scores", frame.metadata.value("gates", Json::object())}});
      if (!refusal) break;
    }
    return finish(frame, refusal);
  }

 private:
  Status try_seed(Chain& chain, int attempt, Frame& frame) {
    context_.seed = attempt == 0 ? job_.job.seed : derive_seed(job_.job.seed, static_cast<std::uint32_t>(attempt));
    frame = Frame();
    frame.info.seed = context_.seed;
    std::vector<StageTiming> timings;
    const Status status = chain.run(context_, frame, timings);
    for (const StageTiming& timing : timings) add_timing(timings_, timing.stage, timing.seconds);
    return status;
  }

  Result<Rendered> finish(Frame& frame, const std::optional<std::string>& refusal) {
    const auto begin = std::chrono::steady_clock::now();
    TROUPE_ASSIGN_OR_RETURN(std::string png, finished_png(frame, job_));
    add_timing(timings_, "encode", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    Rendered rendered;
    JobResult& result = rendered.result;
    result.outcome = refusal ? Outcome::kRejected : Outcome::kDone;
    if (refusal) result.reason = *refusal;
    result.artifacts.push_back({"image", sha256(png), png.size(), "image/png"});
    result.pixel_digest = picture::pixel_digest(frame.image);
    result.effective_seed = context_.seed;
    result.numerics_class = context_.numerics_class;
    result.timings = timings_;
    if (tries_.size() > 1) frame.metadata["tries"] = tries_;
    for (const ModelFile& model : frame.models) frame.metadata["models"][model.path] = model.digest.hex();
    result.metadata_json = frame.metadata.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (result.metadata_json.size() > limits::kMaxResultBytes) {
      return Status(Code::kTooLarge, "the result's metadata is longer than a result may carry");
    }
    rendered.files.push_back(std::move(png));
    return rendered;
  }

  const ChainJob& job_;
  StageContext context_;
  std::vector<StageTiming> timings_;
  Json tries_ = Json::array();
};

}  // namespace

std::variant<Rendered, Failure> run_job(const ChainJob& job, const std::string& pack_folder,
                                        const std::string& numerics_class, StageMaker& maker, const StepSink& step) {
  const auto begin = std::chrono::steady_clock::now();
  StageContext context{job, pack_folder, job.job.seed, step, numerics_class, 0, {}, 0, {}};
  try {
    auto rendered = JobRun(std::move(context)).run(maker);
    if (!rendered.ok()) return failure_of(rendered.status());
    rendered->result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return std::move(rendered).value();
  } catch (const std::bad_alloc&) {
    return failure_of(Status(Code::kNoSpace, "the job needs more memory than there is"));
  } catch (const std::exception& error) {
    return failure_of(Status(Code::kInternal, error.what()));
  }
}

}  // namespace troupe::chain
