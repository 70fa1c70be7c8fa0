// Files as Troupe needs them: whole reads with a bound, writes that survive a crash, paths that stay inside their root.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/status.h"

namespace troupe {

// kNotFound, kTooLarge (more than `most` bytes), kIo, or the whole file.
Result<std::string> read_file(const std::string& path, std::uint64_t most);

// Writes beside `path`, fsyncs, renames over it, fsyncs the folder: after a crash there is the old file or the new one.
// mode is the new file's permission bits. kNoSpace when the disk is full.
Status write_file_durably(const std::string& path, std::string_view bytes, unsigned mode = 0644);

// mkdir -p; folders made get `mode`.
Status make_folders(const std::string& path, unsigned mode = 0755);

// fsync of a folder, so that names made in it survive a crash.
Status sync_folder(const std::string& path);

// The Status of errno after `what` failed on `path`: kNotFound, kNoSpace, kPermissionDenied, kAlreadyExists or kIo.
Status errno_status(const std::string& what, const std::string& path, int error);

// True when the relative path `path` can only name something below the folder it is joined to: not empty, not absolute,
// no "..", no empty or "." part, no control character, no backslash.
bool is_confined(std::string_view path);

// ~/.local/state/troupe, or $TROUPE_STATE where that is set.
std::string default_state_folder();

}  // namespace troupe
