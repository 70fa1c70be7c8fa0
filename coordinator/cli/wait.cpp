#include "coordinator/cli/wait.h"

#include <charconv>

#include "coordinator/cli/exit_codes.h"
#include "coordinator/cli/interrupt.h"
#include "coordinator/cli/progress.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

// For one answer; short, so that Ctrl-C is heard while the coordinator is away.
constexpr Millis kPatience{2000};
constexpr Millis kFirstPatience{30000};

bool ended(const std::string& state) {
  return state == "finished" || state == "cancelled" || state == "failed";
}

int code_of(const json& info) {
  const std::string state = info.at("state").get<std::string>();
  if (state == "failed") return kExitFailed;
  if (state == "cancelled") return kExitCancelled;
  return info.at("counts").at("failed").get<std::uint64_t>() > 0 ? kExitJobsFailed : kExitDone;
}

// Nothing of it runs, and all that is left waits for somebody's word.
bool rests(const json& info) {
  const json held = info.value("held", json());
  const json& counts = info.at("counts");
  for (const char* state : {"leased", "running", "uploading"}) {
    if (counts.at(state) != 0) return false;
  }
  return held.is_number() && held != 0 && counts.at("waiting") == held;
}

// All that a sample may run is over; the rest waits for a release.
bool sample_over(const json& info) {
  const json orders = info.value("orders", json());
  return orders.is_object() && orders.at("sample").is_number() && rests(info);
}

// What keeps it from going on, if somebody has to say a word first.
std::string stands_still(const json& info, const std::string& campaign) {
  if (info.at("state") == "paused") {
    const json reason = info.value("reason", json());
    return campaign + " is paused" + (reason.is_string() ? " (" + reason.get<std::string>() + ")" : "") +
           "; to go on: troupe campaign resume " + campaign;
  }
  return rests(info) ? "what is left of " + campaign + " is paused; to go on: troupe campaign resume " + campaign : "";
}

double seconds_since(SystemClock& clock, Instant then) {
  return static_cast<double>((clock.now() - then).count()) / 1000;
}

// What passes without anybody losing anything: a coordinator that is away, or that has no space to write.
bool is_waited_out(const Status& status) {
  return status.code() == Code::kUnavailable || status.code() == Code::kNoSpace;
}

Result<double> parse_seconds(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string unit(end, text.data() + text.size());
  const double scale = unit.empty() || unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (error != std::errc() || scale == 0 || !(value >= 0)) {
    return Status(Code::kInvalid, "\"" + text + "\" is no duration; write seconds or 90s, 10m, 2h");
  }
  return value * scale;
}

}  // namespace

int wait_for_campaign(Connection& connection, const Output& output, const WaitOptions& options, json* last) {
  SystemClock clock;
  Interrupt interrupt;
  Progress progress(output);
  const Instant begun = clock.now();
  bool in_contact = options.in_contact;
  bool away = false;
  Instant away_since;
  std::string still;                        // why it stands still, as last said
  std::string campaign = options.campaign;  // becomes name#revision, so that a newer revision does not take its place
  for (;;) {
    const Result<json> info = connection.ask(wire::CampaignInfo{campaign}, in_contact ? kPatience : kFirstPatience);
    if (info.ok()) {
      if (away) progress.say("the coordinator is back");
      away = false;
      in_contact = true;
      if (last) *last = *info;
      campaign = info->at("name").get<std::string>() + "#" + std::to_string(info->at("revision").get<int>());
      progress.show(*info);
      if (ended(info->at("state").get<std::string>()) || sample_over(*info)) return code_of(*info);
      if (const std::string now = stands_still(*info, campaign); now != still) {
        still = now;
        if (!now.empty()) progress.say(now);
      }
    } else if (!is_waited_out(info.status()) || !in_contact) {
      progress.end();
      return output.error(info.status());
    } else {
      if (!away) {
        away = true;
        away_since = clock.now();
        progress.say((info.status().code() == Code::kNoSpace ? "the coordinator's disk is full; trying again for "
                                                             : "the coordinator does not answer; trying again for ") +
                     duration_text(options.reconnect_s));
      }
      if (seconds_since(clock, away_since) > options.reconnect_s) {
        progress.end();
        return output.error(info.status().with_context("the coordinator stayed away"));
      }
    }
    if (options.timeout_s && seconds_since(clock, begun) > *options.timeout_s) {
      progress.end();
      return output.error(Status(Code::kTimeout, campaign + " is not finished after " +
                                                     duration_text(*options.timeout_s) +
                                                     "; it goes on: troupe campaign wait " + campaign));
    }
    if (interrupt.wait(Millis(250))) {
      progress.end();
      output.remark("the campaign goes on: troupe campaign wait " + campaign + ", or troupe campaign cancel " +
                    campaign);
      return kExitInterrupted;
    }
  }
}

int wait_and_report(Connection& connection, const Output& output, const WaitOptions& options) {
  json info;
  const int code = wait_for_campaign(connection, output, options, &info);
  if (info.is_null()) return code;
  output.json(info);
  const std::string name = info.at("name").get<std::string>();
  output.quiet(info.at("state").get<std::string>());
  if (!ended(info.at("state").get<std::string>())) {
    if (sample_over(info)) {
      output.text("the sample of " + name + " is done; look at it: troupe results " + name +
                  " --to DIR; render the rest: troupe campaign release " + name);
    }
    return code;
  }
  if (code == kExitDone) output.text(name + " finished; fetch the pictures: troupe results " + name + " --to DIR");
  if (code == kExitJobsFailed)
    output.text(name + " finished with failed jobs; see why: troupe job list " + name + " --status failed");
  if (code == kExitCancelled) output.text(name + " was cancelled");
  if (code == kExitFailed) output.text(name + " failed: " + cell_text(info.value("reason", json())));
  return code;
}

Result<WaitOptions> wait_options(const std::string& timeout, const std::string& reconnect) {
  WaitOptions options;
  if (!timeout.empty()) {
    TROUPE_ASSIGN_OR_RETURN(options.timeout_s, parse_seconds(timeout));
  }
  TROUPE_ASSIGN_OR_RETURN(options.reconnect_s, parse_seconds(reconnect));
  return options;
}

}  // namespace troupe::cli
