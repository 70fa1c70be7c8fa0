// The stages of one job in their order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/domain/messages.h"
#include "worker/chain/stage.h"

namespace troupe::chain {

class Chain {
 public:
  // Makes every stage before any runs. kInvalid names a stage that this build does not have, with those it has.
  static Result<Chain> make(const std::vector<manifest::StageJob>& stages, StageMaker& maker);

  // Runs the stages over `frame`. Timings of the stages that ran are appended to `timings`, also when one fails; time
  // spent on reading models is an entry "load" of its own. An error carries the name of its stage.
  Status run(StageContext& context, Frame& frame, std::vector<StageTiming>& timings);

 private:
  struct Link {
    std::string name;
    std::unique_ptr<Stage> stage;
  };
  std::vector<Link> links_;
};

}  // namespace troupe::chain
