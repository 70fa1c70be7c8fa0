#include <fcntl.h>

#include <cerrno>

#include "common/base/file_lock.h"
#include "common/base/files.h"
#include "coordinator/store/migrations.h"
#include "coordinator/store/sqlite_checkpointer.h"
#include "coordinator/store/sqlite_loader.h"
#include "coordinator/store/sqlite_reader.h"
#include "coordinator/store/sqlite_sweeper.h"
#include "coordinator/store/sqlite_writer.h"
#include "coordinator/store/store.h"

namespace troupe::store {
namespace {

// Of new databases. Of 4 KiB a result of 1 KiB would waste a quarter.
constexpr const char* kPageSize = "PRAGMA page_size = 8192";
// WAL with synchronous FULL: one fsync a commit, none of which is lost by a crash of the machine. The cache is in KiB;
// the log is cut back after it grew beyond what the checkpointer lets it. The writer sees to it that every row's
// campaign is there, once a transaction; SQLite would look for it at every row.
constexpr const char* kSettings =
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -16384;"
    "PRAGMA journal_size_limit = 134217728; PRAGMA temp_store = MEMORY";

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, FileLock lock, Database database, const StoreOptions& options)
      : path_(std::move(path)),
        lock_(std::move(lock)),
        database_(std::move(database)),
        sweeper_(database_, bodies_, options.events_kept),
        checkpointer_(path_) {
    database_.keep_log();
  }

  Result<core::Snapshot> load() override { return load_snapshot(database_); }

  Status commit(std::span<const core::Edit> edits) override {
    Transaction transaction(database_);
    TROUPE_RETURN_IF_ERROR(transaction.status());
    TROUPE_RETURN_IF_ERROR(writer_.write(edits));
    TROUPE_RETURN_IF_ERROR(transaction.commit());
    return fold();
  }

  Result<bool> tidy() override {
    TROUPE_ASSIGN_OR_RETURN(const bool more, sweeper_.sweep());
    TROUPE_RETURN_IF_ERROR(fold());
    return more;
  }

  Result<std::unique_ptr<StoreReader>> reader() override { return open_sqlite_reader(path_); }

 private:
  Status fold() {
    if (checkpointer_.note(database_.log_pages())) TROUPE_RETURN_IF_ERROR(SqliteCheckpointer::fold(database_));
    return checkpointer_.failure();
  }

  std::string path_;
  FileLock lock_;
  Database database_;
  SqliteBodies bodies_{database_};
  SqliteWriter writer_{database_, bodies_};
  SqliteSweeper sweeper_;
  SqliteCheckpointer checkpointer_;
};

// Makes the file where it is missing, for its owner alone: SQLite gives its other files the same mode. One that is
// there is not opened: closing it would let go of the locks that this process's readers hold on it.
Status make_private(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  return file.valid() || errno == EEXIST ? Status() : errno_status("make", path, errno);
}

Status prepare(Database& database, const std::string& path) {
  TROUPE_RETURN_IF_ERROR(database.run(kPageSize));
  TROUPE_ASSIGN_OR_RETURN(const std::string mode, database.ask("PRAGMA journal_mode = WAL"));
  if (mode != "wal") return Status(Code::kIo, "SQLite cannot keep a write-ahead log beside the database", Place{path});
  TROUPE_RETURN_IF_ERROR(database.run(kSettings));
  return migrate(database, all_migrations());
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path, const StoreOptions& options) {
  TROUPE_ASSIGN_OR_RETURN(FileLock lock, FileLock::take(path + ".lock", "the database " + path));
  TROUPE_RETURN_IF_ERROR(make_private(path));
  TROUPE_ASSIGN_OR_RETURN(Database database, Database::open(path, Database::Mode::kReadWrite));
  if (const Status status = prepare(database, path); !status.ok()) {
    if (status.code() != Code::kUnavailable) return status.place() ? status : status.with_context(path);
    return Status(Code::kAlreadyExists, status.message(), Place{path});
  }
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(path, std::move(lock), std::move(database), options));
}

}  // namespace troupe::store
