#include <ATen/ATen.h>

#include <set>

#include "tools/parity-check/checks.h"
#include "worker/diffusion/vae/vae.h"

namespace troupe::parity {
namespace {

Outcome check_case(const Golden& golden, const diffusion::Vae& model, const std::string& label) {
  Comparison comparison(golden.name + "/" + label);
  const auto tensor = [&](const char* name) { return comparison.expect(golden.tensor(label + "/" + name)); };
  if (golden.has(label + "/z")) {
    const at::Tensor z = tensor("z");
    comparison.close("decoded", model.decode(z), tensor("decoded"), kVae);
  }
  if (golden.has(label + "/image")) {
    const auto encoded = model.encode(tensor("image"));
    comparison.close("mean", encoded.mean, tensor("mean"), kVae);
    comparison.close("logvar", encoded.logvar, tensor("logvar"), kVae);
  }
  return comparison.outcome();
}

}  // namespace

std::vector<Outcome> check_vae(const Golden& golden, const diffusion::Placement& placement) {
  std::set<std::string> cases;
  for (const char* tensor : {"z", "image"}) {
    for (const std::string& label : golden.cases_with(tensor)) cases.insert(label);
  }
  if (cases.empty()) return {failed(golden.name, Status(Code::kCorrupt, "it holds no case with a z or an image"))};
  const Result<std::string> folder = golden.model_folder();
  if (!folder.ok()) return {failed(golden.name, folder.status())};
  const auto model = diffusion::Vae::load(*folder, placement);
  if (!model.ok()) return {failed(golden.name, model.status())};
  std::vector<Outcome> outcomes;
  for (const std::string& label : cases) outcomes.push_back(check_case(golden, **model, label));
  return outcomes;
}

}  // namespace troupe::parity
