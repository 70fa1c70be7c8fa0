// The faces of references, as embeddings: computed once for a picture and an embedder. Private to worker/chain/vision.
#pragma once

#include <list>
#include <utility>

#include "worker/chain/stage.h"
#include "worker/vision/faces/face_models.h"

namespace troupe::chain {

class ReferenceFaces {
 public:
  // Of the largest face in the picture of entry.reference, which must be there. kInvalid, beginning with the
  // reference's path: no picture that can be read, no face in it, other bytes than the manifest's digest says.
  // kInternal: its file has not come to this machine. Else errors as those of FaceModels.
  Result<vision::Embedding> get(const StageContext& context, const manifest::JobEntry& entry,
                                vision::FaceModels& models);

 private:
  static constexpr std::size_t kKept = 1000;
  using Key = std::pair<Digest, Digest>;  // of the picture's bytes, of the embedder

  std::list<std::pair<Key, vision::Embedding>> known_;  // the one used last first
};

}  // namespace troupe::chain
