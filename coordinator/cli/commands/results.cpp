// troupe results CAMPAIGN [SLICE] --to DIR [--follow]: the pictures, under the names that output.path gives them.
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "coordinator/cli/context.h"
#include "coordinator/cli/interrupt.h"

namespace troupe::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr Millis kLook{1000};  // how often new ones are asked for

// Says so, when a person typed Ctrl-C.
using Interrupted = std::function<Status()>;

struct Options {
  std::string campaign, slice, to;
  bool follow = false;
  bool all = false;
};

// What one command fetched so far: a picture is fetched again only when its bytes changed.
class Fetcher {
 public:
  Fetcher(Connection& connection, const Output& output, std::string folder)
      : connection_(connection), output_(output), folder_(std::move(folder)) {}

  Status take(const wire::PictureRow& row, const std::string& campaign) {
    campaign_ = campaign;
    if (row.state != JobState::kDone) return {};
    std::string& known = seen_[row.index];
    const std::string digest = row.image.digest.hex();
    if (known == digest) return {};
    if (!is_confined(row.path))
      return Status(Code::kCorrupt, "the coordinator named a path outside of the folder: " + row.path);
    const std::string path = (fs::path(folder_) / row.path).string();
    TROUPE_RETURN_IF_ERROR(write(row.image.digest, path));
    known = digest;
    pictures_.push_back({{"index", row.index}, {"address", row.address}, {"path", path}, {"sha256", digest}});
    output_.quiet(path);
    return {};
  }

  json answer() const {
    return {{"schema", 1},         {"campaign", campaign_},   {"to", folder_},
            {"written", written_}, {"unchanged", unchanged_}, {"pictures", pictures_}};
  }
  std::uint64_t written() const { return written_; }
  std::uint64_t unchanged() const { return unchanged_; }

 private:
  Status write(const Digest& digest, const std::string& path) {
    if (const auto there = sha256_file(path); there.ok() && *there == digest) {
      ++unchanged_;
      return {};
    }
    TROUPE_ASSIGN_OR_RETURN(const std::string bytes, connection_.fetch(digest));
    TROUPE_RETURN_IF_ERROR(make_folders(fs::path(path).parent_path().string()));
    TROUPE_RETURN_IF_ERROR(write_file_durably(path, bytes));
    ++written_;
    return {};
  }

  Connection& connection_;
  const Output& output_;
  std::string folder_, campaign_;
  std::map<std::uint64_t, std::string> seen_;
  json pictures_ = json::array();
  std::uint64_t written_ = 0, unchanged_ = 0;
};

Result<bool> ended(Connection& connection, const std::string& campaign) {
  TROUPE_ASSIGN_OR_RETURN(const json info, connection.ask(wire::CampaignInfo{campaign}));
  const std::string state = info.at("state").get<std::string>();
  return state == "finished" || state == "cancelled" || state == "failed";
}

// Why there is none: a selection may not have been made yet.
std::string no_pictures(Connection& connection, const Options& options) {
  bool some = false;
  const auto look = [&](const wire::PictureRow&, const std::string&) {
    some = true;
    return Status(Code::kCancelled, "enough");
  };
  const Status status = connection.for_each_result(options.campaign, options.slice, false, look);
  return some && !status.ok() ? "none kept yet: select decides once all of a group are over; --all lists every picture"
                              : "no pictures yet";
}

int list(Connection& connection, const Output& output, const Options& options) {
  std::vector<std::vector<std::string>> rows;
  json pictures = json::array();
  const Status status = connection.for_each_result(
      options.campaign, options.slice, !options.all, [&](const wire::PictureRow& row, const std::string&) {
        const std::string state(name(row.state));
        rows.push_back({row.path, row.address, state, bytes_text(static_cast<double>(row.image.bytes))});
        pictures.push_back({{"index", row.index},
                            {"address", row.address},
                            {"path", row.path},
                            {"state", state},
                            {"kept", row.kept ? json(*row.kept) : json()},
                            {"score", row.score ? json(*row.score) : json()},
                            {"sha256", row.image.digest.hex()},
                            {"bytes", row.image.bytes}});
        output.quiet(row.path);
        return Status();
      });
  if (!status.ok()) return output.error(status);
  output.json({{"schema", 1}, {"campaign", options.campaign}, {"pictures", pictures}});
  output.text(rows.empty() ? no_pictures(connection, options) : table({"path", "address", "state", "size"}, rows));
  if (!rows.empty()) output.text("fetch them: troupe results " + options.campaign + " --to DIR");
  return kExitDone;
}

// What there is, in the order of the index.
Status fetch_all(Connection& connection, const Options& options, Fetcher& fetcher, const Interrupted& interrupted) {
  return connection.for_each_result(options.campaign, options.slice, !options.all,
                                    [&](const wire::PictureRow& row, const std::string& campaign) {
                                      TROUPE_RETURN_IF_ERROR(interrupted());
                                      return fetcher.take(row, campaign);
                                    });
}

// What there is, and then cells whose results came after a number that moves on; with `select`, also those that it has
// not decided on.
class Changes {
 public:
  Changes(Connection& connection, const Options& options) : connection_(connection), options_(options) {}

  Status begin(Fetcher& fetcher, const Interrupted& interrupted) {
    TROUPE_ASSIGN_OR_RETURN(const json answer, connection_.ask(wire::ResultChanges{options_.campaign, std::nullopt}));
    since_ = answer.at("next").get<std::uint64_t>();
    campaign_ = answer.at("campaign").get<std::string>();  // stays with this revision when a newer one comes
    selects_ = answer.at("select").get<bool>() && !options_.all;
    return connection_.for_each_result(campaign_, options_.slice, false, taking(fetcher, interrupted));
  }

  Status fetch(Fetcher& fetcher, const Interrupted& interrupted) {
    std::set<JobIndex> cells = std::move(undecided_);
    undecided_.clear();
    for (bool more = true; more;) {
      TROUPE_ASSIGN_OR_RETURN(const json answer, connection_.ask(wire::ResultChanges{campaign_, since_}));
      for (const json& cell : answer.at("cells")) cells.insert(cell.get<JobIndex>());
      since_ = answer.at("next").get<std::uint64_t>();
      more = answer.at("more").get<bool>();
    }
    return connection_.for_each_result_of({cells.begin(), cells.end()}, campaign_, options_.slice,
                                          taking(fetcher, interrupted));
  }

  const std::string& campaign() const { return campaign_; }

 private:
  std::function<Status(const wire::PictureRow&, const std::string&)> taking(Fetcher& fetcher,
                                                                            const Interrupted& interrupted) {
    return [&](const wire::PictureRow& row, const std::string& campaign) {
      TROUPE_RETURN_IF_ERROR(interrupted());
      if (selects_ && !row.kept) undecided_.insert(row.index);
      if (selects_ && !row.kept.value_or(false)) return Status();
      return fetcher.take(row, campaign);
    };
  }

  Connection& connection_;
  const Options& options_;
  std::string campaign_;
  bool selects_ = false;
  std::uint64_t since_ = 0;
  std::set<JobIndex> undecided_;
};

int results(Connection& connection, const Output& output, const Options& options) {
  if (options.to.empty()) return list(connection, output, options);
  Fetcher fetcher(connection, output, options.to);
  Interrupt interrupt;
  const Interrupted interrupted = [&] {
    if (!interrupt.wait(Millis(0))) return Status();
    return Status(Code::kCancelled, "interrupted; what is there stays, type the same to go on");
  };
  Changes changes(connection, options);
  Status status =
      options.follow ? changes.begin(fetcher, interrupted) : fetch_all(connection, options, fetcher, interrupted);
  for (bool over = !options.follow; status.ok() && !over;) {
    // Asked before the pictures, so that the last look comes after the end.
    const auto at_end = ended(connection, changes.campaign());
    status = at_end.status();
    over = at_end.ok() && *at_end;
    if (status.ok()) status = changes.fetch(fetcher, interrupted);
    if (status.ok() && !over && interrupt.wait(kLook)) return kExitInterrupted;
  }
  if (!status.ok()) return output.error(status);
  output.json(fetcher.answer());
  std::string line = count_text(fetcher.written()) + " pictures written to " + options.to;
  if (fetcher.unchanged() > 0) line += ", " + count_text(fetcher.unchanged()) + " were there already";
  output.text(line);
  return kExitDone;
}

}  // namespace

void add_results(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "results", "List a campaign's pictures, or fetch them into a folder; with select, those that it keeps");
  command->add_option("campaign", options->campaign, "name (its newest revision) or name#2")->required();
  command->add_option("slice", options->slice, "these cells only: character=mia|leo,seed=1..10");
  command->add_option("--to", options->to, "the folder to write them into");
  command->add_flag("--all", options->all, "of a campaign with select: also what it does not keep");
  command->add_flag("--follow,-f", options->follow, "with --to: keep fetching until the campaign ends");
  on(command, context, [&context, options](const Output& output) {
    return with_connection(context, output,
                           [&](Connection& connection) { return results(connection, output, *options); });
  });
}

}  // namespace troupe::cli
