#include "worker/chain/torch/painter.h"

#include <algorithm>

#include "worker/chain/torch/pixels.h"

namespace troupe::chain {
namespace {

Result<diffusion::Placement> placement_of(const Sampling& sampling, const TorchDevice& device) {
  if (sampling.dtype == "auto") return device.placement;
  return diffusion::resolve_placement(device.device, sampling.dtype);
}

// A name that a manifest gives is the job's to get right; that a pack has no such model at all is the pack's fault.
Result<manifest::PackModel> model_of(const manifest::PackFacts& pack, const char* kind, const std::string& name) {
  auto model = pack_model(pack, kind, name);
  if (model.ok() || name.empty()) return model;
  return Status(Code::kInvalid, model.status().message());
}

struct Choice {
  std::shared_ptr<const manifest::PackFacts> pack;
  manifest::PackModel model;
  std::optional<manifest::PackModel> vae;
};

Result<Choice> choice_of(const StageContext& context, const Sampling& sampling, const TorchDevice& device) {
  Choice choice;
  TROUPE_ASSIGN_OR_RETURN(choice.pack, device.packs->get(context.pack_folder));
  TROUPE_ASSIGN_OR_RETURN(choice.model, model_of(*choice.pack, "diffusion", sampling.model));
  if (!sampling.vae.empty()) {
    TROUPE_ASSIGN_OR_RETURN(choice.vae, model_of(*choice.pack, "vae", sampling.vae));
  }
  return choice;
}

}  // namespace

Result<StageInputs> Painter::inputs(const StageContext& context, const Sampling& sampling, const TorchDevice& device) {
  TROUPE_ASSIGN_OR_RETURN(const Choice choice, choice_of(context, sampling, device));
  TROUPE_ASSIGN_OR_RETURN(const diffusion::Placement placement, placement_of(sampling, device));
  StageInputs inputs;
  inputs.files = model_files(*choice.pack, choice.model);
  if (choice.vae) std::ranges::copy(model_files(*choice.pack, *choice.vae), std::back_inserter(inputs.files));
  inputs.seeded = true;
  inputs.numerics_class = device.numerics_class(placement);
  return inputs;
}

Result<Painter> Painter::make(StageContext& context, const Sampling& sampling, TorchDevice& device) {
  TROUPE_ASSIGN_OR_RETURN(const Choice choice, choice_of(context, sampling, device));
  TROUPE_ASSIGN_OR_RETURN(const diffusion::Placement placement, placement_of(sampling, device));
  if (sampling.dtype != "auto") context.numerics_class = device.numerics_class(placement);
  context.step("load", 0, 0);
  const PipelineKey key{context.pack_folder, choice.model.path, choice.vae ? choice.vae->path : "", placement};
  TROUPE_ASSIGN_OR_RETURN(auto loaded, get_pipeline(device.models, key, *choice.pack, context.load_seconds));
  return Painter(context, device, std::move(loaded));
}

Result<picture::Picture> Painter::paint(const diffusion::DiffusionRequest& request) {
  const auto on_step = [&](int step, int steps) {
    return context_->step(context_->stage, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(steps));
  };
  auto result = loaded_->pipeline->generate(request, on_step);
  if (result.status().code() == Code::kNoSpace) {
    device_->models.drop_others();
    result = loaded_->pipeline->generate(request, on_step);
  }
  if (!result.ok()) return result.status();
  dropped_tokens_ = result->dropped_tokens;
  return picture_of(result->images.front());
}

void Painter::describe(Frame& frame, nlohmann::ordered_json& about) const {
  for (const ModelFile& file : loaded_->models) {
    if (std::ranges::find(frame.models, file) == frame.models.end()) frame.models.push_back(file);
  }
  if (dropped_tokens_ > 0) about["dropped_tokens"] = dropped_tokens_;
}

}  // namespace troupe::chain
