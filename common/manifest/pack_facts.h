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
// large packs). kNotFound, kInvalid or kCorrupt, naming the file.
Result<PackFacts> read_pack_facts(const std::string& folder);

// Hashes all files below the folder (hidden ones and pack.lock itself left out) into a canonical pack.lock.
Result<std::string> make_pack_lock(const std::string& folder);
// Any order and blank lines are taken; kCorrupt for anything that is not a lock.
Result<std::string> canonical_pack_lock(std::string_view text);

// kInvalid with the place of the value: a size that is not a multiple of the pack's VAE scale.
Status check_pack(const Manifest& manifest, const PackFacts& pack);

}  // namespace troupe::manifest
