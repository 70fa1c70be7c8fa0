// troupe job list, info.
#include "common/base/limits.h"
#include "coordinator/cli/context.h"
#include "coordinator/cli/states.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

struct ListOptions {
  std::string campaign, slice;
  std::vector<std::string> states;
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
    TROUPE_ASSIGN_OR_RETURN(const json page,
                            connection.ask(wire::JobList{options.campaign, options.slice, states, after, limit}));
    for (const json& row : page.at("jobs")) rows.push_back(row);
    *more = page.at("more").get<bool>();
    after = page.at("next").get<std::uint64_t>();
  }
  return rows;
}

int list(Connection& connection, const Output& output, const ListOptions& options) {
  bool more = false;
  const auto jobs = all_rows(connection, options, &more);
  if (!jobs.ok()) return output.error(jobs.status());
  output.json({{"schema", 1}, {"campaign", options.campaign}, {"jobs", *jobs}, {"more", more}});
  std::vector<std::vector<std::string>> rows;
  for (const json& job : *jobs) {
    const std::string stage = job.at("stage").is_null() ? "" : " " + cell_text(job.at("stage"));
    rows.push_back({cell_text(job.at("index")), cell_text(job.at("address")), cell_text(job.at("state")) + stage,
                    cell_text(job.at("attempt")), cell_text(job.at("worker")), cell_text(job.at("reason"))});
    output.quiet(cell_text(job.at("index")));
  }
  output.text(rows.empty() ? "no such jobs"
                           : table({"index", "address", "state", "attempt", "worker", "reason"}, rows));
  if (more) output.text("... there are more: --limit N, a slice, or --status");
  return kExitDone;
}

int info(Connection& connection, const Output& output, const std::string& campaign, const std::string& job) {
  const auto answer = connection.ask(wire::JobInfo{campaign, job});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(cell_text(answer->at("state")));
  const auto line = [&](const std::string& key, const std::string& value) {
    if (value != "-") output.text(key + std::string(key.size() < 16 ? 16 - key.size() : 1, ' ') + value);
  };
  for (const char* key : {"campaign", "index", "address", "state", "generation", "attempt", "failures", "worker",
                          "stage", "reason", "fault", "effective_seed", "numerics_class", "finished"}) {
    line(key, cell_text(answer->value(key, json())));
  }
  line("seconds", duration_text(answer->value("seconds", json())));
  for (const json& timing : answer->value("timings", json::array())) {
    line("  " + cell_text(timing.at("stage")), duration_text(timing.at("seconds")));
  }
  for (const json& artifact : answer->value("artifacts", json::array())) {
    line(cell_text(artifact.at("name")),
         cell_text(artifact.at("sha256")) + ", " + bytes_text(artifact.at("bytes").get<double>()));
  }
  const json log = answer->value("log", json::array());
  if (!log.empty()) output.text("the engine's last words:");
  for (const json& words : log) output.text("  " + cell_text(words));
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
  command->add_option("--limit", options->limit, "at most so many rows (100)")->check(CLI::Range(1, 1000000));
  on(command, context, [&context, options](const Output& output) {
    return with_connection(context, output, [&](Connection& connection) { return list(connection, output, *options); });
  });
  struct Which {
    std::string campaign, job;
  };
  const auto which = std::make_shared<Which>();
  CLI::App* one = job->add_subcommand("info", "One job: state, reason, timings, artifacts, log");
  one->add_option("campaign", which->campaign, "name (its newest revision) or name#2")->required();
  one->add_option("job", which->job, "index, or address: character=mia,seed=7")->required();
  on(one, context, [&context, which](const Output& output) {
    return with_connection(
        context, output, [&](Connection& connection) { return info(connection, output, which->campaign, which->job); });
  });
}

}  // namespace troupe::cli
