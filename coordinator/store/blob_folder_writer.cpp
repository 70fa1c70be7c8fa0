#include "coordinator/store/blob_folder_writer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "common/base/files.h"
#include "common/base/limits.h"

namespace troupe::store {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  return std::to_string(bytes) + " bytes";
}

}  // namespace

Result<std::unique_ptr<BlobWriter>> FolderWriter::open(BlobLayout& layout, const Digest& digest, std::uint64_t bytes,
                                                       Half half) {
  std::unique_ptr<FolderWriter> writer(new FolderWriter(layout, digest, bytes, std::move(half)));
  TROUPE_RETURN_IF_ERROR(writer->take_up());
  return std::unique_ptr<BlobWriter>(std::move(writer));
}

FolderWriter::~FolderWriter() {
  if (!half_.keep || written_ == 0) drop();
  half_.file.close();
  half_.release();
}

Status FolderWriter::take_up() {
  struct stat info {};
  if (::fstat(half_.file.get(), &info) != 0) return fail(errno_status("stat", half_.path, errno));
  if (static_cast<std::uint64_t>(info.st_size) > bytes_ && ::ftruncate(half_.file.get(), 0) != 0) {
    return fail(errno_status("empty", half_.path, errno));
  }
  std::string piece(limits::kBlobChunkBytes, '\0');
  for (;;) {
    const ssize_t got = ::read(half_.file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno_status("read", half_.path, errno));
    if (got == 0) break;
    hasher_.update(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    written_ += static_cast<std::uint64_t>(got);
  }
  resumed_ = written_ > 0;
  return {};
}

Status FolderWriter::append(std::string_view bytes) {
  if (!status_.ok()) return status_;
  if (bytes.size() > bytes_ - written_) {
    return fail(Status(Code::kTooLarge, name() + " has more than the " + bytes_text(bytes_) + " announced"));
  }
  hasher_.update(bytes);
  written_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(half_.file.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail(errno_status("write", half_.path, errno));
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Status FolderWriter::finish() {
  if (!status_.ok()) return status_;
  if (written_ != bytes_) {
    return fail(Status(Code::kCorrupt, name() + " ends after " + bytes_text(written_) + " of " + bytes_text(bytes_)));
  }
  if (hasher_.finish() != digest_) {
    if (resumed_) return fail(Status(Code::kCancelled, "what was kept of " + name() + " is damaged: begin again"));
    return fail(Status(Code::kCorrupt, name() + " has other bytes than its digest says"));
  }
  if (::fsync(half_.file.get()) != 0) return fail(errno_status("sync", half_.path, errno));
  if (const Status status = layout_.make_folder(digest_); !status.ok()) return fail(status);
  const std::string place = layout_.file(digest_);
  if (::rename(half_.path.c_str(), place.c_str()) != 0) return fail(errno_status("rename to", place, errno));
  half_.path.clear();
  TROUPE_RETURN_IF_ERROR(sync_folder(layout_.folder(digest_)));
  static_cast<void>(fail(Status(Code::kInternal, name() + " is finished already")));
  return {};
}

Status FolderWriter::fail(Status status) {
  status_ = std::move(status);
  drop();
  return status_;
}

void FolderWriter::drop() {
  if (!half_.path.empty()) ::unlink(half_.path.c_str());
  half_.path.clear();
}

}  // namespace troupe::store
