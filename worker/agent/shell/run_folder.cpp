#include "worker/agent/shell/run_folder.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "common/base/files.h"
#include "worker/engine/port.h"

namespace troupe::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameBytes = 24;  // "/e63-1234567890.sock"

}  // namespace

Result<RunFolder> RunFolder::make(const std::string& state_folder) {
  std::error_code error;
  const std::string inside = fs::absolute(state_folder).lexically_normal().string() + "/run";
  if (inside.size() + kNameBytes <= engine::kMaxSocketPath) {
    fs::remove_all(inside, error);
    TROUPE_RETURN_IF_ERROR(make_folders(inside, 0700));
    return RunFolder(inside);
  }
  std::string pattern = (fs::temp_directory_path(error) / "troupe-run-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return errno_status("make the folder", pattern, errno);
  return RunFolder(pattern);
}

RunFolder::~RunFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace troupe::agent
