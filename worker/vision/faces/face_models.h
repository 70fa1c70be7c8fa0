// The face models of one pack: find faces, tell them apart, swap them. Pictures in and out; start reading here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/picture/picture.h"
#include "worker/vision/faces/detector.h"
#include "worker/vision/faces/embedder.h"
#include "worker/vision/faces/net.h"

namespace troupe::vision {

class Swapper;

struct SwapOptions {
  double weight = 0.5;  // 0..1: see blended_identity
  int boost = 1;        // 1, 2 or 4: the swapper's 128 pixels times this
  bool colour = false;  // the face takes the colours that were there: with_colours_of
};

// The names of the files in a folder of face models.
inline constexpr char kDetectorFile[] = "detector.onnx";
inline constexpr char kEmbedderFile[] = "embedder.onnx";
inline constexpr char kSwapperFile[] = "swapper.onnx";

// Each file is read when it is first needed. One thread at a time.
//
// Errors of every function: kNotFound and kCorrupt, naming the file, for a model that is missing or none of its form;
// kNoSpace. Pictures must pass check_picture; alpha is laid over white, and grey becomes RGB.
class FaceModels {
 public:
  FaceModels(std::string folder, std::unique_ptr<NetRuntime> runtime);
  ~FaceModels();

  // The surest first; at most limits::kMaxFaces.
  Result<std::vector<Face>> find(const picture::Picture& picture);

  Result<Embedding> embed(const picture::Picture& picture, const Face& face);

  // The RGB picture in which the face at `face` has become the one with the embedding `wanted`; pixels away from it are
  // as they were.
  Result<picture::Picture> swap(const picture::Picture& picture, const Face& face, const Embedding& wanted,
                                const SwapOptions& options);

  // Of the embedder: embeddings of different embedders have nothing to do with each other.
  Result<Digest> embedder_digest();

  // Seconds spent on reading models since the last call.
  double take_load_seconds();

 private:
  Result<Detector*> detector();
  Result<Embedder*> embedder();
  Result<Swapper*> swapper();
  template <typename Make>
  Status load(const char* name, Make make);

  std::string folder_;
  std::unique_ptr<NetRuntime> runtime_;
  std::optional<Detector> detector_;
  std::optional<Embedder> embedder_;
  std::unique_ptr<Swapper> swapper_;
  double load_seconds_ = 0;
};

}  // namespace troupe::vision
