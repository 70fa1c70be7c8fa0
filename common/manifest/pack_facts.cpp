#include "common/manifest/pack_facts.h"

#include <algorithm>
#include <filesystem>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/manifest/pack_lock.h"

namespace troupe::manifest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLevels = 8;

Result<nlohmann::json> read_config(const fs::path& path) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(path.string(), limits::kMaxPackConfigBytes));
  nlohmann::json config = nlohmann::json::parse(text, nullptr, false);
  if (!config.is_object()) return Status(Code::kCorrupt, path.string() + " is no JSON object", Place{path.string()});
  return config;
}

Result<int> read_vae_scale(const fs::path& models) {
  const fs::path path = models / "vae" / "config.json";
  TROUPE_ASSIGN_OR_RETURN(const nlohmann::json config, read_config(path));
  const auto channels = config.find("block_out_channels");
  if (channels == config.end() || !channels->is_array() || channels->empty() || channels->size() > kMostLevels) {
    return Status(Code::kCorrupt,
                  path.string() + " needs block_out_channels, a list of 1 to " + std::to_string(kMostLevels),
                  Place{path.string()});
  }
  return 1 << (channels->size() - 1);
}

Result<int> read_native_side(const fs::path& models, int vae_scale) {
  TROUPE_ASSIGN_OR_RETURN(const nlohmann::json config, read_config(models / "unet" / "config.json"));
  const auto side = config.find("sample_size");
  if (side == config.end() || !side->is_number_integer()) return 0;
  const auto latents = side->get<std::int64_t>();
  return latents > 0 && latents <= limits::kMaxPictureSide / vae_scale ? static_cast<int>(latents) * vae_scale : 0;
}

// Fills in list and identity_threshold.
Status read_list(const fs::path& root, const std::string& folder, PackFacts& facts) {
  std::error_code error;
  const fs::path file = root / "pack.yaml";
  if (fs::exists(file, error)) {
    TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(file.string(), limits::kMaxPackConfigBytes));
    auto read = read_pack_models(text, file.string());
    if (!read.ok()) {
      return Status(Code::kCorrupt, read.status().message(), read.status().place().value_or(Place{file.string()}));
    }
    facts.list = std::move(read->models);
    facts.identity_threshold = read->identity_threshold;
    return {};
  }
  const std::string path = fs::exists(root / "model_index.json", error) ? "." : "sd";
  if (!fs::exists(root / path / "model_index.json", error)) {
    return Status(Code::kNotFound,
                  "no pack at " + folder + ": neither pack.yaml nor model_index.json nor sd/model_index.json is there",
                  Place{folder});
  }
  facts.list = {{"sd", "diffusion", path}};
  return {};
}

}  // namespace

const PackModel* PackFacts::find(std::string_view kind, std::string_view model_name) const {
  const auto found = std::ranges::find_if(list, [&](const PackModel& model) {
    return model.kind == kind && (model_name.empty() || model.name == model_name);
  });
  return found == list.end() ? nullptr : &*found;
}

Result<PackFacts> read_pack_facts(const std::string& folder) {
  PackFacts facts;
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root)) {
    return Status(Code::kNotFound, "no pack at " + folder + ": there is no such folder", Place{folder});
  }
  facts.name = root.filename().string();
  TROUPE_RETURN_IF_ERROR(read_list(root, folder, facts));
  const PackModel* first = facts.find("diffusion");
  if (!first) {
    return Status(Code::kCorrupt, folder + "/pack.yaml names no model of the kind diffusion",
                  Place{folder + "/pack.yaml"});
  }
  facts.models = first->path;
  const fs::path models = root / facts.models;
  TROUPE_RETURN_IF_ERROR(read_config(models / "model_index.json").status());
  TROUPE_ASSIGN_OR_RETURN(facts.vae_scale, read_vae_scale(models));
  TROUPE_ASSIGN_OR_RETURN(facts.native_side, read_native_side(models, facts.vae_scale));
  TROUPE_ASSIGN_OR_RETURN(facts.lock, read_or_make_pack_lock(root.string()));
  facts.digest = sha256(facts.lock);
  return facts;
}

}  // namespace troupe::manifest
