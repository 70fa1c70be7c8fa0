// A LogFile in memory that can crash.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "worker/agent/outbox/log_file.h"

namespace troupe::testing {

// What is on the disk for sure, and what was written since; shared by the lives of a program.
struct Disk {
  std::string durable;
  std::string now;
  std::uint64_t most_bytes = 1u << 30;  // of the disk
  bool broken = false;                  // sync fails

  // What a crash leaves when all writes since the last sync reached the disk up to byte `torn`, and none behind it.
  void crash(std::size_t torn) {
    std::string left = durable;
    if (left.size() < now.size()) left.resize(now.size(), '\0');
    for (std::size_t i = 0; i < std::min(torn, now.size()); ++i) left[i] = now[i];
    durable = now = left;
  }
};

class MemoryLogFile final : public agent::LogFile {
 public:
  explicit MemoryLogFile(Disk& disk) : disk_(disk) {}

  std::uint64_t size() const override { return disk_.now.size(); }
  Result<std::string> read(Range range) const override {
    if (range.offset + range.bytes > disk_.now.size()) return Status(Code::kCorrupt, "past the end");
    return disk_.now.substr(range.offset, range.bytes);
  }
  Status write(std::uint64_t offset, std::string_view bytes) override {
    disk_.now.replace(offset, bytes.size(), bytes);
    return {};
  }
  Status reserve(std::uint64_t size) override {
    if (size > disk_.most_bytes) return Status(Code::kNoSpace, "no space on the disk");
    if (size > disk_.now.size()) disk_.now.resize(size, '\0');
    return {};
  }
  Status truncate(std::uint64_t size) override {
    disk_.now.resize(size);
    return {};
  }
  Status sync() override {
    if (disk_.broken) return Status(Code::kIo, "the disk is broken");
    disk_.durable = disk_.now;
    return {};
  }
  Status keep(const std::vector<Range>& ranges) override {
    std::string kept;
    for (const Range& range : ranges) kept += disk_.now.substr(range.offset, range.bytes);
    disk_.now = disk_.durable = kept;
    return {};
  }

 private:
  Disk& disk_;
};

}  // namespace troupe::testing
