// The archive around torch.save's pickle: a zip file whose entries are stored, not packed.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/base/status.h"

namespace troupe::diffusion {

// The entries of a zip file by their names, as views of `file`. Reads the central directory, with the 64-bit fields
// that torch writes; checksums are not looked at. kCorrupt: no directory, one that reaches outside the file, a packed
// or encrypted entry, a name twice. kTooLarge: more than limits::kMaxZipEntries. Format: PKWARE's APPNOTE.TXT, 6.3.
Result<std::map<std::string, std::string_view>> zip_entries(std::string_view file);

}  // namespace troupe::diffusion
