#include <ATen/ATen.h>

#include "tools/parity-check/checks.h"
#include "worker/diffusion/unet/unet.h"

namespace troupe::parity {
namespace {

Outcome check_case(const Golden& golden, const diffusion::Unet& model, const std::string& label) {
  Comparison comparison(golden.name + "/" + label);
  const auto input = [&](const char* name) { return comparison.expect(golden.tensor(label + "/" + name)); };
  const at::Tensor sample = input("sample_in"), timestep = input("timestep"), context = input("context");
  const at::Tensor expected = input("sample");
  if (!sample.defined() || !timestep.defined() || !context.defined()) return comparison.outcome();

  diffusion::UnetActivations activations;
  const at::Tensor actual = model.forward(sample, timestep, context, &activations);
  comparison.close("sample", actual, expected, kUnet);
  for (const auto& [block, activation] : activations) {
    const std::string name = label + "/act/" + block;
    if (golden.has(name)) comparison.close(name, activation, comparison.expect(golden.tensor(name)), kUnet);
  }
  return comparison.outcome();
}

}  // namespace

std::vector<Outcome> check_unet(const Golden& golden, const diffusion::Placement& placement) {
  const std::vector<std::string> cases = golden.cases_with("sample_in");
  if (cases.empty()) return {failed(golden.name, Status(Code::kCorrupt, "it holds no case with a sample_in"))};
  if (!golden.cases_with("text_embeds").empty()) return {unsupported(golden.name, "a UNet of SDXL")};
  const Result<std::string> folder = golden.model_folder();
  if (!folder.ok()) return {failed(golden.name, folder.status())};
  const auto model = diffusion::Unet::load(*folder, placement);
  if (!model.ok()) return {failed(golden.name, model.status())};
  std::vector<Outcome> outcomes;
  for (const std::string& label : cases) outcomes.push_back(check_case(golden, **model, label));
  return outcomes;
}

}  // namespace troupe::parity
