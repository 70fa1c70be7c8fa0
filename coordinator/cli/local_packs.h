// Manifests and packs on this machine: what can be checked before a coordinator hears of a campaign.
#pragma once

#include <optional>
#include <string>

#include "common/manifest/manifest.h"
#include "common/manifest/pack_facts.h"

namespace troupe::cli {

// The folder of a pack: in TROUPE_PACKS (folders separated by ":"), ./configs/packs, or configs/packs of the project
// that this program was built in. nullopt when it lies in none of them: the workers may still have it.
std::optional<std::string> find_pack(const std::string& name);

// The folders that packs are looked for in, separated by ":", for programs that this one starts.
std::string pack_folders();

// Reads a manifest, looks at its references, and holds it against its pack where the pack is on this machine.
Result<manifest::Manifest> load_manifest(const std::string& path);

}  // namespace troupe::cli
