// Several makers of stages as one: what an engine of several model libraries has.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "worker/chain/stage.h"

namespace troupe::chain {

class StageMakers final : public StageMaker {
 public:
  explicit StageMakers(std::vector<std::shared_ptr<StageMaker>> makers) : makers_(std::move(makers)) {}

  std::vector<std::string> kinds() const override;
  // By the first maker that has the kind.
  Result<std::unique_ptr<Stage>> make(const manifest::StageJob& stage) override;

 private:
  std::vector<std::shared_ptr<StageMaker>> makers_;
};

}  // namespace troupe::chain
