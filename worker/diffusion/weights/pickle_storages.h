// The storages of a file of torch.save: flat arrays of numbers that its tensors are views of. Private to this folder.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/status.h"
#include "worker/diffusion/weights/mapped_file.h"
#include "worker/diffusion/weights/pickle.h"

namespace troupe::diffusion {

// What stands in a pickle for a storage: ("storage", type, key, device, elements[, None]).
struct StorageId {
  c10::ScalarType dtype = c10::kFloat;
  std::string key;
  std::int64_t elements = 0;

  static Result<StorageId> read(const pickle::Value& id);
};

// torch.FloatStorage and its like, also torch.cuda's.
std::optional<c10::ScalarType> dtype_of_storage(std::string_view module, std::string_view name);

class Storages {
 public:
  // bytes: by key, views of the file.
  Storages(std::shared_ptr<const MappedFile> file, std::map<std::string, std::string_view> bytes)
      : file_(std::move(file)), bytes_(std::move(bytes)) {}

  // One dimension of `elements`; the same memory for the same id. kCorrupt where the file has another number of bytes
  // for it.
  Result<at::Tensor> get(const StorageId& id);

 private:
  std::shared_ptr<const MappedFile> file_;
  std::map<std::string, std::string_view> bytes_;
  std::map<std::pair<std::string, c10::ScalarType>, at::Tensor> made_;
};

}  // namespace troupe::diffusion
