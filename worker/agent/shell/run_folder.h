// The folder of this process's sockets.
#pragma once

#include <string>

#include "common/base/status.h"

namespace troupe::agent {

// A folder that only this user may enter (0700), emptied when made and removed at the end: `state_folder`/run, or,
// where that is too long for the path of a socket, a new one in the system's folder for temporary files.
class RunFolder {
 public:
  static Result<RunFolder> make(const std::string& state_folder);
  ~RunFolder();
  RunFolder(RunFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  RunFolder& operator=(RunFolder&&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit RunFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace troupe::agent
