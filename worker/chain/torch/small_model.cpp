#include "worker/chain/torch/small_model.h"

#include <algorithm>

namespace troupe::chain {

Result<ChosenModel> choose_model(const StageContext& context, const TorchDevice& device, const char* kind,
                                 const std::string& name) {
  TROUPE_ASSIGN_OR_RETURN(const auto pack, device.packs->get(context.pack_folder));
  auto model = pack_model(*pack, kind, name);
  if (!model.ok()) return name.empty() ? model.status() : Status(Code::kInvalid, model.status().message());
  const std::string path = model->path == "." ? context.pack_folder : context.pack_folder + "/" + model->path;
  return ChosenModel{*model, path, model_files(*pack, *model)};
}

diffusion::Placement exact_on_cpu(const diffusion::Placement& placement) {
  return placement.device.is_cpu() ? diffusion::Placement{placement.device, c10::kFloat} : placement;
}

Status progress(const StageContext& context, int step, int steps) {
  const bool on = context.step(context.stage, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(steps));
  return on ? Status() : Status(Code::kCancelled, "stopped");
}

void add_models(Frame& frame, const std::vector<ModelFile>& files) {
  for (const ModelFile& file : files) {
    if (std::ranges::find(frame.models, file) == frame.models.end()) frame.models.push_back(file);
  }
}

}  // namespace troupe::chain
