// troupe status [--follow]: the farm at a glance.
#include <cstdio>

#include "coordinator/cli/context.h"
#include "coordinator/cli/interrupt.h"
#include "coordinator/cli/progress.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

struct Glance {
  json server, campaigns, workers;
};

Result<Glance> glance(Connection& connection) {
  Glance out;
  TROUPE_ASSIGN_OR_RETURN(out.server, connection.ask(wire::ServerInfo{}));
  TROUPE_ASSIGN_OR_RETURN(out.campaigns, connection.ask(wire::CampaignList{}));
  TROUPE_ASSIGN_OR_RETURN(out.workers, connection.ask(wire::WorkerList{}));
  return out;
}

bool idle(const std::string& state) {
  return state == "finished" || state == "cancelled" || state == "failed";
}

std::string page(const Output& output, const Glance& now) {
  std::string text;
  std::vector<std::vector<std::string>> rows;
  for (const json& info : now.campaigns.at("campaigns")) {
    const auto cells = info.at("cells").get<std::uint64_t>();
    const auto done = info.at("counts").at("done").get<std::uint64_t>();
    const auto failed = info.at("counts").at("failed").get<std::uint64_t>();
    const std::string state = cell_text(info.at("state"));
    rows.push_back(
        {cell_text(info.at("name")) + "#" + info.at("revision").dump(), output.paint(state, idle(state) ? 2 : 32),
         bar(done, cells, 20), count_text(done) + "/" + count_text(cells),
         failed ? output.paint(count_text(failed) + " failed", 31) : "", duration_text(info.at("eta_seconds"))});
  }
  text += rows.empty() ? "no campaigns yet: troupe submit campaign.yaml\n"
                       : table({"campaign", "state", "", "pictures", "", "left"}, rows) + "\n";
  rows.clear();
  for (const json& worker : now.workers.at("workers")) {
    rows.push_back({cell_text(worker.at("worker")), cell_text(worker.at("state")), cell_text(worker.at("slots").size()),
                    cell_text(worker.at("jobs").size()), cell_text(worker.at("jobs_done"))});
  }
  text += "\n" + (rows.empty() ? "no workers: troupe-worker start, or troupe up"
                               : table({"worker", "state", "slots", "holding", "done"}, rows));
  return text;
}

int status(Connection& connection, const Output& output, bool follow) {
  Interrupt interrupt;
  for (;;) {
    const auto now = glance(connection);
    if (!now.ok()) return output.error(now.status());
    output.json({{"schema", 1},
                 {"server", now->server},
                 {"campaigns", now->campaigns.at("campaigns")},
                 {"workers", now->workers.at("workers")}});
    if (follow && output.colour())
      output.text("\x1b[H\x1b[2J" + page(output, *now));
    else
      output.text(page(output, *now) + (follow ? "\n" : ""));
    std::fflush(stdout);
    if (!follow) return kExitDone;
    if (interrupt.wait(Millis(1000))) return kExitInterrupted;
  }
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
  const auto follow = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("status", "Campaigns and workers at a glance");
  command->add_flag("--follow,-f", *follow, "again every second, until Ctrl-C");
  on(command, context, [&context, follow](const Output& output) {
    return with_connection(context, output,
                           [&](Connection& connection) { return status(connection, output, *follow); });
  });
}

}  // namespace troupe::cli
