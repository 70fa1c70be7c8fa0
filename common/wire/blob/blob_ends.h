// Where a blob's bytes come from and go to: memory or a file.
#pragma once

#include <string>
#include <string_view>

#include "common/base/descriptor.h"
#include "common/base/status.h"

namespace troupe::wire {

class BlobSource {
 public:
  virtual ~BlobSource() = default;
  virtual std::uint64_t bytes() const = 0;
  // Exactly `count` bytes from `offset` on; kIo when the file has become shorter.
  virtual Result<std::string> read(std::uint64_t offset, std::size_t count) = 0;
};

class MemorySource final : public BlobSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t bytes() const override { return bytes_.size(); }
  Result<std::string> read(std::uint64_t offset, std::size_t count) override {
    return std::string(bytes_.substr(offset, count));
  }

 private:
  std::string_view bytes_;
};

class FileSource final : public BlobSource {
 public:
  static Result<FileSource> open(const std::string& path);
  std::uint64_t bytes() const override { return bytes_; }
  Result<std::string> read(std::uint64_t offset, std::size_t count) override;

 private:
  FileSource(std::string path, Descriptor file, std::uint64_t bytes)
      : path_(std::move(path)), file_(std::move(file)), bytes_(bytes) {}
  std::string path_;
  Descriptor file_;
  std::uint64_t bytes_;
};

class BlobSink {
 public:
  virtual ~BlobSink() = default;
  // Begins, or begins again, with a blob of this size.
  virtual Status begin(std::uint64_t bytes) = 0;
  virtual Status append(std::string_view bytes) = 0;
  // All bytes are there and are what they should be.
  virtual Status finish() = 0;
};

class MemorySink final : public BlobSink {
 public:
  explicit MemorySink(std::string& bytes) : bytes_(bytes) {}
  Status begin(std::uint64_t) override {
    bytes_.clear();
    return {};
  }
  Status append(std::string_view bytes) override {
    bytes_.append(bytes);
    return {};
  }
  Status finish() override { return {}; }

 private:
  std::string& bytes_;
};

// Writes beside `path`; finish() syncs and renames. Without it nothing is left behind.
class FileSink final : public BlobSink {
 public:
  explicit FileSink(std::string path);
  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;
  Status begin(std::uint64_t bytes) override;
  Status append(std::string_view bytes) override;
  Status finish() override;

 private:
  std::string path_, half_;
  Descriptor file_;
};

}  // namespace troupe::wire
