// troupe campaign list, info, wait.
#include "coordinator/cli/commands/campaign_verbs.h"
#include "coordinator/cli/wait.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

std::string full_name(const json& info) {
  return cell_text(info.at("name")) + "#" + info.at("revision").dump();
}

int list(Connection& connection, const Output& output, bool archived) {
  const auto answer = connection.ask(wire::CampaignList{archived});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  std::vector<std::vector<std::string>> rows;
  for (const json& info : answer->at("campaigns")) {
    const json& counts = info.at("counts");
    const bool hidden = info.value("archived", false);
    rows.push_back({full_name(info), cell_text(info.at("state")) + (hidden ? ", archived" : ""),
                    count_text(info.at("cells").get<std::uint64_t>()),
                    count_text(counts.at("done").get<std::uint64_t>()),
                    count_text(counts.at("failed").get<std::uint64_t>()), duration_text(info.at("eta_seconds")),
                    cell_text(info.at("submitted"))});
    output.quiet(rows.back().front());
  }
  output.text(rows.empty() ? "no campaigns yet: troupe submit campaign.yaml"
                           : table({"campaign", "state", "pictures", "done", "failed", "left", "submitted"}, rows));
  return kExitDone;
}

// What was ordered about parts of it, newest last, as one would type it.
void print_orders(const Output& output, const json& info) {
  const json orders = info.value("orders", json());
  if (!orders.is_object()) return;
  const std::string name = full_name(info);
  if (orders.at("sample").is_number()) {
    output.field("sample", count_text(orders.at("sample").get<std::uint64_t>()) +
                               " jobs; render the rest: troupe campaign release " + name);
  }
  for (const json& order : orders.at("orders")) {
    const std::string what = order.at("do").get<std::string>();
    const std::string slice = order.at("slice").get<std::string>();
    output.field(what, slice + (what == "pause"      ? "; to go on: troupe campaign resume " + name + " " + slice
                                : what == "priority" ? ": " + order.at("priority").dump()
                                                     : ""));
  }
}

void print_counts(const Output& output, const json& info) {
  const json held = info.value("held", json());
  for (const char* state : {"waiting", "leased", "running", "uploading", "done", "failed", "cancelled", "rejected"}) {
    const auto count = info.at("counts").at(state).get<std::uint64_t>();
    if (count == 0) continue;
    std::string text = count_text(count);
    if (state == std::string("waiting") && held.is_number() && held.get<std::uint64_t>() > 0) {
      const auto cells = held.get<std::uint64_t>();
      text += cells < count ? ", " + count_text(cells) + " of them held" : ", all held";
    }
    if (const auto reused = info.value("reused", std::uint64_t{0}); state == std::string("done") && reused > 0) {
      text += ", " + count_text(reused) + " of them taken over from earlier revisions";
    }
    output.field(std::string("  ") + state, text);
  }
}

int info(Connection& connection, const Output& output, const std::string& campaign) {
  const auto answer = connection.ask(wire::CampaignInfo{campaign});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(cell_text(answer->at("state")));
  output.field("campaign", full_name(*answer));
  output.field("project", cell_text(answer->at("project")));
  output.field("priority", cell_text(answer->at("priority")));
  output.field("state", cell_text(answer->at("state")) + (answer->value("archived", false) ? ", archived" : ""));
  output.field("reason", cell_text(answer->value("reason", json())));
  output.field("pictures", count_text(answer->at("cells").get<std::uint64_t>()));
  print_counts(output, *answer);
  print_orders(output, *answer);
  output.field("a picture takes", duration_text(answer->at("seconds_per_job")));
  if (const json limit = answer->value("limit_seconds", json()); limit.is_number()) {
    output.field("workers' time",
                 duration_text(answer->value("spent_seconds", json())) + " of " + duration_text(limit));
  }
  for (const char* time : {"submitted", "started", "finished", "eta"}) output.field(time, cell_text(answer->at(time)));
  return kExitDone;
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
    auto wait = wait_options(options->timeout, options->reconnect);
    if (!wait.ok()) return output.error(wait.status());
    wait->campaign = options->campaign;
    return with_connection(context, output,
                           [&](Connection& connection) { return wait_and_report(connection, output, *wait); });
  });
}

}  // namespace

void add_campaign(CLI::App& app, Context& context) {
  CLI::App* campaign = app.add_subcommand("campaign", "List, inspect and steer campaigns");
  campaign->require_subcommand(1);
  campaign->fallthrough();
  const auto archived = std::make_shared<bool>(false);
  CLI::App* all = campaign->add_subcommand("list", "Campaigns that are not archived");
  all->add_flag("--all", *archived, "the archived ones too");
  on(all, context, [&context, archived](const Output& output) {
    return with_connection(context, output,
                           [&](Connection& connection) { return list(connection, output, *archived); });
  });
  const auto name = std::make_shared<std::string>();
  CLI::App* about = campaign->add_subcommand("info", "State, counts and times of one");
  about->add_option("campaign", *name, "name (its newest revision) or name#2")->required();
  on(about, context, [&context, name](const Output& output) {
    return with_connection(context, output, [&](Connection& connection) { return info(connection, output, *name); });
  });
  add_wait(campaign, context);
  add_campaign_verbs(campaign, context);
}

}  // namespace troupe::cli
