// The one file of the outbox, as little of a file as it needs: an interface, so that tests and the simulator can tear
// its writes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"

namespace troupe::agent {

// What a crash leaves: everything written before the last sync() that returned OK, and of what was written after it any
// part, torn anywhere.
class LogFile {
 public:
  struct Range {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };

  virtual ~LogFile() = default;
  virtual std::uint64_t size() const = 0;
  // Exactly `bytes` bytes; kCorrupt past the end.
  virtual Result<std::string> read(Range range) const = 0;
  // Inside size().
  virtual Status write(std::uint64_t offset, std::string_view bytes) = 0;
  // Grows the file to `size` with zeros whose place on the disk is sure; kNoSpace when there is none.
  virtual Status reserve(std::uint64_t size) = 0;
  virtual Status truncate(std::uint64_t size) = 0;
  // An error other than kNoSpace means that nothing is known about what is on the disk: give up, start again from it.
  virtual Status sync() = 0;
  // The file becomes these ranges of itself, joined, in one durable step: after a crash it is the old or the new one.
  virtual Status keep(const std::vector<Range>& ranges) = 0;
};

// The file at `path`, made (with mode 0600) where there is none.
Result<std::unique_ptr<LogFile>> open_log_file(const std::string& path);

}  // namespace troupe::agent
