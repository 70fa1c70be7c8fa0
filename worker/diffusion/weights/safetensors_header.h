// The JSON header of a .safetensors file, parsed and checked without looking at the tensors' bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/base/status.h"
#include "worker/diffusion/weights/safetensors.h"

namespace troupe::diffusion {

struct SafetensorsHeader {
  std::map<std::string, SafetensorsFile::Entry> entries;
  std::map<std::string, std::string> metadata;
};

// json: the header's bytes. data_bytes: how many bytes follow it; the entries must cover them exactly, each byte once.
// kCorrupt says what is wrong (without the path).
Result<SafetensorsHeader> parse_safetensors_header(std::string_view json, std::uint64_t data_bytes);

}  // namespace troupe::diffusion
