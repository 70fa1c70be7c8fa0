// Disks of some megabytes that are this process's own: tmpfs in a mount namespace that its children share.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/status.h"

namespace troupe::chaos {

// From now on this process and its children have mounts of their own. Needs a process of one thread.
// kPermissionDenied where it may not.
Status enter_own_mounts();

// An empty disk of that size at `folder`, which must exist.
Status mount_small_disk(const std::string& folder, std::size_t bytes);

// Fills the disk of `folder` to its last byte, and empties it again of what filled it.
Status fill_disk(const std::string& folder);
void clear_disk(const std::string& folder);

}  // namespace troupe::chaos
