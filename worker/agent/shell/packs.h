// The packs that a worker has.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/domain/messages.h"

namespace troupe::agent {

struct LocalPack {
  std::string folder;
  PackOffer offer;
};

struct LocalPacks {
  std::map<std::string, LocalPack> packs;  // by name
  std::vector<std::string> troubles;       // one line a pack that cannot be offered, and why
};

// Each folder is a pack, or holds packs. Of two packs with one name the first counts. Reads every file of a pack that
// has no pack.lock.
LocalPacks find_packs(const std::vector<std::string>& folders);

}  // namespace troupe::agent
