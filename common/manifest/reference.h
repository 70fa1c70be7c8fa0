// Files that a manifest names, found without leaving its folder. Inside this library only.
#pragma once

#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/manifest/manifest.h"

namespace troupe::manifest {

// Hashes the picture root/path. kInvalid at `place`: not there, outside of root (through a link), no regular file, too
// large, neither PNG nor JPEG.
Result<ReferenceFile> open_reference(const std::string& root, const std::string& path, const Place& place,
                                     const std::string& key);

// The files below root that a relative pattern names ("characters/*.yaml"; * ? [ ] inside a part), as paths relative to
// root, sorted. Files that start with "." need a pattern that does. kInvalid at `place` when there are none, too many,
// or one of them lies outside of root.
Result<std::vector<std::string>> find_files(const std::string& root, const std::string& pattern, const Place& place);

}  // namespace troupe::manifest
