// What tells a face from others, as 512 numbers.
#pragma once

#include <memory>
#include <string>

#include "common/picture/picture.h"
#include "worker/vision/faces/face.h"
#include "worker/vision/faces/net.h"

namespace troupe::vision {

// A network of the ArcFace form (Deng et al. 2019; insightface/model_zoo/arcface_onnx.py): the face aligned to
// arcface112, RGB (value - 127.5) / 127.5, [1, 3, 112, 112] in, [1, 512] out.
class Embedder {
 public:
  // kCorrupt: not one input [1, 3, 112, 112]. `what` begins messages: the file's path.
  static Result<Embedder> make(const OnnxFile& file, NetRuntime& runtime, std::string what);

  // kInvalid: the face's points lie in one place. kCorrupt: the network gives something else than 512 numbers, or
  // numbers that are not finite.
  Result<Embedding> embed(const picture::Picture& picture, const Face& face);

  const Digest& digest() const { return digest_; }

 private:
  Embedder() = default;

  std::unique_ptr<Net> net_;
  std::string what_;
  std::string input_;
  Digest digest_;
};

inline constexpr std::size_t kEmbeddingLength = 512;

// Brings it to length 1; false where it has none, or is not finite.
bool normalise(Embedding& embedding);

}  // namespace troupe::vision
