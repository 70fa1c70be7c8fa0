#include "worker/chain/torch/pipeline_cache.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace troupe::chain {
namespace {

// What is wrong with a pack is the model's fault, not the job's.
Status of_model(const Status& status) {
  const bool input = status.code() == Code::kInvalid || status.code() == Code::kTooLarge;
  return input ? Status(Code::kCorrupt, status.to_string()) : status;
}

// In front of the paths of a folder's files.
std::string prefix_of(const std::string& folder) {
  return folder == "." ? "" : folder + "/";
}

bool is_below(const std::string& path, const std::string& folder) {
  return path.starts_with(prefix_of(folder));
}

// The weights that the loader takes, by the pack's lock: a plain file goes before its fp16 variant.
std::vector<ModelFile> weights_of(const manifest::PackFacts& facts, const std::vector<std::string>& parts) {
  std::vector<ModelFile> found;
  std::set<std::string> paths;
  for (const std::string& part : parts) {
    for (const manifest::PackFile& file : manifest::pack_files(facts.lock, part)) {
      if (!file.path.ends_with(".safetensors")) continue;
      found.push_back({file.path, file.digest});
      paths.insert(file.path);
    }
  }
  std::erase_if(found, [&](const ModelFile& file) {
    const std::size_t variant = file.path.find(".fp16.safetensors");
    return variant != std::string::npos && paths.count(file.path.substr(0, variant) + ".safetensors") != 0;
  });
  return found;
}

Result<LoadedPipeline> load(const PipelineKey& key, const manifest::PackFacts& facts) {
  const auto below_pack = [&](const std::string& path) {
    return path == "." ? key.pack_folder : key.pack_folder + "/" + path;
  };
  const std::string prefix = prefix_of(key.model);
  auto pipeline = diffusion::StableDiffusion::load(below_pack(key.model), key.placement,
                                                   key.vae.empty() ? "" : below_pack(key.vae));
  if (!pipeline.ok()) return of_model(pipeline.status());
  LoadedPipeline loaded{key, std::move(pipeline).value(), facts.name, facts.native_side, {}, {}};
  loaded.models =
      weights_of(facts, {prefix + "text_encoder", prefix + "unet", key.vae.empty() ? prefix + "vae" : key.vae});
  for (const ModelFile& file : loaded.models) {
    if (loaded.unet_hash.empty() && is_below(file.path, prefix + "unet")) loaded.unet_hash = file.digest.hex();
  }
  return loaded;
}

bool same(const PipelineKey& a, const PipelineKey& b) {
  return a.pack_folder == b.pack_folder && a.model == b.model && a.vae == b.vae &&
         a.placement.device == b.placement.device && a.placement.dtype == b.placement.dtype;
}

}  // namespace

Result<const LoadedPipeline*> PipelineCache::get(const PipelineKey& key, const manifest::PackFacts& facts,
                                                 double& load_seconds) {
  const auto found = std::ranges::find_if(loaded_, [&](const LoadedPipeline& loaded) { return same(loaded.key, key); });
  if (found != loaded_.end()) {
    loaded_.splice(loaded_.begin(), loaded_, found);
    return &loaded_.front();
  }
  const auto begin = std::chrono::steady_clock::now();
  while (loaded_.size() >= kKept) loaded_.pop_back();
  auto loaded = load(key, facts);
  if (loaded.status().code() == Code::kNoSpace && !loaded_.empty()) {
    loaded_.clear();
    loaded = load(key, facts);
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
