// Where a blob's bytes come from and go to: memory or a file.
#pragma once

#include <string>
#include <string_view>

#include "common/base/descriptor.h"
#include "common/base/hash.h"
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
  // How many bytes an earlier try left, which `hasher` is given: append() goes on behind them.
  virtual Result<std::uint64_t> resume(Sha256& hasher) = 0;
  // Forgets them: the blob comes from its first byte on. After a resume().
  virtual Status restart() = 0;
  virtual Status append(std::string_view bytes) = 0;
  // All bytes are there and are what they should be.
  virtual Status finish() = 0;
};

class MemorySink final : public BlobSink {
 public:
  explicit MemorySink(std::string& bytes) : bytes_(bytes) {}
  Result<std::uint64_t> resume(Sha256& hasher) override {
    hasher.update(bytes_);
    return std::uint64_t{bytes_.size()};
  }
  Status restart() override {
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

// Writes into `path`.part; finish() syncs and renames. Without it what came stays for the next of these, for a day;
// while another process writes there, this one has a file of its own, which does not stay.
class FileSink final : public BlobSink {
 public:
  explicit FileSink(std::string path);
  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;
  Result<std::uint64_t> resume(Sha256& hasher) override;
  Status restart() override;
  Status append(std::string_view bytes) override;
  Status finish() override;

 private:
  Status open();

  std::string path_, half_;
  Descriptor file_;
  bool keep_ = true;
};

}  // namespace troupe::wire
