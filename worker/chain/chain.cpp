#include "worker/chain/chain.h"

#include <algorithm>
#include <chrono>

namespace troupe::chain {
namespace {

using Seconds = std::chrono::duration<double>;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

Result<Chain> Chain::make(const std::vector<manifest::StageJob>& stages, StageMaker& maker) {
  const std::vector<std::string> kinds = maker.kinds();
  for (const manifest::StageJob& stage : stages) {
    if (std::find(kinds.begin(), kinds.end(), stage.kind) == kinds.end()) {
      return Status(Code::kInvalid, "this engine has no stage \"" + stage.kind + "\"; it has: " + joined(kinds));
    }
  }
  Chain chain;
  for (const manifest::StageJob& stage : stages) {
    auto made = maker.make(stage);
    if (!made.ok()) return made.status().with_context(stage.name);
    chain.links_.push_back({stage.name, std::move(made).value()});
  }
  return chain;
}

Status Chain::run(StageContext& context, Frame& frame, std::vector<StageTiming>& timings) {
  bool drawn = false;
  for (std::size_t place = 0; place < links_.size() && !frame.refused; ++place) {
    const Link& link = links_[place];
    context.load_seconds = 0;
    context.stage = link.name;
    TROUPE_ASSIGN_OR_RETURN(const StageInputs inputs, link.stage->inputs(context));
    context.stage_seed = drawn ? derive_seed(context.seed, static_cast<std::uint32_t>(place)) : context.seed;
    drawn = drawn || inputs.seeded;
    const auto begin = std::chrono::steady_clock::now();
    const Status status = link.stage->run(context, frame);
    const double seconds = Seconds(std::chrono::steady_clock::now() - begin).count();
    if (context.load_seconds > 0) timings.push_back({"load", context.load_seconds, false});
    timings.push_back({link.name, std::max(0.0, seconds - context.load_seconds), false});
    if (!status.ok()) return status.with_context(link.name);
  }
  return {};
}

}  // namespace troupe::chain
