#include "coordinator/store/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "common/base/descriptor.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "coordinator/store/blob_layout.h"
#include "coordinator/store/blob_store.h"
#include "coordinator/store/migrations.h"
#include "coordinator/store/sqlite.h"

namespace troupe::store {
namespace {

namespace fs = std::filesystem;

// kNotFound when the blob went meanwhile.
Status copy_file(const std::string& from, const std::string& to) {
  const Descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in.valid()) return errno_status("open", from, errno);
  const Descriptor out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out.valid()) return errno_status("create", to, errno);
  std::string piece(1u << 20, '\0');
  for (;;) {
    const ssize_t got = ::read(in.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_status("read", from, errno);
    if (got == 0) break;
    for (ssize_t done = 0; done < got;) {
      const ssize_t wrote = ::write(out.get(), piece.data() + done, static_cast<std::size_t>(got - done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return errno_status("write", to, errno);
      done += wrote;
    }
  }
  return ::fsync(out.get()) == 0 ? Status() : errno_status("sync", to, errno);
}

class Backup {
 public:
  Backup(const StatePlaces& from, const StatePlaces& to, const BackupOptions& options)
      : from_(from), to_(to), options_(options), source_(from.blobs), target_(to.blobs), link_(options.link) {}

  // Artifacts are gone through twice. Whatever the database names was there before its copy began: the first pass has
  // it, or it came after that and is too young to be collected before the second.
  Result<BackupReport> run() {
    TROUPE_RETURN_IF_ERROR(refuse_old());
    TROUPE_RETURN_IF_ERROR(copy_blobs());
    TROUPE_RETURN_IF_ERROR(copy_database());
    TROUPE_RETURN_IF_ERROR(copy_blobs());
    TROUPE_RETURN_IF_ERROR(sync_blobs());
    TROUPE_RETURN_IF_ERROR(copy_keys());
    const std::string half = half_database();
    if (::rename(half.c_str(), to_.database.c_str()) != 0) return errno_status("rename to", to_.database, errno);
    TROUPE_RETURN_IF_ERROR(sync_folder(fs::path(to_.database).parent_path().string()));
    return report_;
  }

 private:
  std::string half_database() const { return to_.database + ".part"; }

  Status refuse_old() {
    const std::string folder = fs::path(to_.database).parent_path().string();
    TROUPE_RETURN_IF_ERROR(make_folders(folder, 0700));
    std::error_code error;
    if (fs::is_empty(folder, error)) return {};
    return Status(Code::kAlreadyExists, folder + " has something in it: name a new folder for the copy", Place{folder});
  }

  Status copy_blobs() {
    TROUPE_RETURN_IF_ERROR(make_folders(to_.blobs, 0700));
    const auto blobs = open_blob_folder_to_read(from_.blobs);
    Status status;
    const Status listed = blobs->visit([&](const Digest& digest, std::uint64_t bytes) {
      if (!status.ok() || !copied_.insert(digest).second) return;
      status = copy_blob(digest, bytes);
      if (report_.blobs % 1000 == 0) options_.on_progress(std::to_string(report_.blobs) + " artifacts");
    });
    return status.ok() ? listed : status;
  }

  Status copy_blob(const Digest& digest, std::uint64_t bytes) {
    const std::string from = source_.file(digest), to = target_.file(digest);
    TROUPE_RETURN_IF_ERROR(target_.make_folder(digest));
    bool linked = link_ && ::link(from.c_str(), to.c_str()) == 0;
    if (!linked && link_ && errno == ENOENT) return {};  // collected meanwhile: nothing names it
    if (!linked) {
      link_ = false;  // another file system
      const Status status = copy_file(from, to);
      if (status.code() == Code::kNotFound) return {};
      TROUPE_RETURN_IF_ERROR(status);
    }
    ++report_.blobs;
    report_.blob_bytes += bytes;
    report_.linked += linked ? 1 : 0;
    return {};
  }

  Status sync_blobs() const {
    std::error_code error;
    for (const auto& folder : fs::directory_iterator(to_.blobs, error)) {
      TROUPE_RETURN_IF_ERROR(sync_folder(folder.path().string()));
    }
    return sync_folder(to_.blobs);
  }

  Status copy_database() {
    TROUPE_ASSIGN_OR_RETURN(Database source, Database::open(from_.database, Database::Mode::kReadOnly));
    TROUPE_RETURN_IF_ERROR(require_newest(source, all_migrations()));
    TROUPE_ASSIGN_OR_RETURN(Database target, Database::open(half_database(), Database::Mode::kReadWrite));
    if (::chmod(half_database().c_str(), 0600) != 0) return errno_status("make private", half_database(), errno);
    TROUPE_RETURN_IF_ERROR(target.run("PRAGMA synchronous = FULL"));
    TROUPE_RETURN_IF_ERROR(source.run("BEGIN"));
    TROUPE_ASSIGN_OR_RETURN(const std::string begun, source.ask("SELECT epoch FROM farm"));
    TROUPE_RETURN_IF_ERROR(source.copy_to(target, [&](int left, int pages) {
      options_.on_progress("database: " + std::to_string(pages - left) + " of " + std::to_string(pages) + " pages");
    }));
    TROUPE_RETURN_IF_ERROR(source.run("COMMIT"));
    std::error_code error;
    report_.database_bytes = fs::file_size(half_database(), error);
    return {};
  }

  Status copy_keys() const {
    std::error_code error;
    if (!fs::exists(from_.keys, error)) return {};
    TROUPE_RETURN_IF_ERROR(make_folders(to_.keys, 0700));
    for (const auto& key : fs::directory_iterator(from_.keys, error)) {
      if (!key.is_regular_file(error)) continue;
      TROUPE_RETURN_IF_ERROR(copy_file(key.path().string(), (fs::path(to_.keys) / key.path().filename()).string()));
    }
    return sync_folder(to_.keys);
  }

  const StatePlaces& from_;
  const StatePlaces& to_;
  const BackupOptions& options_;
  BlobLayout source_, target_;
  bool link_;
  std::set<Digest> copied_;
  BackupReport report_;
};

}  // namespace

Result<BackupReport> back_up(const StatePlaces& from, const StatePlaces& to, const BackupOptions& options) {
  return Backup(from, to, options).run();
}

}  // namespace troupe::store
