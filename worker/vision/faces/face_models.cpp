#include "worker/vision/faces/face_models.h"

#include <chrono>
#include <utility>

#include "worker/vision/faces/alignment.h"
#include "worker/vision/faces/paste.h"
#include "worker/vision/faces/swapper.h"
#include "worker/vision/mat.h"

namespace troupe::vision {

FaceModels::FaceModels(std::string folder, std::unique_ptr<NetRuntime> runtime)
    : folder_(std::move(folder)), runtime_(std::move(runtime)) {}
FaceModels::~FaceModels() = default;

template <typename Make>
Status FaceModels::load(const char* name, Make make) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string path = folder_ + "/" + name;
  auto file = OnnxFile::load(path);
  Status status = file.ok() ? make(std::move(file).value(), path) : file.status();
  load_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  // A file that is too large is the model's fault, as everything else that is wrong with it.
  if (status.code() == Code::kTooLarge) return {Code::kCorrupt, status.to_string()};
  return status;
}

Result<Detector*> FaceModels::detector() {
  if (!detector_) {
    TROUPE_RETURN_IF_ERROR(load(kDetectorFile, [&](OnnxFile file, const std::string& path) -> Status {
      TROUPE_ASSIGN_OR_RETURN(detector_, Detector::make(std::move(file), *runtime_, path));
      return {};
    }));
  }
  return &*detector_;
}

Result<Embedder*> FaceModels::embedder() {
  if (!embedder_) {
    TROUPE_RETURN_IF_ERROR(load(kEmbedderFile, [&](OnnxFile file, const std::string& path) -> Status {
      TROUPE_ASSIGN_OR_RETURN(embedder_, Embedder::make(file, *runtime_, path));
      return {};
    }));
  }
  return &*embedder_;
}

Result<Swapper*> FaceModels::swapper() {
  if (!swapper_) {
    TROUPE_RETURN_IF_ERROR(load(kSwapperFile, [&](OnnxFile file, const std::string& path) -> Status {
      TROUPE_ASSIGN_OR_RETURN(Swapper made, Swapper::make(file, *runtime_, path));
      swapper_ = std::make_unique<Swapper>(std::move(made));
      return {};
    }));
  }
  return swapper_.get();
}

Result<std::vector<Face>> FaceModels::find(const picture::Picture& picture) {
  TROUPE_RETURN_IF_ERROR(picture::check_picture(picture));
  TROUPE_ASSIGN_OR_RETURN(Detector* const used, detector());
  return used->find(picture);
}

Result<Embedding> FaceModels::embed(const picture::Picture& picture, const Face& face) {
  TROUPE_RETURN_IF_ERROR(picture::check_picture(picture));
  TROUPE_ASSIGN_OR_RETURN(Embedder* const used, embedder());
  return used->embed(picture, face);
}

Result<Digest> FaceModels::embedder_digest() {
  TROUPE_ASSIGN_OR_RETURN(const Embedder* const used, embedder());
  return used->digest();
}

Result<picture::Picture> FaceModels::swap(const picture::Picture& picture, const Face& face, const Embedding& wanted,
                                          const SwapOptions& options) {
  TROUPE_RETURN_IF_ERROR(picture::check_picture(picture));
  TROUPE_ASSIGN_OR_RETURN(Swapper* const used, swapper());
  const auto to_crop = fit_similarity(face.points, swapper_points(options.boost));
  if (!to_crop) return Status(Code::kInvalid, "the points of a face lie in one place");
  Embedding identity = wanted;
  if (options.weight != 0.5) {
    TROUPE_ASSIGN_OR_RETURN(const Embedding there, embed(picture, face));
    identity = blended_identity(wanted, there, options.weight);
  }
  picture::Picture result = picture::to_rgb(picture);
  return catch_cv("swap a face", [&]() -> Result<picture::Picture> {
    cv::Mat pixels = view(result);
    const cv::Mat crop = crop_of(pixels, *to_crop, Swapper::kSide * options.boost);
    TROUPE_ASSIGN_OR_RETURN(cv::Mat swapped, used->swap(crop, options.boost, identity));
    const cv::Mat mask = soft_mask(crop.cols);
    if (options.colour) swapped = with_colours_of(swapped, crop, mask);
    paste(swapped, mask, *to_crop, pixels);
    return std::move(result);
  });
}

double FaceModels::take_load_seconds() {
  return std::exchange(load_seconds_, 0);
}

}  // namespace troupe::vision
