#include "worker/chain/vision/vision_stages.h"

#include "common/base/numerics.h"
#include "worker/chain/device_facts.h"
#include "worker/chain/vision/face_questions.h"

namespace troupe::chain {
namespace {

class Stages final : public VisionStages {
 public:
  Stages(std::shared_ptr<Packs> packs, std::string numerics_class)
      : device_{FacePacks(std::move(packs)), {}, std::move(numerics_class)} {}

  std::vector<std::string> kinds() const override { return {"swap"}; }
  Result<std::unique_ptr<Stage>> make(const manifest::StageJob& stage) override {
    return make_swap(stage.parameters, device_);
  }
  FaceScorer& face_scorer() override { return scorer_; }
  FaceFinder& face_finder() override { return finder_; }

 private:
  FaceDevice device_;
  PackFaceScorer scorer_{device_};
  PackFaceFinder finder_{device_};
};

}  // namespace

std::unique_ptr<VisionStages> VisionStages::make(const VisionOptions& options, std::shared_ptr<Packs> packs) {
  if (options.threads > 0) vision::set_cv_threads(options.threads);
  return std::make_unique<Stages>(
      std::move(packs), "n" + std::to_string(kNumericsVersion) + " " + vision::cv_runtime_name() + " " + cpu_class());
}

}  // namespace troupe::chain
