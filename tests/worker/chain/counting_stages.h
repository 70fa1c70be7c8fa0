// The fake stages with a count of what runs.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_engine/fake_stages.h"

namespace troupe::chain::testing {

class CountingStages final : public StageMaker {
 public:
  std::vector<std::string> kinds() const override { return fakes_->kinds(); }
  Result<std::unique_ptr<Stage>> make(const manifest::StageJob& job) override {
    TROUPE_ASSIGN_OR_RETURN(auto stage, fakes_->make(job));
    return std::unique_ptr<Stage>(std::make_unique<Counting>(std::move(stage), runs[job.name], more_inputs));
  }

  std::map<std::string, int> runs;  // by the stage's name
  StageInputs more_inputs;          // a numerics version and class, files and references that every stage says it has

 private:
  class Counting final : public Stage {
   public:
    Counting(std::unique_ptr<Stage> stage, int& runs, const StageInputs& more)
        : stage_(std::move(stage)), runs_(runs), more_(more) {}
    Result<StageInputs> inputs(const StageContext& context) const override {
      TROUPE_ASSIGN_OR_RETURN(StageInputs inputs, stage_->inputs(context));
      inputs.files.insert(inputs.files.end(), more_.files.begin(), more_.files.end());
      inputs.references = more_.references;
      inputs.numerics_version = more_.numerics_version;
      inputs.numerics_class = more_.numerics_class;
      return inputs;
    }
    Status run(StageContext& context, Frame& frame) override {
      ++runs_;
      return stage_->run(context, frame);
    }

   private:
    std::unique_ptr<Stage> stage_;
    int& runs_;
    const StageInputs& more_;
  };

  std::unique_ptr<StageMaker> fakes_ = troupe::testing::make_fake_stages();
};

}  // namespace troupe::chain::testing
