// pack.lock: the files of a pack and their SHA-256, one "<64 hex digits>  <path>" a line, as sha256sum writes it. Its
// digest is the pack's identity, of which its model card, README.md at the root, is no part.
#pragma once

#include <string>
#include <string_view>

#include "common/base/status.h"

namespace troupe::manifest {

// Hashes all files below the folder (hidden ones, README.md and pack.lock itself left out; links to files are followed)
// into a canonical pack.lock: lines ordered by path. kTooLarge past kMaxPackFiles.
Result<std::string> make_pack_lock(const std::string& folder);

// Brings a lock into that form: any order and empty lines are taken. kCorrupt for anything that is not a lock.
Result<std::string> canonical_pack_lock(std::string_view text);

// The folder's pack.lock in canonical form, as it stands; without one, what make_pack_lock gives.
Result<std::string> read_or_make_pack_lock(const std::string& folder);

}  // namespace troupe::manifest
