#include "tools/parity-check/golden.h"

#include <algorithm>
#include <filesystem>

#include "common/base/files.h"
#include "worker/diffusion/samplers/python_json.h"

namespace troupe::parity {
namespace {

constexpr std::uint64_t kMaxGoldenBytes = 64u << 20;

}  // namespace

Result<Golden> Golden::read(const std::string& root, const std::string& name) {
  Golden golden;
  golden.name = name;
  golden.root = root;
  const std::string stem = root + "/goldens/" + name;
  TROUPE_ASSIGN_OR_RETURN(golden.json, diffusion::read_python_json(stem + ".json", kMaxGoldenBytes));
  if (!golden.json.is_object() || golden.kind().empty()) {
    return Status(Code::kCorrupt, stem + ".json: not a JSON object with a kind");
  }
  if (std::filesystem::exists(stem + ".safetensors")) {
    TROUPE_ASSIGN_OR_RETURN(golden.tensors, diffusion::SafetensorsFile::open(stem + ".safetensors"));
  }
  return golden;
}

std::string Golden::kind() const {
  const auto found = json.find("kind");
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<at::Tensor> Golden::tensor(const std::string& tensor_name) const {
  if (tensors == nullptr) return Status(Code::kNotFound, "there is no " + name + ".safetensors");
  return tensors->tensor(tensor_name);
}

Result<std::string> Golden::model_folder() const {
  const auto found = json.find("model");
  if (found == json.end() || !found->is_string() || !is_confined(found->get<std::string>())) {
    return Status(Code::kCorrupt, "its model is not the path of a folder in models/");
  }
  const std::string folder = models() + "/" + found->get<std::string>();
  if (!std::filesystem::is_directory(folder)) return Status(Code::kNotFound, "there is no folder " + folder);
  return folder;
}

std::vector<std::string> Golden::cases_with(const std::string& tensor_name) const {
  std::vector<std::string> cases;
  if (tensors == nullptr) return cases;
  for (const std::string& full : tensors->names()) {
    const std::size_t slash = full.find('/');
    if (slash != std::string::npos && full.substr(slash + 1) == tensor_name) cases.push_back(full.substr(0, slash));
  }
  return cases;
}

std::vector<std::string> golden_names(const std::string& root) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root + "/goldens", error)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace troupe::parity
