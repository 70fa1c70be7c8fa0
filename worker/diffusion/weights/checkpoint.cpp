#include "worker/diffusion/weights/checkpoint.h"

#include "worker/diffusion/weights/mapped_file.h"
#include "worker/diffusion/weights/pickle_file.h"
#include "worker/diffusion/weights/safetensors.h"

namespace troupe::diffusion {

Result<std::map<std::string, at::Tensor>> read_checkpoint(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const auto start, MappedFile::open(path));
  if (is_pickle_file(start->bytes())) return read_pickle_file(path);
  TROUPE_ASSIGN_OR_RETURN(const auto file, SafetensorsFile::open(path));
  std::map<std::string, at::Tensor> tensors;
  for (const std::string& name : file->names()) {
    TROUPE_ASSIGN_OR_RETURN(tensors[name], file->tensor(name));
  }
  return tensors;
}

}  // namespace troupe::diffusion
