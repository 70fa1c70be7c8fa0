#include "worker/diffusion/weights/weights.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/files.h"
#include "common/base/limits.h"

namespace troupe::diffusion {
namespace {

using Files = std::map<std::string, std::shared_ptr<const SafetensorsFile>>;

constexpr const char* kTextModel = "text_model.";

Status add_file(const std::string& path, Files& files) {
  TROUPE_ASSIGN_OR_RETURN(auto file, SafetensorsFile::open(path));
  for (const auto& [name, entry] : file->entries()) {
    if (!files.emplace(name, file).second) {
      return Status(Code::kCorrupt, path + ": tensor " + name + " is also in " + files[name]->path());
    }
  }
  return Status();
}

// index: {"weight_map": {tensor name: file name}}.
Status add_shards(const std::string& folder, const std::string& index_path, Files& files) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(index_path, limits::kMaxWeightsHeaderBytes));
  const auto index = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!index.is_object() || !index.contains("weight_map") || !index["weight_map"].is_object()) {
    return Status(Code::kCorrupt, index_path + ": is not a JSON object with a weight_map");
  }
  std::set<std::string> shards;
  for (const auto& [name, shard] : index["weight_map"].items()) {
    if (!shard.is_string() || !is_confined(shard.get<std::string>())) {
      return Status(Code::kCorrupt, index_path + ": weight_map." + name + " is not the name of a file in this folder");
    }
    shards.insert(shard.get<std::string>());
  }
  if (shards.size() > limits::kMaxWeightsShards) {
    return Status(Code::kTooLarge, index_path + ": names " + std::to_string(shards.size()) + " shards");
  }
  for (const std::string& shard : shards) TROUPE_RETURN_IF_ERROR(add_file(folder + "/" + shard, files));
  for (const auto& [name, shard] : index["weight_map"].items()) {
    const auto found = files.find(name);
    if (found == files.end() || found->second->path() != folder + "/" + shard.get<std::string>()) {
      return Status(Code::kCorrupt, index_path + ": " + shard.get<std::string>() + " does not hold " + name);
    }
  }
  return Status();
}

std::string replaced_ending(const std::string& name, const std::string& from, const std::string& to) {
  const std::size_t at = name.rfind(from);
  return at == std::string::npos ? std::string() : name.substr(0, at) + to + name.substr(at + from.size());
}

// The names under which a tensor may be stored, the preferred first.
std::vector<std::string> spellings(const std::string& name) {
  static const std::pair<const char*, const char*> kOlder[] = {
      {".to_q.", ".query."}, {".to_k.", ".key."}, {".to_v.", ".value."}, {".to_out.0.", ".proj_attn."}};
  std::vector<std::string> result = {name};
  for (const auto& [now, older] : kOlder) {
    if (std::string other = replaced_ending(name, now, older); !other.empty()) result.push_back(std::move(other));
  }
  const bool prefixed = name.rfind(kTextModel, 0) == 0;
  result.push_back(prefixed ? name.substr(std::string(kTextModel).size()) : kTextModel + name);
  return result;
}

std::string shape_text(at::IntArrayRef shape) {
  std::string text = "[";
  for (const std::int64_t side : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(side);
  return text + "]";
}

bool equal_but_for_1x1(at::IntArrayRef stored, at::IntArrayRef wanted) {
  const at::IntArrayRef& longer = stored.size() > wanted.size() ? stored : wanted;
  const at::IntArrayRef& shorter = stored.size() > wanted.size() ? wanted : stored;
  return longer.size() == 4 && shorter.size() == 2 && longer[2] == 1 && longer[3] == 1 && longer.slice(0, 2) == shorter;
}

}  // namespace

Result<Weights> Weights::load(const std::string& folder, const std::string& stem, const Placement& placement) {
  Weights weights;
  weights.placement_ = placement;
  for (const char* ending : {".safetensors", ".fp16.safetensors"}) {
    const std::string path = folder + "/" + stem + ending;
    if (!std::filesystem::exists(path)) continue;
    weights.path_ = path;
    TROUPE_RETURN_IF_ERROR(add_file(path, weights.files_));
    return weights;
  }
  weights.path_ = folder + "/" + stem + ".safetensors.index.json";
  if (!std::filesystem::exists(weights.path_)) {
    return Status(Code::kNotFound, "no weights in " + folder + ": looked for " + stem + ".safetensors, " + stem +
                                       ".fp16.safetensors and " + stem + ".safetensors.index.json");
  }
  TROUPE_RETURN_IF_ERROR(add_shards(folder, weights.path_, weights.files_));
  return weights;
}

const std::shared_ptr<const SafetensorsFile>* Weights::find(const std::string& name, std::string* stored_name) const {
  for (std::string& spelling : spellings(name)) {
    const auto found = files_.find(spelling);
    if (found == files_.end()) continue;
    if (stored_name != nullptr) *stored_name = std::move(spelling);
    return &found->second;
  }
  return nullptr;
}

std::vector<std::int64_t> Weights::shape_of(const std::string& name) const {
  std::string stored_name;
  const auto* file = find(name, &stored_name);
  return file == nullptr ? std::vector<std::int64_t>() : (*file)->entries().at(stored_name).shape;
}

Result<at::Tensor> Weights::take(const std::string& name, at::IntArrayRef shape) {
  std::string stored_name;
  const auto* file = find(name, &stored_name);
  if (file == nullptr) {
    return Status(Code::kCorrupt, path_ + ": tensor " + name + " " + shape_text(shape) +
                                      " is missing; config.json and weights do not belong together");
  }
  TROUPE_ASSIGN_OR_RETURN(at::Tensor stored, (*file)->tensor(stored_name));
  if (stored.sizes() != shape && !equal_but_for_1x1(stored.sizes(), shape)) {
    return Status(Code::kCorrupt, (*file)->path() + ": tensor " + stored_name + " has the shape " +
                                      shape_text(stored.sizes()) + "; config.json asks for " + shape_text(shape));
  }
  if (!stored.is_floating_point()) {
    return Status(Code::kCorrupt, (*file)->path() + ": tensor " + stored_name + " does not hold floats");
  }
  taken_.insert(stored_name);
  return stored.view(shape).to(placement_.device, placement_.dtype, /*non_blocking=*/false, /*copy=*/true);
}

void Weights::leave_out(const std::string& prefix) {
  for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix); ++at) {
    taken_.insert(at->first);
  }
}

std::vector<std::string> Weights::unused() const {
  std::vector<std::string> result;
  for (const auto& [name, file] : files_) {
    const bool buffer = name.size() >= 12 && name.compare(name.size() - 12, 12, "position_ids") == 0;
    if (!buffer && taken_.count(name) == 0) result.push_back(name);
  }
  return result;
}

Status Weights::check_all_used() const {
  const auto names = unused();
  if (names.empty()) return Status();
  return Status(Code::kCorrupt, path_ + ": config.json has no place for " + std::to_string(names.size()) +
                                    " of the tensors, such as " + names.front() +
                                    "; config.json and weights do not belong together");
}

}  // namespace troupe::diffusion
