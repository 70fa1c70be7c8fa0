#include "worker/diffusion/weights/pickle_storages.h"

#include <ATen/ATen.h>

#include <cstring>

namespace troupe::diffusion {
namespace {

constexpr std::pair<std::string_view, c10::ScalarType> kStorages[] = {
    {"DoubleStorage", c10::kDouble}, {"FloatStorage", c10::kFloat},       {"HalfStorage", c10::kHalf},
    {"LongStorage", c10::kLong},     {"BFloat16Storage", c10::kBFloat16}, {"IntStorage", c10::kInt},
    {"ShortStorage", c10::kShort},   {"CharStorage", c10::kChar},         {"ByteStorage", c10::kByte},
    {"BoolStorage", c10::kBool}};

Status corrupt(const std::string& what) {
  return Status(Code::kCorrupt, what);
}

}  // namespace

std::optional<c10::ScalarType> dtype_of_storage(std::string_view module, std::string_view name) {
  if (module != "torch" && module != "torch.cuda") return std::nullopt;
  for (const auto& [known, dtype] : kStorages) {
    if (name == known) return dtype;
  }
  return std::nullopt;
}

Result<StorageId> StorageId::read(const pickle::Value& value) {
  const auto* persistent = value.as<pickle::Persistent>();
  const auto* id = persistent == nullptr ? nullptr : persistent->id->as<pickle::Tuple>();
  const bool plain = id != nullptr &&
                     (id->items.size() == 5 || (id->items.size() == 6 && id->items[5]->as<pickle::None>() != nullptr));
  if (!plain) return corrupt("a tensor of no storage, or of one that is a part of another");
  const auto* kind = id->items[0]->as<pickle::Text>();
  const auto* type = id->items[1]->as<pickle::Global>();
  const auto* key = id->items[2]->as<pickle::Text>();
  const auto* elements = id->items[4]->as<std::int64_t>();
  const auto dtype = type == nullptr ? std::nullopt : dtype_of_storage(type->module, type->name);
  if (kind == nullptr || kind->utf8 != "storage" || !dtype || key == nullptr || elements == nullptr || *elements < 0) {
    return corrupt("a storage that is not described as torch.save does it");
  }
  return StorageId{*dtype, std::string(key->utf8), *elements};
}

Result<at::Tensor> Storages::get(const StorageId& id) {
  const auto place = std::pair(id.key, id.dtype);
  if (const auto found = made_.find(place); found != made_.end()) {
    if (found->second.numel() == id.elements) return found->second;
    return corrupt("storage " + id.key + " has two sizes");
  }
  const auto found = bytes_.find(id.key);
  std::int64_t bytes = 0;
  if (found == bytes_.end() ||
      __builtin_mul_overflow(id.elements, static_cast<std::int64_t>(c10::elementSize(id.dtype)), &bytes) ||
      found->second.size() != static_cast<std::uint64_t>(bytes)) {
    return corrupt("storage " + id.key + " of " + std::to_string(id.elements) +
                   " elements is not in the file at that size (is it cut short?)");
  }
  const auto options = at::TensorOptions().dtype(id.dtype);
  const char* data = found->second.data();
  const bool aligned = reinterpret_cast<std::uintptr_t>(data) % c10::elementSize(id.dtype) == 0;
  at::Tensor storage;
  if (aligned && bytes > 0) {
    // The deleter owns a reference to the file, which outlives the view.
    storage = at::from_blob(
        const_cast<char*>(data), {id.elements}, [owner = file_](void*) {}, options);
  } else {
    storage = at::empty({id.elements}, options);
    if (bytes > 0) std::memcpy(storage.data_ptr(), data, static_cast<std::size_t>(bytes));
  }
  made_.emplace(place, storage);
  return storage;
}

}  // namespace troupe::diffusion
