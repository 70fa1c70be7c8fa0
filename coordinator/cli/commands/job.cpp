// troupe job list, and the noun.
#include <algorithm>

#include "common/base/limits.h"
#include "coordinator/cli/commands/job_explain.h"
#include "coordinator/cli/commands/job_info.h"
#include "coordinator/cli/context.h"
#include "coordinator/cli/states.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

struct ListOptions {
  std::string campaign, slice;
  std::vector<std::string> states;
  bool kept = false;
  std::uint64_t limit = 100;
};

// Pages until `limit` rows are there; a page may hold fewer rows than asked for.
Result<json> all_rows(Connection& connection, const ListOptions& options, bool* more) {
  TROUPE_ASSIGN_OR_RETURN(const std::set<JobState> states, parse_states(options.states));
  json rows = json::array();
  std::uint64_t after = 0;
  for (*more = true; *more && rows.size() < options.limit;) {
    const auto limit =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(limits::kMaxPageRows, options.limit - rows.size()));
    TROUPE_ASSIGN_OR_RETURN(const json page, connection.ask(wire::JobList{options.campaign, options.slice, states,
                                                                          after, limit, options.kept}));
    for (const json& row : page.at("jobs")) rows.push_back(row);
    *more = page.at("more").get<bool>();
    after = page.at("next").get<std::uint64_t>();
  }
  return rows;
}

std::string kept_text(const json& kept) {
  return kept.is_null() ? "-" : kept.get<bool>() ? "kept" : "no";
}

int list(Connection& connection, const Output& output, const ListOptions& options) {
  bool more = false;
  const auto jobs = all_rows(connection, options, &more);
  if (!jobs.ok()) return output.error(jobs.status());
  output.json({{"schema", 1}, {"campaign", options.campaign}, {"jobs", *jobs}, {"more", more}});
  const bool selects = std::ranges::any_of(
      *jobs, [](const json& job) { return !job.at("kept").is_null() || !job.at("score").is_null(); });
  std::vector<std::string> headings = {"index", "address", "state", "attempt", "worker", "reason"};
  if (selects) headings.insert(headings.begin() + 3, {"score", "kept"});
  std::vector<std::vector<std::string>> rows;
  for (const json& job : *jobs) {
    const std::string stage = job.at("stage").is_null() ? "" : " " + cell_text(job.at("stage"));
    rows.push_back({cell_text(job.at("index")), cell_text(job.at("address")), cell_text(job.at("state")) + stage,
                    cell_text(job.at("attempt")), cell_text(job.at("worker")), cell_text(job.at("reason"))});
    if (selects) rows.back().insert(rows.back().begin() + 3, {cell_text(job.at("score")), kept_text(job.at("kept"))});
    output.quiet(cell_text(job.at("index")));
  }
  output.text(rows.empty() ? "no such jobs" : table(headings, rows));
  if (more) output.text("... there are more: --limit N, a slice, or --status");
  return kExitDone;
}

}  // namespace

void add_job(CLI::App& app, Context& context) {
  CLI::App* job = app.add_subcommand("job", "List and inspect the jobs of a campaign");
  job->require_subcommand(1);
  job->fallthrough();
  const auto options = std::make_shared<ListOptions>();
  CLI::App* command = job->add_subcommand("list", "Jobs by slice and state");
  command->add_option("campaign", options->campaign, "name (its newest revision) or name#2")->required();
  command->add_option("slice", options->slice, "character=mia|leo,seed=1..10");
  command
      ->add_option("--status", options->states,
                   "waiting, leased, running, uploading, done, failed, cancelled, rejected")
      ->delimiter(',');
  command->add_flag("--kept", options->kept, "of a campaign with select: only the jobs that it keeps");
  command->add_option("--limit", options->limit, "at most so many rows (100)")->check(CLI::Range(1, 1000000));
  on(command, context, [&context, options](const Output& output) {
    return with_connection(context, output, [&](Connection& connection) { return list(connection, output, *options); });
  });
  add_job_info(*job, context);
  add_job_explain(*job, context);
}

}  // namespace troupe::cli
