#include "coordinator/store/check.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "common/base/limits.h"
#include "common/manifest/manifest.h"
#include "coordinator/store/blob_layout.h"
#include "coordinator/store/blob_store.h"
#include "coordinator/store/check_rules.h"
#include "coordinator/store/migrations.h"
#include "coordinator/store/sqlite_loader.h"
#include "coordinator/store/stored_result.h"

namespace troupe::store {
namespace {

constexpr std::size_t kMostOfAKind = 20;

// Problems of one kind, the first few in words.
class Findings {
 public:
  Findings(std::vector<std::string>& problems, std::string what) : problems_(problems), what_(std::move(what)) {}
  ~Findings() {
    if (count_ > kMostOfAKind) {
      problems_.push_back(what_ + ": " + std::to_string(count_ - kMostOfAKind) + " more");
    }
  }
  void add(const std::string& where) {
    if (count_++ < kMostOfAKind) problems_.push_back(what_ + ": " + where);
  }

 private:
  std::vector<std::string>& problems_;
  std::string what_;
  std::size_t count_ = 0;
};

class Checker {
 public:
  Checker(Database& database, std::string blobs, const CheckOptions& options)
      : database_(database), blobs_(std::move(blobs)), options_(options) {}

  Result<CheckReport> run() {
    TROUPE_RETURN_IF_ERROR(database_.run(kCheckViews));
    TROUPE_RETURN_IF_ERROR(database_.run("BEGIN"));  // one state for all of it
    TROUPE_RETURN_IF_ERROR(check_pages());
    for (const CheckRule& rule : check_rules()) TROUPE_RETURN_IF_ERROR(check_rule(rule));
    TROUPE_RETURN_IF_ERROR(check_campaigns());
    TROUPE_RETURN_IF_ERROR(check_results());
    TROUPE_RETURN_IF_ERROR(count_events());
    TROUPE_RETURN_IF_ERROR(database_.run("COMMIT"));
    check_blobs();
    return std::move(report_);
  }

 private:
  Status check_pages() {
    Findings findings(report_.problems, "the database is damaged");
    for (const char* pragma : {"PRAGMA integrity_check", "PRAGMA foreign_key_check"}) {
      Statement statement(database_, pragma);
      Rows rows = statement.query();
      while (rows.next()) {
        if (rows.bytes(0) != "ok") findings.add(rows.text(0));
      }
      TROUPE_RETURN_IF_ERROR(rows.status());
    }
    return {};
  }

  Status check_rule(const CheckRule& rule) {
    Findings findings(report_.problems, rule.what);
    Statement statement(database_, rule.sql);
    Rows rows = statement.query();
    while (rows.next()) findings.add(rows.text(0));
    return rows.status();
  }

  Status check_campaigns() {
    Findings findings(report_.problems, "a campaign whose manifest is not what it was");
    return visit_campaigns(database_, [&](core::CampaignRow& row, std::string& json) {
      ++report_.campaigns;
      const std::string label = row.name + "#" + std::to_string(row.revision);
      auto manifest = manifest::Manifest::from_resolved(json);
      // Of the text as it was: this program may write more defaults into one that it reads.
      if (!manifest.ok() || sha256(json) != row.spec) {
        findings.add(label + (manifest.ok() ? "" : ": " + manifest.status().message()));
        return Status();
      }
      name(row.spec, json.size());
      for (const manifest::PromptGroup& group : manifest->groups()) {
        for (const manifest::NamedPrompt& entry : group.entries) {
          if (entry.reference) name(entry.reference->digest, std::nullopt);
        }
      }
      manifests_.emplace(row.id.value, std::move(manifest).value());
      return Status();
    });
  }

  Status check_results() {
    Findings unreadable(report_.problems, "a result that cannot be read");
    Findings elsewhere(report_.problems, "a result of a cell that its campaign does not have");
    Statement statement(database_,
                        "SELECT cell.campaign, cell.rank, idx, generation, attempt, stored_result FROM cell_result AS"
                        " cell JOIN result_body AS own ON own.id = cell.body ORDER BY cell.campaign, cell.rank");
    Rows rows = statement.query();
    while (rows.next()) {
      const auto manifest = manifests_.find(rows.number(0));
      if (manifest == manifests_.end()) continue;  // deleted and not yet swept out, or told of already
      ++report_.results;
      const Rank rank = rows.number(1);
      const std::string where = std::to_string(rows.number(0)) + ": rank " + std::to_string(rank);
      const manifest::Sweep& sweep = manifest->second.sweep();
      const JobIndex index = rows.number(2);
      if (index >= sweep.positions() || sweep.rank_of(index) != rank || sweep.excluded(index)) elsewhere.add(where);
      if (rows.bytes(5).empty()) continue;  // what it shares is looked at where it belongs
      const auto row =
          decode_result(rows.bytes(5), {CampaignId{rows.number(0)}, index, rows.small(3), rows.small(4)}, rank);
      if (!row.ok()) {
        unreadable.add(where + ": " + row.status().message());
        continue;
      }
      for (const Artifact& artifact : row->result.artifacts) name(artifact.digest, artifact.bytes);
    }
    return rows.status();
  }

  Status count_events() {
    TROUPE_ASSIGN_OR_RETURN(const std::string count, database_.ask("SELECT count(*) FROM event"));
    report_.events = std::stoull(count);
    return {};
  }

  void name(const Digest& digest, std::optional<std::uint64_t> bytes) {
    auto& size = named_[digest];
    if (bytes) size = bytes;
  }

  void check_blobs() {
    Findings missing(report_.problems, "an artifact that is not there");
    Findings sizes(report_.problems, "an artifact of another size than its result says");
    Findings wrong(report_.problems, "an artifact with other bytes than its name says");
    const BlobLayout layout(blobs_);
    for (const auto& [digest, bytes] : named_) {
      std::error_code error;
      const auto size = std::filesystem::file_size(layout.file(digest), error);
      if (error) missing.add(digest.hex());
      if (!error && bytes && size != *bytes) sizes.add(digest.hex());
    }
    const auto blobs = open_blob_folder_to_read(blobs_);
    const Status status = blobs->visit([&](const Digest& digest, std::uint64_t bytes) {
      ++report_.blobs;
      report_.blob_bytes += bytes;
      if (!options_.hashes) return;
      const auto found = sha256_file(layout.file(digest));
      if (found.ok() ? *found != digest : found.status().code() != Code::kNotFound) {
        wrong.add(digest.hex() + (found.ok() ? "" : ": " + found.status().message()));
      }
      options_.on_bytes(report_.blob_bytes);
    });
    if (!status.ok()) report_.problems.push_back(status.message());
  }

  Database& database_;
  std::string blobs_;
  const CheckOptions& options_;
  CheckReport report_;
  std::map<std::uint64_t, manifest::Manifest> manifests_;
  std::map<Digest, std::optional<std::uint64_t>> named_;  // with their size, where a result says it
};

}  // namespace

Result<CheckReport> check_store(const std::string& path, const std::string& blobs, const CheckOptions& options) {
  TROUPE_ASSIGN_OR_RETURN(Database database, Database::open(path, Database::Mode::kReadOnly));
  TROUPE_RETURN_IF_ERROR(require_newest(database, all_migrations()));
  return Checker(database, blobs, options).run();
}

}  // namespace troupe::store
