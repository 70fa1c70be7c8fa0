#include "worker/chain/torch/pipeline_cache.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>

namespace troupe::chain {
namespace {

// What is wrong with a pack is the model's fault, not the job's.
Status of_model(const Status& status) {
  const bool input = status.code() == Code::kInvalid || status.code() == Code::kTooLarge;
  return input ? Status(Code::kCorrupt, status.to_string()) : status;
}

// The weights out of a lock ("HEX  PATH" a line) that the loader takes: a plain file goes before its fp16 variant.
std::vector<ModelFile> weights_of(const std::string& lock, const std::string& prefix) {
  std::vector<ModelFile> found;
  std::set<std::string> paths;
  std::istringstream lines(lock);
  for (std::string hex, path; lines >> hex && std::getline(lines >> std::ws, path);) {
    const auto digest = Digest::from_hex(hex);
    if (!digest || !path.ends_with(".safetensors")) continue;
    const bool part = std::ranges::any_of(std::initializer_list<const char*>{"text_encoder/", "unet/", "vae/"},
                                          [&](const char* name) { return path.starts_with(prefix + name); });
    if (!part) continue;
    found.push_back({path, *digest});
    paths.insert(path);
  }
  std::erase_if(found, [&](const ModelFile& file) {
    const std::size_t variant = file.path.find(".fp16.safetensors");
    return variant != std::string::npos && paths.count(file.path.substr(0, variant) + ".safetensors") != 0;
  });
  return found;
}

Result<LoadedPipeline> load(const std::string& pack_folder, const diffusion::Placement& placement) {
  auto facts = manifest::read_pack_facts(pack_folder);
  if (!facts.ok()) return of_model(facts.status());
  const std::string prefix = facts->models == "." ? "" : facts->models + "/";
  auto pipeline =
      diffusion::StableDiffusion::load(prefix.empty() ? pack_folder : pack_folder + "/" + facts->models, placement);
  if (!pipeline.ok()) return of_model(pipeline.status());
  LoadedPipeline loaded{pack_folder, placement, std::move(pipeline).value(), facts->name, {}, {}};
  loaded.models = weights_of(facts->lock, prefix);
  for (const ModelFile& file : loaded.models) {
    if (loaded.unet_hash.empty() && file.path.starts_with(prefix + "unet/")) loaded.unet_hash = file.digest.hex();
  }
  return loaded;
}

}  // namespace

Result<const LoadedPipeline*> PipelineCache::get(const std::string& pack_folder, const diffusion::Placement& placement,
                                                 double& load_seconds) {
  const auto found = std::ranges::find_if(loaded_, [&](const LoadedPipeline& loaded) {
    return loaded.pack_folder == pack_folder && loaded.placement.device == placement.device &&
           loaded.placement.dtype == placement.dtype;
  });
  if (found != loaded_.end()) {
    loaded_.splice(loaded_.begin(), loaded_, found);
    return &loaded_.front();
  }
  const auto begin = std::chrono::steady_clock::now();
  while (loaded_.size() >= kKept) loaded_.pop_back();
  auto loaded = load(pack_folder, placement);
  if (loaded.status().code() == Code::kNoSpace && !loaded_.empty()) {
    loaded_.clear();
    loaded = load(pack_folder, placement);
  }
  load_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (!loaded.ok()) return loaded.status();
  loaded_.push_front(std::move(loaded).value());
  return &loaded_.front();
}

void PipelineCache::drop_others() {
  while (loaded_.size() > 1) loaded_.pop_back();
}

}  // namespace troupe::chain
