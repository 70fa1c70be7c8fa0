// The weights of one network (a part of a pack: unet, vae, text_encoder), taken by the checkpoint's names.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/placement.h"
#include "worker/diffusion/weights/safetensors.h"

namespace troupe::diffusion {

// A network's loader takes each tensor that its config asks for, with the shape that it must have.
class Weights {
 public:
  // Finds, in this order, folder/stem.safetensors, folder/stem.fp16.safetensors, folder/stem.safetensors.index.json
  // (shards that it names, in the same folder). stem: "diffusion_pytorch_model" for unet and vae, "model" for text
  // encoders. kNotFound lists what was looked for; kCorrupt for damaged files and for an index that does not fit its
  // shards.
  static Result<Weights> load(const std::string& folder, const std::string& stem, const Placement& placement);

  const Placement& placement() const { return placement_; }
  // The file or, for shards, the index.
  const std::string& path() const { return path_; }

  bool contains(const std::string& name) const { return find(name) != nullptr; }
  // The stored shape; empty when there is no such tensor.
  std::vector<std::int64_t> shape_of(const std::string& name) const;

  // The tensor converted to the placement's dtype and device (fp16 and bf16 files are widened exactly to fp32); a copy,
  // contiguous. kCorrupt names file, key, expected and found shape.
  // A weight stored as [A,B,1,1] is accepted where [A,B] is expected, and the reverse (1x1 convolution <-> linear).
  // Names are looked up as given; then with the older spellings of attention weights (query, key, value, proj_attn for
  // to_q, to_k, to_v, to_out.0); then without a leading "text_model." or, where the name has none, with it.
  Result<at::Tensor> take(const std::string& name, at::IntArrayRef shape);

  // Marks every tensor whose name begins with `prefix` as taken: parts of a file that a network leaves out.
  void leave_out(const std::string& prefix);

  // Stored names that nobody took, sorted (position_ids buffers of old CLIP files excepted).
  std::vector<std::string> unused() const;
  // kCorrupt when there are any: then config.json describes another network than the one that is stored.
  Status check_all_used() const;

 private:
  const std::shared_ptr<const SafetensorsFile>* find(const std::string& name, std::string* stored_name = nullptr) const;

  Placement placement_;
  std::string path_;
  std::map<std::string, std::shared_ptr<const SafetensorsFile>> files_;  // by tensor name
  std::set<std::string> taken_;
};

}  // namespace troupe::diffusion
