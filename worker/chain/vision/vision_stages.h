// The stages that OpenCV computes, on the CPU: swap. And what the gates and inpaint ask of faces.
#pragma once

#include <memory>
#include <string>

#include "worker/chain/face_finder.h"
#include "worker/chain/face_scorer.h"
#include "worker/chain/packs.h"
#include "worker/chain/stage.h"

namespace troupe::chain {

struct VisionOptions {
  int threads = 0;  // of OpenCV; 0 leaves what it takes
};

// Models and the embeddings of references stay loaded as long as this lives. One thread at a time.
class VisionStages : public StageMaker {
 public:
  // Once in a process: sets OpenCV's threads.
  static std::unique_ptr<VisionStages> make(const VisionOptions& options, std::shared_ptr<Packs> packs);
  using StageMaker::make;

  // They live as long as this does.
  virtual FaceScorer& face_scorer() = 0;
  virtual FaceFinder& face_finder() = 0;
};

}  // namespace troupe::chain
