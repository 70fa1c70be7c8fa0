#include "worker/diffusion/upscale/named_tensors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <regex>
#include <utility>

#include "common/base/limits.h"
#include "worker/diffusion/weights/checkpoint.h"

namespace troupe::diffusion {
namespace {

using Tensors = std::map<std::string, at::Tensor>;

// Those below `prefix`, without it.
Tensors below(const Tensors& tensors, const std::string& prefix) {
  Tensors result;
  for (auto at = tensors.lower_bound(prefix); at != tensors.end() && at->first.starts_with(prefix); ++at) {
    result.emplace(at->first.substr(prefix.size()), at->second);
  }
  return result;
}

Tensors unwrapped(const Tensors& tensors) {
  for (const char* wrapper : {"params_ema", "params", "state_dict"}) {
    for (const char* separator : {"/", "."}) {
      if (Tensors inner = below(tensors, std::string(wrapper) + separator); !inner.empty()) return inner;
    }
  }
  return tensors;
}

struct Spelling {
  std::regex from;
  std::string to;
};

// ESRGAN as one Sequential: model.0 is the first convolution, model.1 the blocks and, last in it, the convolution after
// them; then, for each doubling, three layers of which the second is a convolution; two more convolutions end it.
std::string sequential_name(const std::string& name, std::int64_t blocks, std::int64_t doublings) {
  static const std::regex kBlock(R"(model\.1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\.(weight|bias))");
  static const std::regex kLayer(R"(model\.(1\.sub\.)?(\d{1,6})\.(weight|bias))");
  std::smatch match;
  if (std::regex_match(name, match, kBlock)) {
    return "body." + match.str(1) + ".rdb" + match.str(2) + ".conv" + match.str(3) + "." + match.str(4);
  }
  if (!std::regex_match(name, match, kLayer)) return name;
  const std::int64_t number = std::stoll(match.str(2));
  const std::string end = "." + match.str(3);
  if (match[1].matched) return number == blocks ? "conv_body" + end : name;
  if (number == 0) return "conv_first" + end;
  if (number == 2 + 3 * doublings) return "conv_hr" + end;
  if (number == 4 + 3 * doublings) return "conv_last" + end;
  return number % 3 == 0 ? "conv_up" + std::to_string(number / 3) + end : name;
}

std::string trunk_name(const std::string& name) {
  static const Spelling kSpellings[] = {{std::regex(R"(^RRDB_trunk\.)"), "body."},
                                        {std::regex(R"(\.RDB(\d)\.)"), ".rdb$1."},
                                        {std::regex(R"(^trunk_conv\.)"), "conv_body."},
                                        {std::regex(R"(^upconv(\d)\.)"), "conv_up$1."},
                                        {std::regex(R"(^HRconv\.)"), "conv_hr."}};
  std::string result = name;
  for (const Spelling& spelling : kSpellings) result = std::regex_replace(result, spelling.from, spelling.to);
  return result;
}

// The numbers in an older file that say what its layers are.
std::pair<std::int64_t, std::int64_t> blocks_and_doublings(const Tensors& tensors) {
  static const std::regex kLayer(R"(model\.(1\.sub\.)?(\d{1,6})\..*)");
  std::int64_t blocks = 0, last = 0;
  for (const auto& [name, tensor] : tensors) {
    std::smatch match;
    if (name.size() > limits::kMaxNameBytes || !std::regex_match(name, match, kLayer)) continue;
    std::int64_t& highest = match[1].matched ? blocks : last;
    highest = std::max<std::int64_t>(highest, std::stoll(match.str(2)));
  }
  return {blocks, last < 4 ? 0 : (last - 4) / 3};
}

Tensors renamed(const Tensors& tensors) {
  const auto [blocks, doublings] = blocks_and_doublings(tensors);
  const bool sequential = tensors.count("model.0.weight") != 0;
  Tensors result;
  for (const auto& [stored, tensor] : tensors) {
    const std::string name = stored.starts_with("module.") ? stored.substr(7) : stored;
    if (name.size() > limits::kMaxNameBytes) {  // no layer's, and long work for a regular expression
      result.emplace(name, tensor);
      continue;
    }
    result.emplace(sequential ? sequential_name(name, blocks, doublings) : trunk_name(name), tensor);
  }
  return result;
}

std::string text_of(at::IntArrayRef shape) {
  std::string text = "[";
  for (const std::int64_t side : shape) text += (text.size() > 1 ? "," : "") + std::to_string(side);
  return text + "]";
}

}  // namespace

Result<NamedTensors> NamedTensors::read(const std::string& path, const Placement& placement) {
  TROUPE_ASSIGN_OR_RETURN(Tensors tensors, read_checkpoint(path));
  return of(std::move(tensors), path, placement);
}

NamedTensors NamedTensors::of(Tensors tensors, const std::string& path, const Placement& placement) {
  NamedTensors named;
  named.path_ = path;
  named.placement_ = placement;
  named.tensors_ = renamed(unwrapped(tensors));
  return named;
}

at::IntArrayRef NamedTensors::shape_of(const std::string& name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? at::IntArrayRef() : found->second.sizes();
}

std::int64_t NamedTensors::count(const std::string& prefix, const std::string& suffix) const {
  std::int64_t number = 0;
  while (contains(prefix + std::to_string(number) + suffix)) ++number;
  return number;
}

Result<at::Tensor> NamedTensors::take(const std::string& name, at::IntArrayRef shape) {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    return Status(Code::kCorrupt, path_ + ": tensor " + name + " " + text_of(shape) + " is missing");
  }
  const at::Tensor stored = found->second;
  if (stored.sizes() != shape || !stored.is_floating_point()) {
    return Status(Code::kCorrupt, path_ + ": tensor " + name + " has the shape " + text_of(stored.sizes()) +
                                      " where floats of the shape " + text_of(shape) + " belong");
  }
  tensors_.erase(found);
  return stored.to(placement_.device, placement_.dtype, /*non_blocking=*/false, /*copy=*/true);
}

Result<Conv2d> NamedTensors::take_conv(const std::string& name, std::int64_t in, std::int64_t out) {
  Conv2d layer;
  TROUPE_ASSIGN_OR_RETURN(layer.weight, take(name + ".weight", {out, in, 3, 3}));
  TROUPE_ASSIGN_OR_RETURN(layer.bias, take(name + ".bias", {out}));
  layer.weight = layer.weight.contiguous(at::MemoryFormat::ChannelsLast);
  layer.padding = 1;
  return layer;
}

Status NamedTensors::check_all_taken() const {
  if (tensors_.empty()) return {};
  return {Code::kCorrupt, path_ + ": the network has no place for " + std::to_string(tensors_.size()) +
                              " of the tensors, such as " + tensors_.begin()->first};
}

}  // namespace troupe::diffusion
