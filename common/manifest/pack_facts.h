// What a manifest must know of a pack of models, read from its folder without any model library.
#pragma once

#include <string>

#include "common/base/hash.h"
#include "common/base/status.h"
#include "common/manifest/manifest.h"

namespace troupe::manifest {

struct PackFacts {
  std::string name;     // the folder's
  Digest digest;        // of `lock`: the pack's identity
  std::string lock;     // canonical pack.lock: "<64 hex digits>  <path>\n" a file, ordered by path
  std::string models;   // the folder that holds model_index.json, relative to the pack: "." or "sd"
  int vae_scale = 8;    // pixels of a side for one latent: 2^(levels - 1)
  int native_side = 0;  // the side in pixels the UNet was trained at; 0 where it does not say
};

// Reads a diffusers folder, or a pack that holds one in sd/. Without a pack.lock it hashes every file (seconds for
// large packs); with one it believes it. kNotFound or kCorrupt, naming the file.
Result<PackFacts> read_pack_facts(const std::string& folder);

// kInvalid with the place of the value: a size that is not a multiple of the pack's VAE scale.
Status check_pack(const Manifest& manifest, const PackFacts& pack);

}  // namespace troupe::manifest
