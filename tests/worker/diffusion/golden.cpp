#include "tests/worker/diffusion/golden.h"

#include <ATen/ATen.h>

#include <cstdlib>
#include <filesystem>
#include <limits>

namespace troupe::diffusion {

std::string parity_folder() {
  const char* set = std::getenv("TROUPE_PARITY");
  const std::string folder = set != nullptr ? set : TROUPE_SOURCE_DIR "/../shared/parity";
  return std::filesystem::is_directory(folder + "/goldens") ? folder : std::string();
}

Golden::Golden(const std::string& name)
    : file_(SafetensorsFile::open(parity_folder() + "/goldens/" + name + ".safetensors").value()) {}

at::Tensor Golden::operator[](const std::string& tensor) const {
  return file_->tensor(tensor).value();
}

double relative_error(const at::Tensor& actual, const at::Tensor& reference) {
  if (actual.sizes() != reference.sizes()) return std::numeric_limits<double>::infinity();
  const at::Tensor expected = reference.to(at::kDouble);
  const double rms = expected.square().mean().sqrt().item<double>();
  return (actual.to(at::kDouble) - expected).abs().max().item<double>() / rms;
}

}  // namespace troupe::diffusion
