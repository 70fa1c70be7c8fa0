// Which models a pack holds: pack.yaml at its root.
//
//   troupe_pack: 1
//   name: pocket
//   license: MIT
//   models:                      # the first of a kind is the one taken unless a stage says model:
//     sd: {kind: diffusion, path: sd}
//     x4: {kind: upscale, path: upscale/x4.safetensors}
//   identity_threshold: 0.4      # what the gate `identity: auto` means
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/hash.h"
#include "common/base/status.h"

namespace troupe::manifest {

struct PackModel {
  std::string name;
  std::string kind;  // one of pack_model_kinds()
  std::string path;  // a folder or a file, relative to the pack, without "..": "." is the pack itself
  bool operator==(const PackModel&) const = default;
};

struct PackModels {
  std::string license;
  std::vector<PackModel> models;  // in the order of the file
  std::optional<double> identity_threshold;
};

// "diffusion", "segment", "face", "upscale", "vae".
const std::vector<std::string>& pack_model_kinds();

// From the text of a pack.yaml; `file` is for messages. kInvalid with the place of what is wrong.
Result<PackModels> read_pack_models(std::string_view text, const std::string& file);

// A file of a pack, by its lock.
struct PackFile {
  std::string path;  // relative to the pack
  Digest digest;
};

// The files of a canonical lock that are `path` or lie below it, in the lock's order.
std::vector<PackFile> pack_files(std::string_view lock, const std::string& path);

}  // namespace troupe::manifest
