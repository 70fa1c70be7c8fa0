// One golden of a parity folder: NAME.json with a `kind`, and NAME.safetensors beside it where it has tensors.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/weights/safetensors.h"

namespace troupe::parity {

struct Golden {
  std::string name;  // the file's, for messages only: what a golden is, its contents say
  std::string root;  // the folder that holds goldens/ and models/
  nlohmann::json json;
  std::shared_ptr<const diffusion::SafetensorsFile> tensors;  // null where there is no such file

  // kCorrupt or kNotFound with what is missing.
  static Result<Golden> read(const std::string& root, const std::string& name);

  std::string models() const { return root + "/models"; }
  std::string kind() const;
  bool has(const std::string& tensor) const { return tensors != nullptr && tensors->contains(tensor); }
  Result<at::Tensor> tensor(const std::string& name) const;
  // The folder of json.model.
  Result<std::string> model_folder() const;
  // The first path components of tensor names that begin cases, such as "0" of "0/sample".
  std::vector<std::string> cases_with(const std::string& tensor) const;
};

// The names of the goldens below root/goldens, sorted.
std::vector<std::string> golden_names(const std::string& root);

}  // namespace troupe::parity
