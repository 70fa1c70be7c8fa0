// troupe campaign list, info, wait, pause, resume, cancel, requeue.
#include "coordinator/cli/context.h"
#include "coordinator/cli/states.h"
#include "coordinator/cli/wait.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

std::string full_name(const json& info) {
  return cell_text(info.at("name")) + "#" + info.at("revision").dump();
}

int list(Connection& connection, const Output& output) {
  const auto answer = connection.ask(wire::CampaignList{});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  std::vector<std::vector<std::string>> rows;
  for (const json& info : answer->at("campaigns")) {
    const json& counts = info.at("counts");
    rows.push_back({full_name(info), cell_text(info.at("state")), count_text(info.at("cells").get<std::uint64_t>()),
                    count_text(counts.at("done").get<std::uint64_t>()),
                    count_text(counts.at("failed").get<std::uint64_t>()), duration_text(info.at("eta_seconds")),
                    cell_text(info.at("submitted"))});
    output.quiet(rows.back().front());
  }
  output.text(rows.empty() ? "no campaigns yet: troupe submit campaign.yaml"
                           : table({"campaign", "state", "pictures", "done", "failed", "left", "submitted"}, rows));
  return kExitDone;
}

int info(Connection& connection, const Output& output, const std::string& campaign) {
  const auto answer = connection.ask(wire::CampaignInfo{campaign});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(cell_text(answer->at("state")));
  std::vector<std::vector<std::string>> rows = {{"campaign", full_name(*answer)},
                                                {"state", cell_text(answer->at("state"))}};
  if (const json reason = answer->value("reason", json()); reason.is_string() && !reason.get<std::string>().empty()) {
    rows.push_back({"reason", cell_text(reason)});
  }
  rows.push_back({"pictures", count_text(answer->at("cells").get<std::uint64_t>())});
  for (const char* state : {"waiting", "leased", "running", "uploading", "done", "failed", "cancelled", "rejected"}) {
    const auto count = answer->at("counts").at(state).get<std::uint64_t>();
    if (count > 0) rows.push_back({std::string("  ") + state, count_text(count)});
  }
  rows.push_back({"a picture takes", duration_text(answer->at("seconds_per_job"))});
  for (const char* time : {"submitted", "started", "finished", "eta"})
    rows.push_back({time, cell_text(answer->at(time))});
  for (const auto& row : rows) {
    if (row[1] != "-") output.text(row[0] + std::string(18 - std::min<std::size_t>(17, row[0].size()), ' ') + row[1]);
  }
  return kExitDone;
}

struct VerbOptions {
  std::string campaign;
  std::string slice;
  std::vector<std::string> states;
};

int verb(Connection& connection, const Output& output, wire::Verb which, const VerbOptions& options) {
  const auto states = parse_states(options.states);
  if (!states.ok()) return output.error(states.status());
  const auto answer = connection.ask(wire::CampaignVerb{options.campaign, which, options.slice, *states});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(cell_text(answer->at("state")));
  const auto cells = answer->at("cells").get<std::uint64_t>();
  std::string line = cell_text(answer->at("campaign")) + " is " + cell_text(answer->at("state"));
  if (cells > 0) line += ", " + count_text(cells) + (cells == 1 ? " job" : " jobs") + " changed";
  output.text(line);
  return kExitDone;
}

void add_verb(CLI::App* parent, Context& context, const char* name, const char* help, wire::Verb which) {
  const auto options = std::make_shared<VerbOptions>();
  CLI::App* command = parent->add_subcommand(name, help);
  command->add_option("campaign", options->campaign, "name (its newest revision) or name#2")->required();
  if (which == wire::Verb::kRequeue) {
    command->add_option("slice", options->slice, "of these cells only: character=mia|leo,seed=1..10");
    command
        ->add_option("--status", options->states,
                     "of jobs in these states: failed, rejected, cancelled (default: all three), done")
        ->delimiter(',');
  }
  on(command, context, [&context, options, which](const Output& output) {
    return with_connection(context, output,
                           [&](Connection& connection) { return verb(connection, output, which, *options); });
  });
}

void add_wait(CLI::App* parent, Context& context) {
  struct Options {
    std::string campaign, timeout, reconnect = "10m";
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = parent->add_subcommand("wait", "Show progress until it ends");
  command->add_option("campaign", options->campaign, "name (its newest revision) or name#2")->required();
  command->add_option("--timeout", options->timeout, "give up waiting after 90s, 10m, 2h");
  command->add_option("--reconnect", options->reconnect, "how long the coordinator may be away (10m)");
  on(command, context, [&context, options](const Output& output) {
    WaitOptions wait;
    wait.campaign = options->campaign;
    if (!options->timeout.empty()) {
      const auto timeout = parse_seconds(options->timeout);
      if (!timeout.ok()) return output.error(timeout.status());
      wait.timeout_s = *timeout;
    }
    const auto reconnect = parse_seconds(options->reconnect);
    if (!reconnect.ok()) return output.error(reconnect.status());
    wait.reconnect_s = *reconnect;
    return with_connection(context, output,
                           [&](Connection& connection) { return wait_and_report(connection, output, wait); });
  });
}

}  // namespace

void add_campaign(CLI::App& app, Context& context) {
  CLI::App* campaign = app.add_subcommand("campaign", "List, inspect and steer campaigns");
  campaign->require_subcommand(1);
  campaign->fallthrough();
  on(campaign->add_subcommand("list", "All campaigns"), context, [&context](const Output& output) {
    return with_connection(context, output, [&](Connection& connection) { return list(connection, output); });
  });
  const auto name = std::make_shared<std::string>();
  CLI::App* about = campaign->add_subcommand("info", "State, counts and times of one");
  about->add_option("campaign", *name, "name (its newest revision) or name#2")->required();
  on(about, context, [&context, name](const Output& output) {
    return with_connection(context, output, [&](Connection& connection) { return info(connection, output, *name); });
  });
  add_wait(campaign, context);
  add_verb(campaign, context, "pause", "Start no further jobs; those running go on", wire::Verb::kPause);
  add_verb(campaign, context, "resume", "Go on after a pause", wire::Verb::kResume);
  add_verb(campaign, context, "cancel", "Stop it; finished pictures stay", wire::Verb::kCancel);
  add_verb(campaign, context, "requeue", "Render jobs again", wire::Verb::kRequeue);
}

}  // namespace troupe::cli
