// One process at a time: a lock on a file that the kernel lets go when the process ends, however it ends.
#pragma once

#include <string>

#include "common/base/descriptor.h"
#include "common/base/status.h"

namespace troupe {

class FileLock {
 public:
  // Makes the file (mode 0600) where it is missing and writes this process's id into it. kAlreadyExists says which
  // process holds it; `what` names for people what is locked ("the state folder /var/lib/troupe").
  static Result<FileLock> take(const std::string& path, const std::string& what);

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace troupe
