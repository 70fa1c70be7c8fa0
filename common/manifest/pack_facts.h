// What a manifest must know of a pack of models, read from its folder without any model library.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/hash.h"
#include "common/base/status.h"
#include "common/manifest/manifest.h"
#include "common/manifest/pack_models.h"

namespace troupe::manifest {

struct PackFacts {
  std::string name;             // the folder's
  Digest digest;                // of `lock`: the pack's identity
  std::string lock;             // canonical pack.lock: "<64 hex digits>  <path>\n" a file, ordered by path
  std::string models;           // the folder of the first diffusion model, relative to the pack: "." or "sd"
  int vae_scale = 8;            // pixels of a side for one latent: 2^(levels - 1)
  int native_side = 0;          // the side in pixels the UNet was trained at; 0 where it does not say
  std::vector<PackModel> list;  // never empty
  std::optional<double> identity_threshold;

  // The model of that kind with that name, or, for an empty name, the first of the kind; null where there is none.
  const PackModel* find(std::string_view kind, std::string_view model_name = {}) const;
  // Its files by the lock.
  std::vector<PackFile> files_of(const PackModel& model) const { return pack_files(lock, model.path); }
};

// Reads a pack with a pack.yaml, a diffusers folder, or a folder that holds one in sd/ (one diffusion model each,
// "sd"). vae_scale and native_side are those of the first diffusion model. Without a pack.lock it hashes every file
// (seconds for large packs); with one it believes it. kNotFound or kCorrupt, naming the file.
Result<PackFacts> read_pack_facts(const std::string& folder);

// kInvalid with the place of the value: a size to generate that is not a multiple of the pack's VAE scale; a model or
// vae that the pack does not list, or a stage or gate of a kind that it has no model for. With an empty `list`, as of a
// pack that only a worker has, models are not looked at.
Status check_pack(const Manifest& manifest, const PackFacts& pack);

}  // namespace troupe::manifest
