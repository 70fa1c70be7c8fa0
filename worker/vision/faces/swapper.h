// Redraws an aligned face with the features of another.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>

#include "worker/vision/faces/face.h"
#include "worker/vision/faces/net.h"

namespace troupe::vision {

// A network of the inswapper form (insightface/model_zoo/inswapper.py): the face aligned to the 128 template, RGB 0..1,
// as [1, 3, 128, 128], and a latent [1, 512] in; the same crop with the other face out. The latent is
// normalise(embedding * emap), with emap the 512 x 512 matrix that is the file's last initializer.
class Swapper {
 public:
  static constexpr int kSide = 128;

  // kCorrupt: other inputs than [1, 3, 128, 128] and [1, 512], or no emap. `what` begins messages: the file's path.
  static Result<Swapper> make(const OnnxFile& file, NetRuntime& runtime, std::string what);

  // `crop`: CV_8UC3 of 128 * boost pixels a side, aligned to swapper_points(boost); gives another of that size. With a
  // boost above 1 the crop's interleaved sub-grids (every boost-th pixel) go through the network one after the other.
  // kCorrupt: the network gives something else than a picture.
  Result<cv::Mat> swap(const cv::Mat& crop, int boost, const Embedding& identity);

  const Digest& digest() const { return digest_; }

 private:
  Swapper() = default;
  Result<Tensor> latent_of(const Embedding& identity) const;

  std::unique_ptr<Net> net_;
  std::string what_;
  std::string target_;  // names of the inputs
  std::string source_;
  OnnxMatrix emap_;
  Digest digest_;
};

// What the swapper is asked to draw: of the wanted face, normalised, and the face that is there, by `weight` 0..1.
// .5 is the wanted face itself; 1 goes past it, away from the face that is there, by .35; 0 stops .35 before it
// (FaceFusion's face swapper weight).
Embedding blended_identity(const Embedding& wanted, const Embedding& there, double weight);

}  // namespace troupe::vision
