#include "worker/chain/stage_makers.h"

#include <algorithm>

namespace troupe::chain {

std::vector<std::string> StageMakers::kinds() const {
  std::vector<std::string> kinds;
  for (const auto& maker : makers_) {
    for (std::string& kind : maker->kinds()) kinds.push_back(std::move(kind));
  }
  return kinds;
}

Result<std::unique_ptr<Stage>> StageMakers::make(const manifest::StageJob& stage) {
  for (const auto& maker : makers_) {
    const std::vector<std::string> kinds = maker->kinds();
    if (std::ranges::find(kinds, stage.kind) != kinds.end()) return maker->make(stage);
  }
  return Status(Code::kInvalid, "this engine has no stage \"" + stage.kind + "\"");
}

}  // namespace troupe::chain
