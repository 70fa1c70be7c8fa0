// The stage `swap`: faces of the picture become that of a reference. Private to worker/chain/vision.
//
// metadata["stages"][name]:
//   result           "swapped" or "no_face"
//   faces            how many the picture shows
//   swapped          how many of them were swapped
//   identity_before  the least cosine of a swapped face to the reference's, -1..1
//   identity         the same in the picture that this stage gives, at the same points
#pragma once

#include <memory>

#include "worker/chain/stage.h"
#include "worker/chain/vision/face_packs.h"
#include "worker/chain/vision/reference_faces.h"

namespace troupe::chain {

// What all that looks at faces shares in one engine.
struct FaceDevice {
  FacePacks packs;
  ReferenceFaces references;
  std::string numerics_class;
};

// Parameters: those of `swap` in common/manifest/stage_schema.cpp. kInvalid names one that is missing, of a wrong type
// or value. `device` outlives the stage.
Result<std::unique_ptr<Stage>> make_swap(const nlohmann::json& parameters, FaceDevice& device);

}  // namespace troupe::chain
