#include <charconv>

#include "coordinator/store/migrations.h"

namespace troupe::store {
namespace {

constexpr std::uint32_t kApplicationId = 0x54525031;  // "TRP1"

Result<std::uint64_t> ask_number(Database& database, const std::string& sql) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, database.ask(sql));
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Status take_step(Database& database, const Migration& migration, std::size_t version) {
  Transaction transaction(database);
  TROUPE_RETURN_IF_ERROR(transaction.status());
  if (version == 1) TROUPE_RETURN_IF_ERROR(database.run("PRAGMA application_id = " + std::to_string(kApplicationId)));
  TROUPE_RETURN_IF_ERROR(database.run(std::string(migration.sql)));
  TROUPE_RETURN_IF_ERROR(database.run("PRAGMA user_version = " + std::to_string(version)));
  return transaction.commit();
}

// The schema's version; 0 of a database that is empty.
Result<std::uint64_t> version_of(Database& database, std::size_t newest) {
  TROUPE_ASSIGN_OR_RETURN(const std::uint64_t version, ask_number(database, "PRAGMA user_version"));
  TROUPE_ASSIGN_OR_RETURN(const std::uint64_t application, ask_number(database, "PRAGMA application_id"));
  TROUPE_ASSIGN_OR_RETURN(const std::uint64_t tables, ask_number(database, "SELECT count(*) FROM sqlite_schema"));
  const bool is_new = version == 0 && application == 0 && tables == 0;
  if (!is_new && application != kApplicationId) {
    return Status(Code::kInvalid, "this is a database of another program: give the store a place of its own");
  }
  if (version > newest) {
    return Status(Code::kInvalid, "the database has schema " + std::to_string(version) + ", and this program knows " +
                                      std::to_string(newest) +
                                      " at most: use the version of Troupe that wrote it, or a newer one");
  }
  return version;
}

}  // namespace

Status migrate(Database& database, std::span<const Migration> migrations) {
  TROUPE_ASSIGN_OR_RETURN(const std::uint64_t version, version_of(database, migrations.size()));
  for (std::size_t next = version; next < migrations.size(); ++next) {
    const Status status = take_step(database, migrations[next], next + 1);
    if (!status.ok()) return status.with_context("migration " + std::string(migrations[next].name));
  }
  return {};
}

Status require_newest(Database& database, std::span<const Migration> migrations) {
  TROUPE_ASSIGN_OR_RETURN(const std::uint64_t version, version_of(database, migrations.size()));
  if (version == migrations.size()) return {};
  return Status(Code::kInvalid, "the database has schema " + std::to_string(version) + " and this program writes " +
                                    std::to_string(migrations.size()) +
                                    ": start the coordinator once, which brings it up to date");
}

}  // namespace troupe::store
