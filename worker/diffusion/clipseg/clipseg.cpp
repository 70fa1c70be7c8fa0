#include "worker/diffusion/clipseg/clipseg.h"

#include <ATen/ATen.h>

#include "worker/diffusion/clipseg/film_decoder.h"
#include "worker/diffusion/clipseg/vision_tower.h"
#include "worker/diffusion/torch_errors.h"
#include "worker/diffusion/weights/weights.h"

namespace troupe::diffusion {

struct ClipSeg::Parts {
  ClipSegConfig config;
  Placement placement;
  std::unique_ptr<ClipText> text;
  VisionTower vision;
  FilmDecoder decoder;
};

ClipSeg::ClipSeg() : parts_(std::make_unique<Parts>()) {}
ClipSeg::~ClipSeg() = default;
const ClipSegConfig& ClipSeg::config() const {
  return parts_->config;
}

Result<std::unique_ptr<ClipSeg>> ClipSeg::load(const std::string& folder, const Placement& placement) {
  return catch_torch(folder, [&]() -> Result<std::unique_ptr<ClipSeg>> {
    std::unique_ptr<ClipSeg> model(new ClipSeg);
    Parts& parts = *model->parts_;
    TROUPE_ASSIGN_OR_RETURN(parts.config, ClipSegConfig::read(folder + "/config.json"));
    parts.placement = placement;
    TROUPE_ASSIGN_OR_RETURN(Weights weights, Weights::load(folder, "model", placement));
    TROUPE_ASSIGN_OR_RETURN(parts.text, ClipText::load(weights, "clip.", parts.config.text));
    const auto projection = weights.shape_of("clip.text_projection.weight");
    if (!parts.text->projected() || projection[0] != parts.config.projection_dim) {
      return Status(Code::kCorrupt, weights.path() + ": clip.text_projection.weight does not have " +
                                        std::to_string(parts.config.projection_dim) + " rows, the projection_dim");
    }
    TROUPE_ASSIGN_OR_RETURN(parts.vision, VisionTower::load(weights, "clip.vision_model", parts.config));
    TROUPE_ASSIGN_OR_RETURN(parts.decoder, FilmDecoder::load(weights, "decoder", parts.config));
    weights.leave_out("clip.visual_projection.");
    weights.leave_out("clip.logit_scale");
    TROUPE_RETURN_IF_ERROR(weights.check_all_used());
    return model;
  });
}

ClipSeg::Output ClipSeg::forward(const at::Tensor& ids, const at::Tensor& pixels) const {
  const Parts& parts = *parts_;
  const std::int64_t patch = parts.config.vision.patch_size;
  Output output;
  output.condition = parts.text->forward(ids).pooled;
  const auto activations = parts.vision.forward(pixels.to(parts.placement.device, parts.placement.dtype));
  output.logits = parts.decoder.forward(activations, output.condition, pixels.size(2) / patch, pixels.size(3) / patch);
  return output;
}

}  // namespace troupe::diffusion
