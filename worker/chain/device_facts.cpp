#include "worker/chain/device_facts.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

#include "common/base/files.h"

namespace troupe::chain {
namespace {

constexpr std::uint64_t kMostBytes = 4u << 20;

std::string text_of(const std::string& path) {
  auto text = read_file(path, kMostBytes);
  return text.ok() ? std::move(text).value() : std::string();
}

// The value of the first line "key<spaces>: value", or nothing.
std::string field(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t colon = line.find(':');
    if (colon == line.npos || !line.starts_with(key)) continue;
    if (line.substr(key.size(), colon - key.size()).find_first_not_of(" \t") != line.npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == line.npos ? std::string() : std::string(line.substr(begin));
  }
  return {};
}

std::string otherwise(std::string text, const char* fallback) {
  return text.empty() ? fallback : text;
}

}  // namespace

std::string cpu_name() {
  return otherwise(field(text_of("/proc/cpuinfo"), "model name"), "unknown CPU");
}

std::string cpu_class() {
  const std::string info = text_of("/proc/cpuinfo");
  return otherwise(field(info, "vendor_id"), "unknown") + "/" + otherwise(field(info, "cpu family"), "?") + "/" +
         otherwise(field(info, "model"), "?");
}

std::string gpu_name(int index) {
  std::error_code error;
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/driver/nvidia/gpus", error)) {
    folders.push_back(entry.path().string());
  }
  std::sort(folders.begin(), folders.end());
  if (index < 0 || static_cast<std::size_t>(index) >= folders.size()) return "unknown GPU";
  return otherwise(field(text_of(folders[static_cast<std::size_t>(index)] + "/information"), "Model"), "unknown GPU");
}

std::uint64_t memory_bytes() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  const auto machine = pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) : 0;
  const std::uint64_t group = std::strtoull(text_of("/sys/fs/cgroup/memory.max").c_str(), nullptr, 10);
  return group > 0 ? std::min(machine, group) : machine;
}

}  // namespace troupe::chain
