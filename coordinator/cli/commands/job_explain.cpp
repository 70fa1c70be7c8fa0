// troupe job explain CAMPAIGN JOB: why a job does not run, or what it does.
#include "coordinator/cli/commands/job_explain.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string campaign, job;
};

int explain(Connection& connection, const Output& output, const Options& options) {
  const auto answer = connection.ask(wire::JobExplain{options.campaign, options.job});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(cell_text(answer->at("rule")));
  output.field("job", cell_text(answer->at("campaign")) + " " + cell_text(answer->at("job")) + " " +
                          cell_text(answer->value("address", json(""))));
  output.field("state", cell_text(answer->at("state")));
  output.field("rule", cell_text(answer->at("rule")));
  output.text(printable(cell_text(answer->at("text"))));
  std::vector<std::vector<std::string>> rows;
  for (const json& group : answer->value("workers", json::array())) {
    rows.push_back({cell_text(group.at("workers")), printable(cell_text(group.at("reason")))});
  }
  if (!rows.empty()) output.text("\n" + table({"workers", "why not"}, rows));
  return kExitDone;
}

}  // namespace

void add_job_explain(CLI::App& job, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = job.add_subcommand("explain", "Why a job does not run: the rule that holds it back");
  command->add_option("campaign", options->campaign, "name (its newest revision) or name#2")->required();
  command->add_option("job", options->job, "index, or address: character=mia,seed=7")->required();
  on(command, context, [&context, options](const Output& output) {
    return with_connection(context, output,
                           [&](Connection& connection) { return explain(connection, output, *options); });
  });
}

}  // namespace troupe::cli
