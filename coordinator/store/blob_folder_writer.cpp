#include "coordinator/store/blob_folder_writer.h"

#include <cerrno>
#include <cstdio>

#include "common/base/files.h"

namespace troupe::store {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  return std::to_string(bytes) + " bytes";
}

}  // namespace

Status FolderWriter::append(std::string_view bytes) {
  if (!status_.ok()) return status_;
  if (bytes.size() > bytes_ - written_) {
    return fail(Status(Code::kTooLarge, name() + " has more than the " + bytes_text(bytes_) + " announced"));
  }
  hasher_.update(bytes);
  written_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file_.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail(errno_status("write", half_, errno));
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
    return fail(Status(Code::kCorrupt, name() + " has other bytes than its digest says"));
  }
  if (::fsync(file_.get()) != 0) return fail(errno_status("sync", half_, errno));
  if (const Status status = layout_.make_folder(digest_); !status.ok()) return fail(status);
  const std::string place = layout_.file(digest_);
  if (::rename(half_.c_str(), place.c_str()) != 0) return fail(errno_status("rename to", place, errno));
  half_.clear();
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
  file_.close();
  if (!half_.empty()) ::unlink(half_.c_str());
  half_.clear();
}

}  // namespace troupe::store
