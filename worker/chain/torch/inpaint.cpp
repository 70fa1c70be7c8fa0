#include "worker/chain/torch/inpaint.h"

#include <algorithm>
#include <optional>

#include "common/picture/load.h"
#include "worker/chain/inpaint/area.h"
#include "worker/chain/inpaint/blend.h"
#include "worker/chain/inpaint/fill.h"
#include "worker/chain/torch/painter.h"
#include "worker/chain/torch/pixels.h"

namespace troupe::chain {
namespace {

using Json = nlohmann::ordered_json;

enum class Fill { kOriginal, kNoise, kBlank, kReference };

struct Parameters {
  Sampling sampling;
  std::string mask = "mask";
  double strength = 0.8;
  bool strict = false;
  bool only_masked = false;
  int context_px = 32;
  int feather = 4;
  bool protect_face = true;
  Fill fill = Fill::kOriginal;
  std::string reference;  // a name for manifest::find_reference
};

Result<Fill> fill_of(const std::string& word) {
  if (word == "original") return Fill::kOriginal;
  if (word == "noise") return Fill::kNoise;
  if (word == "blank") return Fill::kBlank;
  if (word == "reference") return Fill::kReference;
  return Status(Code::kInvalid, "fill takes original, noise, blank or reference, not \"" + word + "\"");
}

Result<Parameters> read(const nlohmann::json& json) {
  Parameters parameters;
  TROUPE_ASSIGN_OR_RETURN(parameters.sampling, read_sampling(json));
  return reading_parameters([&]() -> Result<Parameters> {
    const auto read = [&](const char* key, auto& value) { value = value_or(json, key, value); };
    read("mask", parameters.mask);
    read("strength", parameters.strength);
    read("strict", parameters.strict);
    read("only_masked", parameters.only_masked);
    read("context_px", parameters.context_px);
    read("feather", parameters.feather);
    read("protect_face", parameters.protect_face);
    read("reference", parameters.reference);
    TROUPE_ASSIGN_OR_RETURN(parameters.fill, fill_of(value_or<std::string>(json, "fill", "original")));
    if (parameters.context_px < 0 || parameters.feather < 0) {
      return Status(Code::kInvalid, "context_px and feather are pixels, 0 or more");
    }
    if (parameters.fill == Fill::kReference && parameters.reference.empty()) {
      return Status(Code::kInvalid, "fill: reference needs a reference");
    }
    return parameters;
  });
}

class Inpaint final : public Stage {
 public:
  Inpaint(Parameters parameters, TorchDevice& device) : parameters_(std::move(parameters)), device_(device) {}

  Result<StageInputs> inputs(const StageContext& context) const override {
    TROUPE_ASSIGN_OR_RETURN(StageInputs inputs, Painter::inputs(context, parameters_.sampling, device_));
    if (protects_faces()) {
      TROUPE_ASSIGN_OR_RETURN(const std::vector<ModelFile> files, device_.faces->files(context));
      std::ranges::copy(files, std::back_inserter(inputs.files));
    }
    if (parameters_.fill == Fill::kReference) {
      TROUPE_ASSIGN_OR_RETURN(const Digest reference, reference_of(context));
      inputs.references.push_back(reference);
    }
    return inputs;
  }

  Status run(StageContext& context, Frame& frame) override {
    Json& about = frame.metadata["stages"][context.stage] = Json::object();
    TROUPE_ASSIGN_OR_RETURN(picture::Picture mask, mask_of(frame));
    TROUPE_RETURN_IF_ERROR(protect_faces(context, frame.image, mask, about));
    about["coverage"] = repainted_share(mask);
    const std::optional<Area> box = bounds(mask);
    about["result"] = box ? "painted" : "skipped";
    if (!box) return {};

    TROUPE_ASSIGN_OR_RETURN(Painter painter, Painter::make(context, parameters_.sampling, device_));
    const picture::Extent extent{frame.image.width, frame.image.height};
    const Workplace place = parameters_.only_masked ? surroundings(*box, parameters_.context_px, extent,
                                                                   painter.native_side(), painter.size_multiple())
                                                    : whole_picture(extent, painter.size_multiple());
    about["area"] = {place.area.x, place.area.y, place.area.width, place.area.height};
    about["size"] = {place.size.width, place.size.height};

    TROUPE_ASSIGN_OR_RETURN(const auto request, request_of(context, frame.image, mask, place, painter.size_multiple()));
    TROUPE_ASSIGN_OR_RETURN(picture::Picture painted, painter.paint(request));
    TROUPE_ASSIGN_OR_RETURN(painted, resized(painted, {place.area.width, place.area.height}));
    blend(frame.image, painted, place.area, blend_weights(mask, parameters_.feather, parameters_.strict));
    painter.describe(frame, about);
    frame.info.extra.push_back({context.stage + " prompt", request.prompt});
    return {};
  }

 private:
  bool protects_faces() const { return parameters_.protect_face && device_.faces != nullptr; }

  Result<picture::Picture> mask_of(const Frame& frame) const {
    if (frame.image.empty()) return Status(Code::kInvalid, "no stage before this one made a picture");
    const auto found = frame.masks.find(parameters_.mask);
    if (found == frame.masks.end()) {
      return Status(Code::kInvalid, "no stage before this one made a mask \"" + parameters_.mask + "\"");
    }
    TROUPE_ASSIGN_OR_RETURN(picture::Picture mask, resized(found->second, {frame.image.width, frame.image.height}));
    return binarised(std::move(mask));
  }

  Status protect_faces(StageContext& context, const picture::Picture& image, picture::Picture& mask,
                       Json& about) const {
    if (!parameters_.protect_face) return {};
    about["faces"] = nullptr;
    if (!protects_faces() || !bounds(mask)) return {};
    TROUPE_ASSIGN_OR_RETURN(const std::vector<ModelFile> files, device_.faces->files(context));
    if (files.empty()) return {};
    TROUPE_ASSIGN_OR_RETURN(const std::vector<FaceBox> faces, device_.faces->find(context, image));
    for (const FaceBox& face : faces) take_out(mask, {face.x, face.y, face.width, face.height});
    about["faces"] = faces.size();
    return {};
  }

  Result<Digest> reference_of(const StageContext& context) const {
    const manifest::JobEntry* entry = manifest::find_reference(context.job.job, parameters_.reference);
    if (entry != nullptr && entry->reference) return entry->reference->digest;
    return Status(Code::kInvalid, "reference: \"" + parameters_.reference + "\" has no picture");
  }

  // What the mask is filled with before the model begins; image and mask: at the size that it works at.
  Status fill(const StageContext& context, picture::Picture& image, const picture::Picture& mask) const {
    if (parameters_.fill == Fill::kBlank) fill_blank(image, mask);
    if (parameters_.fill != Fill::kReference) return {};
    TROUPE_ASSIGN_OR_RETURN(const Digest digest, reference_of(context));
    const auto path = context.references.find(digest);
    if (path == context.references.end()) {
      return Status(Code::kInternal, "the reference \"" + parameters_.reference + "\" is not on this machine");
    }
    TROUPE_ASSIGN_OR_RETURN(const picture::Picture reference, picture::load_picture(path->second));
    return fill_reference(image, mask, reference);
  }

  Result<diffusion::DiffusionRequest> request_of(const StageContext& context, const picture::Picture& image,
                                                 const picture::Picture& mask, const Workplace& place,
                                                 int multiple) const {
    TROUPE_ASSIGN_OR_RETURN(picture::Picture start, resized(crop(image, place.area), place.size));
    TROUPE_ASSIGN_OR_RETURN(picture::Picture repainted, resized(crop(mask, place.area), place.size));
    TROUPE_RETURN_IF_ERROR(fill(context, start, repainted));
    cover_cells(repainted, multiple);
    diffusion::DiffusionRequest request = parameters_.sampling.request;
    request.width = place.size.width;
    request.height = place.size.height;
    request.seeds = {context.stage_seed};
    request.start = diffusion::StartPicture{tensor_of(start), tensor_of(repainted), parameters_.strength,
                                            parameters_.fill == Fill::kNoise, false};
    return request;
  }

  Parameters parameters_;
  TorchDevice& device_;
};

}  // namespace

Result<std::unique_ptr<Stage>> make_inpaint(const nlohmann::json& json, TorchDevice& device) {
  TROUPE_ASSIGN_OR_RETURN(Parameters parameters, read(json));
  return std::unique_ptr<Stage>(std::make_unique<Inpaint>(std::move(parameters), device));
}

}  // namespace troupe::chain
