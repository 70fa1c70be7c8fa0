#include "worker/chain/torch/pipeline_cache.h"

#include <set>

namespace troupe::chain {
namespace {

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

Result<std::shared_ptr<LoadedPipeline>> load(const PipelineKey& key, const manifest::PackFacts& facts) {
  const auto below_pack = [&](const std::string& path) {
    return path == "." ? key.pack_folder : key.pack_folder + "/" + path;
  };
  const std::string prefix = prefix_of(key.model);
  TROUPE_ASSIGN_OR_RETURN(auto pipeline, diffusion::StableDiffusion::load(below_pack(key.model), key.placement,
                                                                          key.vae.empty() ? "" : below_pack(key.vae)));
  auto loaded = std::make_shared<LoadedPipeline>();
  loaded->pipeline = std::move(pipeline);
  loaded->pack = facts.name;
  loaded->native_side = facts.native_side;
  loaded->models =
      weights_of(facts, {prefix + "text_encoder", prefix + "unet", key.vae.empty() ? prefix + "vae" : key.vae});
  for (const ModelFile& file : loaded->models) {
    if (loaded->unet_hash.empty() && is_below(file.path, prefix + "unet")) loaded->unet_hash = file.digest.hex();
  }
  return loaded;
}

}  // namespace

Result<std::shared_ptr<LoadedPipeline>> get_pipeline(ModelCache& models, const PipelineKey& key,
                                                     const manifest::PackFacts& facts, double& load_seconds) {
  const std::string text = key.pack_folder + "\n" + key.model + "\n" + key.vae + "\n" + key.placement.device.str() +
                           "\n" + diffusion::dtype_name(key.placement.dtype);
  return models.get<LoadedPipeline>(
      "diffusion", text, [&] { return load(key, facts); }, load_seconds);
}

}  // namespace troupe::chain
