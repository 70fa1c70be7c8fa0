#include "coordinator/store/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace troupe::store {
namespace {

constexpr int kBusyTimeoutMillis = 5000;
constexpr int kPagesAPiece = 1024;  // of a copy

Code code_of(int result, int system_error) {
  switch (result & 0xff) {
    case SQLITE_FULL: return Code::kNoSpace;
    case SQLITE_IOERR:
      // What a failed fsync left behind is unknown, whatever the reason: it is never "no space, try again".
      if (system_error == ENOSPC && result != SQLITE_IOERR_FSYNC && result != SQLITE_IOERR_DIR_FSYNC) {
        return Code::kNoSpace;
      }
      return Code::kIo;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::kCorrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Code::kUnavailable;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH: return Code::kPermissionDenied;
    case SQLITE_CANTOPEN:
      if (system_error == EACCES || system_error == EPERM) return Code::kPermissionDenied;
      return system_error == ENOENT || system_error == ENOTDIR ? Code::kNotFound : Code::kIo;
    default: return Code::kInternal;
  }
}

const char* advice(Code code) {
  switch (code) {
    case Code::kNoSpace: return ": free some space on its disk";
    case Code::kCorrupt: return ": put a backup in its place, or move it away to start empty";
    case Code::kUnavailable: return ": another process holds a lock on it; end that process";
    case Code::kPermissionDenied: return ": check the owner and the mode of the file and of its folder";
    default: return "";
  }
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  // SQLite's count of the memory that it uses costs a lock at each allocation. Refused, harmlessly, once it is at work.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const int flags = mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(path, handle);
  if (!handle) return Status(Code::kInternal, "no memory to open the database " + path);
  if (code != SQLITE_OK) return database.error(code);
  sqlite3_busy_timeout(handle, kBusyTimeoutMillis);
  return database;
}

Status Database::error(int result) const {
  const int system_error = sqlite3_system_errno(handle());
  const Code code = code_of(result, system_error);
  std::string message = "database " + path_ + ": " + sqlite3_errmsg(handle());
  const bool system_says = (result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN;
  if (system_says && system_error != 0) message += std::string(" (") + std::strerror(system_error) + ")";
  return Status(code, message + advice(code), Place{path_});
}

Status Database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status() : error(code);
}

Result<std::string> Database::ask(const std::string& sql) {
  Statement statement(*this, sql);
  Rows rows = statement.query();
  if (rows.next()) return rows.text(0);
  return rows.status().ok() ? Status(Code::kInternal, "no answer to " + sql) : rows.status();
}

void Database::keep_log() {
  const auto note = [](void* pages, sqlite3*, const char*, int count) {
    *static_cast<std::uint64_t*>(pages) = static_cast<std::uint64_t>(count);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle(), note, log_pages_.get());
}

std::int64_t Database::changes() const {
  return sqlite3_changes(handle());
}

Status Database::copy_to(Database& target, const std::function<void(int, int)>& on_piece) {
  sqlite3_backup* copy = sqlite3_backup_init(target.handle(), "main", handle(), "main");
  if (!copy) return target.error(sqlite3_extended_errcode(target.handle()));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(copy, kPagesAPiece);
    on_piece(sqlite3_backup_remaining(copy), sqlite3_backup_pagecount(copy));
  }
  const int end = sqlite3_backup_finish(copy);
  if (code == SQLITE_DONE) return end == SQLITE_OK ? Status() : target.error(end);
  return target.error(code);
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle()) == 0;
}

Rows::Rows(const Database& database, sqlite3_stmt* statement, Status status)
    : database_(database), statement_(statement), status_(std::move(status)) {}

Rows::~Rows() {
  if (statement_) sqlite3_reset(statement_);
}

bool Rows::next() {
  if (!status_.ok()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) status_ = database_.error(code);
  return false;
}

std::int64_t Rows::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> Rows::optional_integer(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

std::optional<double> Rows::optional_real(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(statement_, column);
}

std::string_view Rows::bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes ? std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size)) : std::string_view();
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Status Statement::prepare() {
  if (statement_) return {};
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.handle(), sql_.data(), static_cast<int>(sql_.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return database_.error(code);
  statement_.reset(statement);
  return {};
}

Status Statement::bind(int position, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_.get(), position, value);
  return code == SQLITE_OK ? Status() : database_.error(code);
}

Status Statement::bind(int position, std::string_view text) {
  const char* bytes = text.data() ? text.data() : "";  // a null pointer would bind NULL
  const int code = sqlite3_bind_text64(statement_.get(), position, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return code == SQLITE_OK ? Status() : database_.error(code);
}

Status Statement::bind(int position, Blob blob) {
  const char* bytes = blob.bytes.data() ? blob.bytes.data() : "";
  const int code = sqlite3_bind_blob64(statement_.get(), position, bytes, blob.bytes.size(), SQLITE_STATIC);
  return code == SQLITE_OK ? Status() : database_.error(code);
}

Status Statement::bind(int position, std::optional<std::int64_t> value) {
  if (value) return bind(position, *value);
  const int code = sqlite3_bind_null(statement_.get(), position);
  return code == SQLITE_OK ? Status() : database_.error(code);
}

Status Statement::bind(int position, std::optional<double> value) {
  if (!value) return bind(position, std::optional<std::int64_t>());
  const int code = sqlite3_bind_double(statement_.get(), position, *value);
  return code == SQLITE_OK ? Status() : database_.error(code);
}

Transaction::~Transaction() {
  // A failed ROLLBACK leaves nothing to do: the connection's next BEGIN says so.
  if (database_.in_transaction()) static_cast<void>(database_.run("ROLLBACK"));
}

}  // namespace troupe::store
