// What the gates must know of the faces in a picture, as an interface that knows no vision library.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "worker/chain/stage.h"

namespace troupe::chain {

struct FaceScores {
  int faces = 0;  // that the picture shows
  // By entry, in the order asked: the greatest cosine of any face in the picture to the face of the entry's reference,
  // -1..1; -1 where the picture shows none.
  std::vector<std::pair<std::string, double>> likeness;
};

class FaceScorer {
 public:
  virtual ~FaceScorer() = default;
  // Whether the pack at context.pack_folder has what it takes to score faces. Nothing is loaded.
  virtual bool can_score(const StageContext& context) const = 0;
  // Looks at frame.image. `entries` have references, whose files are in context.references. kInvalid: a reference that
  // shows no face or is no picture. Else errors as a Stage's. Adds what it waited for models to context.load_seconds.
  virtual Result<FaceScores> score(StageContext& context, const Frame& frame,
                                   const std::vector<manifest::JobEntry>& entries) = 0;
};

}  // namespace troupe::chain
