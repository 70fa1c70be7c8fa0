// troupe events [CAMPAIGN] [--since ID|10m] [--follow]: what happened in the farm, a line each.
#include <charconv>
#include <cstdio>

#include "common/base/limits.h"
#include "coordinator/cli/context.h"
#include "coordinator/cli/interrupt.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

constexpr Millis kLook{500};  // how often new ones are asked for

struct Options {
  std::string campaign, since;
  bool follow = false;
};

// "30s", "10m", "2h" or "1d" as seconds.
std::optional<std::int64_t> seconds_of(const std::string& text) {
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || count < 0 || count > 1'000'000 || end - rest != 1) return std::nullopt;
  switch (*rest) {
    case 's': return count;
    case 'm': return count * 60;
    case 'h': return count * 3600;
    case 'd': return count * 86'400;
    default: return std::nullopt;
  }
}

Result<wire::EventList> first_question(const Options& options) {
  wire::EventList list;
  list.limit = static_cast<std::uint32_t>(limits::kMaxPageRows);
  list.campaign = options.campaign;
  const std::string since = options.since.empty() ? (options.follow ? "0s" : "1h") : options.since;
  if (const auto seconds = seconds_of(since)) {
    list.from = SystemClock().wall() - 1000 * *seconds;
    return list;
  }
  const char* end = since.data() + since.size();
  if (const auto [rest, error] = std::from_chars(since.data(), end, list.since); error != std::errc() || rest != end) {
    return Status(Code::kInvalid, "--since takes the id of an event, or a time like 30s, 10m, 2h or 1d, not " + since);
  }
  return list;
}

// "jobs=16 lease=7"
std::string in_words(const json& detail) {
  std::string text;
  for (const auto& [key, value] : detail.items()) {
    if (!text.empty()) text += " ";
    text += key + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return printable(text);
}

std::string line(const json& event) {
  std::string text = cell_text(event.at("id")) + "  " + cell_text(event.at("at")) + "  " + cell_text(event.at("kind"));
  for (const char* key : {"campaign", "worker"}) {
    if (!event.at(key).is_null()) text += "  " + printable(cell_text(event.at(key)));
  }
  const std::string detail = in_words(event.at("detail"));
  return detail.empty() ? text : text + "  " + detail;
}

// Prints what there is after the question's `since`, which moves on.
Status print_new(Connection& connection, const Output& output, wire::EventList& list, bool lines, json* gathered) {
  for (bool more = true; more;) {
    TROUPE_ASSIGN_OR_RETURN(const json page, connection.ask(list));
    for (const json& event : page.at("events")) {
      if (gathered) gathered->push_back(event);
      if (lines && output.format() == Format::kJson) std::printf("%s\n", event.dump().c_str());
      output.text(line(event));
      output.quiet(cell_text(event.at("id")) + " " + cell_text(event.at("kind")));
    }
    more = page.at("more").get<bool>();
    list.since = page.at("next").get<std::uint64_t>();
    list.from = 0;
  }
  std::fflush(stdout);
  return {};
}

int list_events(Connection& connection, const Output& output, wire::EventList list) {
  json events = json::array();
  const Status status = print_new(connection, output, list, false, &events);
  if (!status.ok()) return output.error(status);
  if (events.empty()) output.text("nothing happened; longer ago: --since 1d, or --since 0 for all that is kept");
  output.json({{"schema", 1}, {"events", std::move(events)}, {"next", list.since}});
  return kExitDone;
}

int follow_events(Connection& connection, const Output& output, wire::EventList list) {
  Interrupt interrupt;
  for (;;) {
    const Status status = print_new(connection, output, list, true, nullptr);
    if (!status.ok()) return output.error(status);
    if (interrupt.wait(kLook)) return kExitInterrupted;
  }
}

}  // namespace

void add_events(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("events", "What happened in the farm: submits, leases, results, losses, orders");
  command->add_option("campaign", options->campaign, "of this campaign only: name (its newest revision) or name#2");
  command->add_option("--since", options->since,
                      "after the event of this id, or of the last 30s, 10m, 2h, 1d (1h; with --follow: from now on)");
  command->add_flag("--follow,-f", options->follow, "go on with what happens, until Ctrl-C; as JSON: one event a line");
  on(command, context, [&context, options](const Output& output) {
    const auto question = first_question(*options);
    if (!question.ok()) return output.error(question.status());
    return with_connection(context, output, [&](Connection& connection) {
      return options->follow ? follow_events(connection, output, *question)
                             : list_events(connection, output, *question);
    });
  });
}

}  // namespace troupe::cli
