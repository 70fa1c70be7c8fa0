// troupe store check, backup, gc: the coordinator's state folder, looked after.
#include <filesystem>

#include "common/base/files.h"
#include "coordinator/cli/context.h"
#include "coordinator/server/state_folder.h"
#include "coordinator/store/backup.h"
#include "coordinator/store/check.h"
#include "coordinator/store/garbage.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

constexpr Millis kCollectPatience{3'600'000};

// Check and backup read the files themselves: they are for the coordinator's own machine, whether it runs or not.
Result<std::string> state_of(const Context& context) {
  const std::string state = context.connection.state.empty() ? default_state_folder() : context.connection.state;
  std::error_code error;
  if (std::filesystem::exists(server::database_in(state), error)) return state;
  return Status(Code::kNotFound, state +
                                     " is not the state folder of a coordinator: name it with --state, on the machine "
                                     "where the coordinator is (`troupe server info` says where)");
}

store::StatePlaces places_in(const std::string& state) {
  return {server::database_in(state), server::blobs_in(state), server::keys_in(state)};
}

std::string amount(std::uint64_t count, const char* what, std::uint64_t bytes) {
  return count_text(count) + " " + what + " (" + bytes_text(static_cast<double>(bytes)) + ")";
}

int check(const Context& context, const Output& output, bool hashes) {
  const auto state = state_of(context);
  if (!state.ok()) return output.error(state.status());
  const store::StatePlaces places = places_in(*state);
  store::CheckOptions options;
  options.hashes = hashes;
  const auto report = store::check_store(places.database, places.blobs, options);
  if (!report.ok()) return output.error(report.status());
  output.json({{"schema", 1},
               {"state", *state},
               {"campaigns", report->campaigns},
               {"results", report->results},
               {"events", report->events},
               {"blobs", report->blobs},
               {"blob_bytes", report->blob_bytes},
               {"hashes", hashes},
               {"problems", report->problems}});
  for (const std::string& problem : report->problems) {
    output.text(printable(problem));
    output.quiet(printable(problem));
  }
  output.text(count_text(report->campaigns) + " campaigns, " + count_text(report->results) + " results, " +
              count_text(report->events) + " events, " + amount(report->blobs, "artifacts", report->blob_bytes) +
              (hashes ? "" : ", not read"));
  if (report->problems.empty()) {
    output.text("all is well");
    return kExitDone;
  }
  output.text(output.paint(count_text(report->problems.size()) + " problems", 31) +
              ": put a backup in the folder's place, or render again what is missing (troupe campaign requeue)");
  return kExitFailed;
}

int backup(const Context& context, const Output& output, const std::string& target, bool copy) {
  const auto state = state_of(context);
  if (!state.ok()) return output.error(state.status());
  store::BackupOptions options;
  options.link = !copy;
  const auto report = store::back_up(places_in(*state), places_in(target), options);
  if (!report.ok()) return output.error(report.status());
  output.json({{"schema", 1},
               {"state", *state},
               {"to", target},
               {"database_bytes", report->database_bytes},
               {"blobs", report->blobs},
               {"blob_bytes", report->blob_bytes},
               {"linked", report->linked}});
  output.quiet(target);
  output.text(target + ": the farm's memory (" + bytes_text(static_cast<double>(report->database_bytes)) + "), " +
              amount(report->blobs, "artifacts", report->blob_bytes) + ", and the keys");
  if (report->linked > 0) {
    output.text("artifacts are links to those of the farm; for another disk, copy the folder there (or use --copy)");
  }
  output.text("look at it: troupe store check --state " + target + "; use it: troupe server start --state " + target);
  return kExitDone;
}

json report_json(const store::GarbageReport& report) {
  return {{"schema", 1},
          {"blobs", report.blobs},
          {"bytes", report.bytes},
          {"unnamed", report.unnamed},
          {"unnamed_bytes", report.unnamed_bytes},
          {"removed", report.removed},
          {"removed_bytes", report.removed_bytes}};
}

// Where no coordinator runs: in its folder, which is held for as long.
Result<json> collect_alone(const Context& context, bool dry_run) {
  TROUPE_ASSIGN_OR_RETURN(const std::string state, state_of(context));
  TROUPE_ASSIGN_OR_RETURN(const server::StateFolder folder, server::StateFolder::open(state));
  TROUPE_ASSIGN_OR_RETURN(const auto blobs, store::open_blob_folder(folder.blobs()));
  TROUPE_ASSIGN_OR_RETURN(const auto farm, store::open_sqlite_store(folder.database()));
  TROUPE_ASSIGN_OR_RETURN(const auto reader, farm->reader());
  TROUPE_ASSIGN_OR_RETURN(const store::GarbageReport report, store::collect_garbage(*reader, *blobs, dry_run));
  return report_json(report);
}

Result<json> collect(const Context& context, bool dry_run) {
  auto connection = Connection::open(context.connection);
  Status status = connection.status();
  if (status.ok()) status = (*connection)->ask(wire::ServerInfo{}).status();
  if (status.ok()) return (*connection)->ask(wire::StoreGc{dry_run}, kCollectPatience);
  // A coordinator that was named and does not answer is not this machine's.
  if (status.code() != Code::kUnavailable || !context.connection.server.empty()) return status;
  return collect_alone(context, dry_run);
}

int gc(const Context& context, const Output& output, bool dry_run) {
  const auto answer = collect(context, dry_run);
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  const auto number = [&](const char* key) { return answer->at(key).get<std::uint64_t>(); };
  output.quiet(count_text(number("removed")));
  output.text(amount(number("blobs"), "artifacts", number("bytes")) + ", nothing names " +
              amount(number("unnamed"), "of them", number("unnamed_bytes")));
  output.text(dry_run ? "none was removed: --dry-run"
                      : amount(number("removed"), "removed", number("removed_bytes")) +
                            "; what was used in the last day stays, and goes later");
  return kExitDone;
}

}  // namespace

void add_store(CLI::App& app, Context& context) {
  CLI::App* store = app.add_subcommand("store", "Check, back up and clear out what the coordinator keeps on disk");
  store->require_subcommand(1);
  store->fallthrough();

  const auto quick = std::make_shared<bool>(false);
  CLI::App* checking =
      store->add_subcommand("check", "Look at everything that is kept; changes nothing, may run any time");
  checking->add_flag("--quick", *quick, "do not read the artifacts, only see that they are there");
  on(checking, context, [&context, quick](const Output& output) { return check(context, output, !*quick); });

  const auto target = std::make_shared<std::string>();
  const auto copy = std::make_shared<bool>(false);
  CLI::App* backing = store->add_subcommand("backup", "Copy it into a new folder, while the coordinator runs");
  backing->add_option("folder", *target, "a new folder; a coordinator can be started in it")->required();
  backing->add_flag("--copy", *copy, "copy artifacts where they could be hard links");
  on(backing, context,
     [&context, target, copy](const Output& output) { return backup(context, output, *target, *copy); });

  const auto dry_run = std::make_shared<bool>(false);
  CLI::App* collecting = store->add_subcommand(
      "gc",
      "Remove artifacts that no result and no campaign names; the coordinator does so by itself, four times a day");
  collecting->add_flag("--dry-run", *dry_run, "count them only");
  on(collecting, context, [&context, dry_run](const Output& output) { return gc(context, output, *dry_run); });
}

}  // namespace troupe::cli
