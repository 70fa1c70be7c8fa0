#include "worker/vision/faces/embedder.h"

#include <cmath>

#include "worker/vision/faces/alignment.h"
#include "worker/vision/faces/pixels.h"
#include "worker/vision/mat.h"

namespace troupe::vision {
namespace {

constexpr int kSide = 112;
constexpr float kMean = 127.5f;
constexpr float kScale = 127.5f;

}  // namespace

double cosine(const Embedding& a, const Embedding& b) {
  if (a.size() != b.size()) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return std::clamp(sum, -1.0, 1.0);
}

bool normalise(Embedding& embedding) {
  double square = 0;
  for (const float value : embedding) square += static_cast<double>(value) * static_cast<double>(value);
  if (!std::isfinite(square) || square <= 1e-20) return false;
  const double length = std::sqrt(square);
  for (float& value : embedding) value = static_cast<float>(value / length);
  return true;
}

Result<Embedder> Embedder::make(const OnnxFile& file, NetRuntime& runtime, std::string what) {
  const std::vector<std::int64_t>& dims = file.inputs().front().dims;
  const auto fits = [](std::int64_t dim, std::int64_t wanted) { return dim == 0 || dim == wanted; };
  if (file.inputs().size() != 1 || dims.size() != 4 || !fits(dims[0], 1) || !fits(dims[1], 3) ||
      !fits(dims[2], kSide) || !fits(dims[3], kSide)) {
    return Status(Code::kCorrupt, what + ": a face embedder takes one picture [1, 3, 112, 112]");
  }
  Embedder embedder;
  TROUPE_ASSIGN_OR_RETURN(embedder.net_, runtime.load(file, {kSide, kSide}, what));
  embedder.what_ = std::move(what);
  embedder.input_ = file.inputs().front().name;
  embedder.digest_ = file.digest();
  return embedder;
}

Result<Embedding> Embedder::embed(const picture::Picture& picture, const Face& face) {
  const auto to_crop = fit_similarity(face.points, embedder_points());
  if (!to_crop) return Status(Code::kInvalid, "the points of a face lie in one place");
  const picture::Picture rgb = picture.channels == 3 ? picture::Picture() : picture::to_rgb(picture);
  return catch_cv("tell a face from others", [&]() -> Result<Embedding> {
    const cv::Mat crop = crop_of(view(picture.channels == 3 ? picture : rgb), *to_crop, kSide);
    TROUPE_ASSIGN_OR_RETURN(const auto outputs, net_->run({{input_, planes_of(crop, kMean, kScale)}}));
    if (outputs.size() != 1 || outputs[0].values.size() != kEmbeddingLength) {
      return Status(Code::kCorrupt, what_ + ": the network does not give one embedding of 512 numbers");
    }
    Embedding embedding = outputs[0].values;
    if (!normalise(embedding)) return Status(Code::kCorrupt, what_ + ": the network gives numbers that are not finite");
    return embedding;
  });
}

}  // namespace troupe::vision
