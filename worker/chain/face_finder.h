// Where faces are in a picture, as an interface that knows no vision library: what `protect_face` of inpaint asks.
#pragma once

#include <vector>

#include "worker/chain/stage.h"

namespace troupe::chain {

// Pixels of the picture; inside of it, with an area.
struct FaceBox {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const FaceBox&) const = default;
};

class FaceFinder {
 public:
  virtual ~FaceFinder() = default;
  // The files that find() loads, by the pack's lock; empty where the pack has no models of faces: find() then finds
  // none. Nothing is loaded. Errors as those of read_pack_facts.
  virtual Result<std::vector<ModelFile>> files(const StageContext& context) const = 0;
  // The faces of the picture, the surest first. Errors as a Stage's. Adds what it waited for models to
  // context.load_seconds.
  virtual Result<std::vector<FaceBox>> find(StageContext& context, const picture::Picture& image) = 0;
};

}  // namespace troupe::chain
