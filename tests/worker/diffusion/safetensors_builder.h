// Writes .safetensors files for tests.
#pragma once

#include <ATen/ATen.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace troupe::diffusion {

// A folder that goes away with this object.
class TempFolder {
 public:
  TempFolder() {
    std::string name = std::filesystem::temp_directory_path() / "troupe_diffusion_XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline void write_text(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// A file with this header and this data, whatever they say.
inline void write_raw(const std::string& path, const std::string& header, const std::string& data) {
  std::string length(8, '\0');
  for (int i = 0; i < 8; ++i) length[i] = static_cast<char>(header.size() >> (8 * i) & 0xff);
  write_text(path, length + header + data);
}

class SafetensorsBuilder {
 public:
  SafetensorsBuilder& add(const std::string& name, const at::Tensor& tensor) {
    const at::Tensor dense = tensor.contiguous();
    std::string shape;
    for (const std::int64_t side : dense.sizes()) shape += (shape.empty() ? "" : ",") + std::to_string(side);
    header_ += (header_.empty() ? "" : ",") + ("\"" + name + "\":{\"dtype\":\"") + dtype_name_of(dense) +
               "\",\"shape\":[" + shape + "],\"data_offsets\":[" + std::to_string(data_.size()) + "," +
               std::to_string(data_.size() + dense.nbytes()) + "]}";
    data_.append(static_cast<const char*>(dense.data_ptr()), dense.nbytes());
    return *this;
  }
  void write(const std::string& path) const { write_raw(path, "{" + header_ + "}", data_); }

 private:
  static const char* dtype_name_of(const at::Tensor& tensor) {
    switch (tensor.scalar_type()) {
      case at::kDouble: return "F64";
      case at::kHalf: return "F16";
      case at::kBFloat16: return "BF16";
      case at::kLong: return "I64";
      case at::kInt: return "I32";
      case at::kShort: return "I16";
      case at::kChar: return "I8";
      case at::kByte: return "U8";
      case at::kBool: return "BOOL";
      default: return "F32";
    }
  }

  std::string header_;
  std::string data_;
};

}  // namespace troupe::diffusion
