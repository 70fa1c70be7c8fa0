// Where tests that sync a lot put their files: they are not about this machine's disk.
#pragma once

#include <filesystem>
#include <string>

namespace troupe {

// Memory where there is some that looks like files.
inline std::string ram_folder() {
  return std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path().string();
}

}  // namespace troupe
