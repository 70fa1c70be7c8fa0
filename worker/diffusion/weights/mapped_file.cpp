#include "worker/diffusion/weights/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/files.h"

namespace troupe::diffusion {

MappedFile::~MappedFile() {
  ::munmap(const_cast<void*>(mapping_), size_);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return errno_status("open", path, errno);
  struct stat info {};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(descriptor);
    return Status(Code::kIo, path + " is not a regular file");
  }
  if (info.st_size == 0) {
    ::close(descriptor);
    return Status(Code::kCorrupt, path + ": the file is empty; fetch it again");
  }
  const auto size = static_cast<std::size_t>(info.st_size);
  const void* mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  const int error = errno;
  ::close(descriptor);
  if (mapping == MAP_FAILED) return errno_status("map", path, error);
  return std::shared_ptr<const MappedFile>(new MappedFile(mapping, size));
}

}  // namespace troupe::diffusion
