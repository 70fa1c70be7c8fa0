#include "worker/diffusion/weights/pickle_file.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "common/base/limits.h"
#include "worker/diffusion/torch_errors.h"
#include "worker/diffusion/weights/pickle.h"
#include "worker/diffusion/weights/pickle_storages.h"
#include "worker/diffusion/weights/pickle_zip.h"

namespace troupe::diffusion {
namespace {

using Tensors = std::map<std::string, at::Tensor>;

constexpr std::string_view kZipMagic{"PK\3\4", 4};
// A pickle of the number 0x1950a86a20f9469cfc6c, before torch 1.6.
constexpr std::string_view kOldMagic{"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15};
constexpr std::int64_t kOldProtocol = 1001;

Status corrupt(const std::string& what) {
  return Status(Code::kCorrupt, what);
}

// What may be named in a file of weights: tensors and storages, and values that stand beside them and say nothing.
bool is_known(std::string_view module, std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kKnown[] = {{"torch._utils", "_rebuild_tensor_v2"},
                                                                             {"torch._utils", "_rebuild_parameter"},
                                                                             {"torch", "Size"},
                                                                             {"torch", "device"},
                                                                             {"torch", "float32"},
                                                                             {"torch", "float16"},
                                                                             {"torch", "bfloat16"},
                                                                             {"numpy", "dtype"},
                                                                             {"numpy.core.multiarray", "scalar"},
                                                                             {"numpy._core.multiarray", "scalar"},
                                                                             {"_codecs", "encode"}};
  return dtype_of_storage(module, name).has_value() ||
         std::find(std::begin(kKnown), std::end(kKnown), std::pair(module, name)) != std::end(kKnown);
}

Result<std::vector<std::int64_t>> counts(const pickle::Value& value) {
  const auto* tuple = value.as<pickle::Tuple>();
  if (tuple == nullptr || tuple->items.size() > limits::kMaxTensorDimensions)
    return corrupt("a tensor without a shape");
  std::vector<std::int64_t> result;
  for (const pickle::Value* item : tuple->items) {
    const auto* count = item->as<std::int64_t>();
    if (count == nullptr || *count < 0) return corrupt("a tensor with an impossible shape");
    result.push_back(*count);
  }
  return result;
}

// Whether every element lies in a storage of `elements`, and there are not more of them than that.
bool fits(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides, std::int64_t offset,
          std::int64_t elements) {
  std::int64_t last = offset, count = 1, step = 0;
  if (std::find(sizes.begin(), sizes.end(), 0) != sizes.end()) return offset >= 0 && offset <= elements;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (__builtin_mul_overflow(count, sizes[i], &count) || __builtin_mul_overflow(sizes[i] - 1, strides[i], &step) ||
        __builtin_add_overflow(last, step, &last)) {
      return false;
    }
  }
  return offset >= 0 && last < elements && count <= elements;
}

// _rebuild_tensor_v2(storage, offset, sizes, strides, requires_grad, hooks[, metadata])
Result<at::Tensor> rebuild(const pickle::Tuple& arguments, Storages& storages) {
  if (arguments.items.size() < 6) return corrupt("a tensor that is not described as torch.save does it");
  TROUPE_ASSIGN_OR_RETURN(const StorageId id, StorageId::read(*arguments.items[0]));
  TROUPE_ASSIGN_OR_RETURN(const auto sizes, counts(*arguments.items[2]));
  TROUPE_ASSIGN_OR_RETURN(const auto strides, counts(*arguments.items[3]));
  const auto* offset = arguments.items[1]->as<std::int64_t>();
  if (offset == nullptr || sizes.size() != strides.size() || !fits(sizes, strides, *offset, id.elements)) {
    return corrupt("a tensor that reaches outside its storage " + id.key);
  }
  TROUPE_ASSIGN_OR_RETURN(const at::Tensor storage, storages.get(id));
  return storage.as_strided(sizes, strides, *offset);
}

// The tensor that a value is; undefined for a value of another kind.
Result<at::Tensor> tensor_of(const pickle::Value& value, Storages& storages) {
  const auto* call = value.as<pickle::Call>();
  if (call == nullptr || call->function->module != "torch._utils") return at::Tensor();
  if (call->function->name == "_rebuild_tensor_v2") return rebuild(*call->arguments, storages);
  // _rebuild_parameter(tensor, requires_grad, hooks)
  const auto* inner = call->arguments->items.empty() ? nullptr : call->arguments->items[0]->as<pickle::Call>();
  if (inner == nullptr || inner->function->name != "_rebuild_tensor_v2") return corrupt("a parameter without a tensor");
  return rebuild(*inner->arguments, storages);
}

// Walks nested dicts, whose values may be the same ones many times over.
class Collector {
 public:
  explicit Collector(Storages storages) : storages_(std::move(storages)) {}

  Status collect(const pickle::Dict& dict, const std::string& prefix = "", std::size_t depth = 0) {
    if (depth > limits::kMaxCheckpointDepth) return Status(Code::kTooLarge, "it nests dicts without an end");
    for (const auto& [key, value] : dict.items) {
      if (++visited_ > limits::kMaxPickleSteps) return Status(Code::kTooLarge, "its dicts repeat each other");
      const auto* text = key->as<pickle::Text>();
      if (text == nullptr) continue;  // numbers: the states of an optimizer
      if (text->utf8.size() > limits::kMaxNameBytes) return Status(Code::kTooLarge, "it has a key of many bytes");
      const std::string name = prefix + std::string(text->utf8);
      if (const auto* inner = value->as<pickle::Dict>(); inner != nullptr) {
        TROUPE_RETURN_IF_ERROR(collect(*inner, name + "/", depth + 1));
        continue;
      }
      auto tensor = tensor_of(*value, storages_);
      if (!tensor.ok()) return tensor.status().with_context(name);
      if (tensor->defined()) found.insert_or_assign(name, *tensor);
      if (found.size() > limits::kMaxCheckpointTensors) return Status(Code::kTooLarge, "it holds too many tensors");
    }
    return {};
  }

  Tensors found;

 private:
  Storages storages_;
  std::size_t visited_ = 0;
};

Result<Tensors> tensors_of(const pickle::Pickle& read, Storages storages) {
  const auto* dict = read.root->as<pickle::Dict>();
  if (dict == nullptr) return corrupt("it holds no dict of tensors (a whole model, saved with its code, is not read)");
  Collector collector(std::move(storages));
  TROUPE_RETURN_IF_ERROR(collector.collect(*dict));
  if (collector.found.empty()) return corrupt("it holds no tensor");
  return std::move(collector.found);
}

// NAME/data.pkl, NAME/data/KEY, NAME/byteorder, where NAME is what the file was called.
Result<Tensors> read_zip(const std::shared_ptr<const MappedFile>& file) {
  TROUPE_ASSIGN_OR_RETURN(const auto entries, zip_entries(file->bytes()));
  constexpr std::string_view kPickle = "/data.pkl";
  const auto main = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
    return entry.first.ends_with(kPickle) && entry.first.find('/') == entry.first.size() - kPickle.size();
  });
  if (main == entries.end()) return corrupt("it is a zip archive, but not one of torch.save");
  const std::string folder = main->first.substr(0, main->first.size() - kPickle.size() + 1);
  if (const auto order = entries.find(folder + "byteorder"); order != entries.end() && order->second != "little") {
    return corrupt("its numbers are big-endian");
  }
  std::map<std::string, std::string_view> storages;
  const std::string data = folder + "data/";
  for (auto at = entries.lower_bound(data); at != entries.end() && at->first.starts_with(data); ++at) {
    storages.emplace(at->first.substr(data.size()), at->second);
  }
  TROUPE_ASSIGN_OR_RETURN(const pickle::Pickle read, pickle::read(main->second, is_known));
  return tensors_of(read, Storages(file, std::move(storages)));
}

// The sizes in bytes of the storages that a pickle speaks of.
Result<std::map<std::string, std::uint64_t>> storage_sizes(const pickle::Pickle& read) {
  std::map<std::string, std::uint64_t> sizes;
  for (const pickle::Value& value : read.values) {
    if (value.as<pickle::Persistent>() == nullptr) continue;
    TROUPE_ASSIGN_OR_RETURN(const StorageId id, StorageId::read(value));
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(static_cast<std::uint64_t>(id.elements), c10::elementSize(id.dtype), &bytes)) {
      return corrupt("storage " + id.key + " has an impossible size");
    }
    sizes[id.key] = bytes;
  }
  return sizes;
}

// One pickle each of a magic number, a version, the writer's machine, the object and the list of storages; then each
// storage: its number of elements in 8 bytes, its bytes.
Result<Tensors> read_old(const std::shared_ptr<const MappedFile>& file) {
  std::string_view rest = file->bytes().substr(kOldMagic.size());
  const auto next = [&]() -> Result<pickle::Pickle> {
    auto read = pickle::read(rest, is_known);
    if (read.ok()) rest.remove_prefix(read->consumed);
    return read;
  };
  TROUPE_ASSIGN_OR_RETURN(const pickle::Pickle version, next());
  const auto* number = version.root->as<std::int64_t>();
  if (number == nullptr || *number != kOldProtocol)
    return corrupt("it is of a version of torch.save that is not known");
  TROUPE_RETURN_IF_ERROR(next().status());
  TROUPE_ASSIGN_OR_RETURN(const pickle::Pickle object, next());
  TROUPE_ASSIGN_OR_RETURN(const pickle::Pickle keys, next());
  TROUPE_ASSIGN_OR_RETURN(const auto sizes, storage_sizes(object));
  const auto* list = keys.root->as<pickle::List>();
  if (list == nullptr) return corrupt("it has no list of storages");
  std::map<std::string, std::string_view> storages;
  for (const pickle::Value* item : list->items) {
    const auto* key = item->as<pickle::Text>();
    const auto size = key == nullptr ? sizes.end() : sizes.find(std::string(key->utf8));
    if (size == sizes.end()) return corrupt("it lists a storage that nothing uses");
    if (rest.size() < 8 || rest.size() - 8 < size->second) return corrupt("it ends early (is the file cut short?)");
    storages.emplace(size->first, rest.substr(8, size->second));
    rest.remove_prefix(8 + size->second);
  }
  return tensors_of(object, Storages(file, std::move(storages)));
}

}  // namespace

bool is_pickle_file(std::string_view start) {
  return start.starts_with(kZipMagic) || start.starts_with(kOldMagic);
}

Result<Tensors> read_pickle_file(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const auto file, MappedFile::open(path));
  auto tensors = catch_torch("read", [&]() -> Result<Tensors> {
    if (file->bytes().starts_with(kZipMagic)) return read_zip(file);
    if (file->bytes().starts_with(kOldMagic)) return read_old(file);
    return corrupt("it is not a file of torch.save");
  });
  return tensors.ok() ? std::move(tensors) : tensors.status().with_context(path);
}

}  // namespace troupe::diffusion
