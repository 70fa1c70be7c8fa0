#include "worker/vision/faces/swapper.h"

#include "worker/vision/faces/embedder.h"
#include "worker/vision/faces/pixels.h"

namespace troupe::vision {
namespace {

constexpr double kMostBlend = 0.35;
constexpr auto kLength = static_cast<std::int64_t>(kEmbeddingLength);

bool matches(const std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& wanted) {
  if (dims.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] != 0 && dims[i] != wanted[i]) return false;
  }
  return true;
}

// Every boost-th pixel of `crop`, from (x, y) on.
cv::Mat sub_grid(const cv::Mat& crop, int boost, int x, int y) {
  cv::Mat grid(Swapper::kSide, Swapper::kSide, CV_8UC3);
  for (int row = 0; row < grid.rows; ++row) {
    for (int column = 0; column < grid.cols; ++column) {
      grid.at<cv::Vec3b>(row, column) = crop.at<cv::Vec3b>(row * boost + y, column * boost + x);
    }
  }
  return grid;
}

void put_sub_grid(const cv::Mat& grid, int boost, int x, int y, cv::Mat& crop) {
  for (int row = 0; row < grid.rows; ++row) {
    for (int column = 0; column < grid.cols; ++column) {
      crop.at<cv::Vec3b>(row * boost + y, column * boost + x) = grid.at<cv::Vec3b>(row, column);
    }
  }
}

}  // namespace

Result<Swapper> Swapper::make(const OnnxFile& file, NetRuntime& runtime, std::string what) {
  Swapper swapper;
  for (const OnnxInput& input : file.inputs()) {
    if (matches(input.dims, {1, 3, kSide, kSide})) swapper.target_ = input.name;
    if (matches(input.dims, {1, kLength})) swapper.source_ = input.name;
  }
  if (file.inputs().size() != 2 || swapper.target_.empty() || swapper.source_.empty()) {
    return Status(Code::kCorrupt, what + ": a face swapper takes a picture [1, 3, 128, 128] and a latent [1, 512]");
  }
  auto emap = file.last_initializer();
  if (!emap.ok()) return emap.status().with_context(what);
  if (emap->rows != kLength || emap->columns != kLength) {
    return Status(Code::kCorrupt, what + ": the last initializer is not the 512 x 512 matrix from embedding to latent");
  }
  swapper.emap_ = std::move(emap).value();
  TROUPE_ASSIGN_OR_RETURN(swapper.net_, runtime.load(file, {kSide, kSide}, what));
  swapper.what_ = std::move(what);
  swapper.digest_ = file.digest();
  return swapper;
}

Result<Tensor> Swapper::latent_of(const Embedding& identity) const {
  if (identity.size() != kEmbeddingLength) return Status(Code::kInternal, "an identity is 512 numbers");
  std::vector<double> sums(kEmbeddingLength, 0.0);
  for (std::size_t i = 0; i < kEmbeddingLength; ++i) {
    const float* row = emap_.values.data() + i * kEmbeddingLength;
    for (std::size_t j = 0; j < kEmbeddingLength; ++j) sums[j] += static_cast<double>(identity[i]) * row[j];
  }
  Embedding latent(sums.begin(), sums.end());
  if (!normalise(latent)) return Status(Code::kCorrupt, what_ + ": the matrix from embedding to latent is no such");
  return Tensor{{1, static_cast<int>(kEmbeddingLength)}, std::move(latent)};
}

Result<cv::Mat> Swapper::swap(const cv::Mat& crop, int boost, const Embedding& identity) {
  TROUPE_ASSIGN_OR_RETURN(const Tensor latent, latent_of(identity));
  cv::Mat swapped(crop.size(), CV_8UC3);
  for (int y = 0; y < boost; ++y) {
    for (int x = 0; x < boost; ++x) {
      const Tensor target = planes_of(sub_grid(crop, boost, x, y), 0, 255);
      TROUPE_ASSIGN_OR_RETURN(const auto outputs, net_->run({{target_, target}, {source_, latent}}));
      if (outputs.size() != 1) return Status(Code::kCorrupt, what_ + ": the network does not give one picture");
      auto grid = rgb_of(outputs[0], kSide);
      if (!grid.ok()) return grid.status().with_context(what_);
      put_sub_grid(*grid, boost, x, y, swapped);
    }
  }
  return swapped;
}

Embedding blended_identity(const Embedding& wanted, const Embedding& there, double weight) {
  const double share = kMostBlend - 2 * kMostBlend * weight;
  if (share == 0) return wanted;
  Embedding blend(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    blend[i] = static_cast<float>(wanted[i] * (1 - share) + there[i] * share);
  }
  return normalise(blend) ? blend : wanted;
}

}  // namespace troupe::vision
