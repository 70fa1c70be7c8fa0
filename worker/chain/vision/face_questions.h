// What the gates and inpaint ask of faces. Private to worker/chain/vision.
#pragma once

#include "worker/chain/face_finder.h"
#include "worker/chain/face_scorer.h"
#include "worker/chain/vision/swap.h"

namespace troupe::chain {

// Both take the pack's first face model. The device outlives them.
class PackFaceScorer final : public FaceScorer {
 public:
  explicit PackFaceScorer(FaceDevice& device) : device_(device) {}

  bool can_score(const StageContext& context) const override;
  Result<FaceScores> score(StageContext& context, const Frame& frame,
                           const std::vector<manifest::JobEntry>& entries) override;

 private:
  FaceDevice& device_;
};

class PackFaceFinder final : public FaceFinder {
 public:
  explicit PackFaceFinder(FaceDevice& device) : device_(device) {}

  Result<std::vector<ModelFile>> files(const StageContext& context) const override;
  Result<std::vector<FaceBox>> find(StageContext& context, const picture::Picture& image) override;

 private:
  FaceDevice& device_;
};

}  // namespace troupe::chain
