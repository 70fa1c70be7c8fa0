#include <ATen/ATen.h>

#include "tools/parity-check/checks.h"
#include "worker/diffusion/text/clip_text.h"

namespace troupe::parity {

std::vector<Outcome> check_clip_text(const Golden& golden, const diffusion::Placement& placement) {
  const Result<std::string> folder = golden.model_folder();
  if (!folder.ok()) return {failed(golden.name, folder.status())};
  const auto model = diffusion::ClipText::load(*folder, placement);
  if (!model.ok()) return {failed(golden.name, model.status())};
  Comparison comparison(golden.name);
  const at::Tensor ids = comparison.expect(golden.tensor("input_ids"));
  if (!ids.defined()) return {comparison.outcome()};

  const auto output = (*model)->forward(ids);
  const auto compare = [&](const std::string& name, const at::Tensor& actual) {
    if (golden.has(name)) comparison.close(name, actual, comparison.expect(golden.tensor(name)), kText);
  };
  for (std::size_t i = 0; i < output.hidden_states.size(); ++i) {
    compare("hidden_" + std::to_string(i), output.hidden_states[i]);
  }
  compare("last_hidden_state", output.last_hidden_state);
  compare("pooled", output.pooled);
  for (std::int64_t n = 0; n <= (*model)->config().layers; ++n) {
    const std::string name = "clip_skip_" + std::to_string(n);
    if (golden.has(name)) compare(name, (*model)->clip_skip(output, n));
  }
  return {comparison.outcome()};
}

}  // namespace troupe::parity
