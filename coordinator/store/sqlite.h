// SQLite as the stores see it: connections, statements and rows that clean up after themselves, and errors as Status.
// A thin adapter: the only file of Troupe that calls the sqlite3 library is sqlite.cpp.
//
// Status codes: kNoSpace for a full disk, kIo for I/O errors and failed fsyncs, kCorrupt for a damaged file or one that
// is no database, kUnavailable when another process holds a lock for longer than the busy timeout, kPermissionDenied
// and kNotFound for files that cannot be opened, kInternal for the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/status.h"

struct sqlite3;
struct sqlite3_stmt;

namespace troupe::store {

class Database {
 public:
  enum class Mode { kReadWrite, kReadOnly };
  // kReadWrite makes the file where it is missing.
  static Result<Database> open(const std::string& path, Mode mode);

  // Runs statements that give no rows.
  Status run(const std::string& sql);
  // The first column of the first row, as text.
  Result<std::string> ask(const std::string& sql);
  // Copies everything into `target`, which has nothing open and loses what it had, a few pages at a time: others read
  // and write meanwhile. What is copied is one state where this connection is in a transaction. `on_piece` is told how
  // many pages are left and how many there are.
  Status copy_to(Database& target, const std::function<void(int left, int pages)>& on_piece);

  // True between BEGIN and the COMMIT or ROLLBACK that ends it; SQLite rolls back by itself on some errors.
  bool in_transaction() const;

  // Rows that the last INSERT, UPDATE or DELETE wrote.
  std::int64_t changes() const;
  // Nothing is folded into the database by commits any more; log_pages() counts from now on.
  void keep_log();
  // Pages in the write-ahead log after the last commit.
  std::uint64_t log_pages() const { return *log_pages_; }

  // The Status of a result code that a call on this connection gave.
  Status error(int code) const;
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}
  std::string path_;
  std::unique_ptr<std::uint64_t> log_pages_ = std::make_unique<std::uint64_t>(0);  // SQLite writes to it
  std::unique_ptr<sqlite3, Close> handle_;
};

// Bytes, as opposed to text.
struct Blob {
  std::string_view bytes;
};

// The rows of one run of a statement. Ends the run when it is destroyed.
class Rows {
 public:
  Rows(const Database& database, sqlite3_stmt* statement, Status status);
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  // Steps to the next row; false at the end and on an error, which status() tells.
  bool next();
  const Status& status() const { return status_; }

  // Columns of the row, from 0.
  std::int64_t integer(int column) const;
  std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  std::uint32_t small(int column) const { return static_cast<std::uint32_t>(integer(column)); }
  std::optional<std::int64_t> optional_integer(int column) const;
  std::optional<double> optional_real(int column) const;
  // Text or blob; valid until next().
  std::string_view bytes(int column) const;
  std::string text(int column) const { return std::string(bytes(column)); }

 private:
  const Database& database_;
  sqlite3_stmt* statement_;
  Status status_;
};

// Prepared at its first use and kept. Must not outlive its database.
class Statement {
 public:
  Statement(Database& database, std::string_view sql) : database_(database), sql_(sql) {}

  // Binds the arguments to ?1, ?2, ... and starts; they must stay alive until the rows are gone.
  template <typename... Arguments>
  Rows query(const Arguments&... arguments) {
    Status status = prepare();
    int position = 0;
    ((status = status.ok() ? bind(++position, arguments) : status), ...);
    return Rows(database_, statement_.get(), std::move(status));
  }

  // Runs a statement that gives no rows.
  template <typename... Arguments>
  Status run(const Arguments&... arguments) {
    Rows rows = query(arguments...);
    rows.next();
    return rows.status();
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Status prepare();
  Status bind(int position, std::int64_t value);
  Status bind(int position, std::uint64_t value) { return bind(position, static_cast<std::int64_t>(value)); }
  Status bind(int position, int value) { return bind(position, std::int64_t{value}); }
  Status bind(int position, std::uint32_t value) { return bind(position, std::int64_t{value}); }
  Status bind(int position, bool value) { return bind(position, std::int64_t{value}); }
  Status bind(int position, std::string_view text);
  Status bind(int position, const std::string& text) { return bind(position, std::string_view(text)); }
  Status bind(int position, Blob blob);
  Status bind(int position, std::optional<std::int64_t> value);
  Status bind(int position, std::optional<double> value);

  Database& database_;
  std::string_view sql_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// BEGIN IMMEDIATE ... COMMIT; rolls back when it is destroyed before a commit() that went well.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database), status_(database.run("BEGIN IMMEDIATE")) {}
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Of BEGIN.
  const Status& status() const { return status_; }
  Status commit() { return database_.run("COMMIT"); }

 private:
  Database& database_;
  Status status_;
};

}  // namespace troupe::store
