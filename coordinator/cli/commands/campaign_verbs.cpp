// troupe campaign pause, resume, cancel, requeue, release, priority, archive, delete.
#include "coordinator/cli/commands/campaign_verbs.h"

#include "common/base/limits.h"
#include "coordinator/cli/states.h"

namespace troupe::cli {
namespace {

using nlohmann::json;
using wire::Verb;

constexpr char kSliceHelp[] = "of these cells only: character=mia|leo,seed=1..10";

struct Options {
  std::string campaign, slice;
  std::vector<std::string> states;
  int priority = 0;
  bool undo = false;
  bool yes = false;
};

std::string jobs_text(std::uint64_t jobs) {
  return count_text(jobs) + (jobs == 1 ? " job" : " jobs");
}

// "12 jobs of spring#1", or "some jobs of spring#1" where nobody counted.
std::string moved_text(const json& answer) {
  const json& cells = answer.at("cells");
  return (cells.is_null() ? "some jobs" : jobs_text(cells.get<std::uint64_t>())) + " of " +
         cell_text(answer.at("campaign"));
}

std::string nothing_to_do(Verb verb, const json& answer) {
  const std::string name = cell_text(answer.at("campaign"));
  const std::string state = cell_text(answer.at("state"));
  const bool over = state == "finished" || state == "cancelled" || state == "failed";
  if (verb == Verb::kRequeue) {
    return name + " has no such jobs; failed, rejected and cancelled ones are taken, or those of --status: " +
           "troupe job list " + name;
  }
  if (verb == Verb::kRelease && !over) return name + " holds no sample back: there is nothing to release";
  return name + " is " + state + ": there is nothing to change";
}

// What became of it, and what to type next.
std::string in_words(Verb verb, const Options& options, const json& answer) {
  if (!answer.at("changed").get<bool>()) return nothing_to_do(verb, answer);
  const std::string name = cell_text(answer.at("campaign"));
  const std::string where = options.slice.empty() ? name : name + " " + options.slice;
  const bool none = answer.at("cells") == 0;
  const bool one = answer.at("cells") == 1;
  switch (verb) {
    case Verb::kPause:
      return (none ? where + " is paused; none of it was about to start"
                   : moved_text(answer) + " will not start; what runs goes on") +
             ". To go on: troupe campaign resume " + where;
    case Verb::kResume: return none ? where + " is not paused any more" : moved_text(answer) + " may run again";
    case Verb::kCancel:
      return moved_text(answer) + (one ? " is" : " are") + " cancelled; finished pictures stay. To render " +
             (one ? "it" : "them") + " after all: troupe campaign requeue " + where;
    case Verb::kRequeue:
      return moved_text(answer) + (one ? " waits" : " wait") + " to be rendered again: troupe campaign wait " + name;
    case Verb::kRelease: return moved_text(answer) + " released: troupe campaign wait " + name;
    case Verb::kPriority:
      return options.slice.empty() ? name + " has priority " + answer.at("priority").dump() + " among campaigns now"
                                   : moved_text(answer) + (one ? " has" : " have") + " priority " +
                                         std::to_string(options.priority) + " among its jobs now";
    case Verb::kArchive:
      return name + " is archived: it leaves the listings, its pictures stay. To see it: troupe campaign list --all";
    case Verb::kUnarchive: return name + " is in the listings again";
    case Verb::kDelete: return name + " is deleted; its pictures go with the next troupe store gc";
  }
  return name;
}

// After a verb that holds or frees jobs: what still waits for a word.
void print_held(const Output& output, Verb verb, const json& answer) {
  const json held = answer.value("held", json());
  const bool about_holds = verb == Verb::kPause || verb == Verb::kResume || verb == Verb::kRelease;
  if (!about_holds || !held.is_number() || held == 0) return;
  const auto waiting = answer.at("waiting").get<std::uint64_t>();
  const auto cells = held.get<std::uint64_t>();
  output.text(jobs_text(waiting) + (waiting == 1 ? " waits, " : " wait, ") +
              (cells < waiting ? count_text(cells) + " of them held" : "all held"));
}

int perform(Connection& connection, const Output& output, Verb verb, const Options& options) {
  const auto states = parse_states(options.states);
  if (!states.ok()) return output.error(states.status());
  if (verb == Verb::kDelete && !options.yes) {
    return output.error(
        Status(Code::kInvalid,
               "delete forgets the campaign, its results and its history for good; if you mean it: troupe "
               "campaign delete " +
                   options.campaign + " --yes. To only hide it: troupe campaign archive " + options.campaign));
  }
  const auto answer =
      connection.ask(wire::CampaignVerb{options.campaign, verb, options.slice, *states, options.priority});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(cell_text(answer->at("state")));
  output.text(in_words(verb, options, *answer));
  print_held(output, verb, *answer);
  return kExitDone;
}

CLI::App* add(CLI::App* parent, Context& context, const char* name, const char* help, Verb verb,
              const std::shared_ptr<Options>& options) {
  CLI::App* command = parent->add_subcommand(name, help);
  command->add_option("campaign", options->campaign, "name (its newest revision) or name#2")->required();
  on(command, context, [&context, options, verb](const Output& output) {
    const Verb which = verb == Verb::kArchive && options->undo ? Verb::kUnarchive : verb;
    return with_connection(context, output,
                           [&](Connection& connection) { return perform(connection, output, which, *options); });
  });
  return command;
}

CLI::App* add_on_slices(CLI::App* parent, Context& context, const char* name, const char* help, Verb verb,
                        const std::shared_ptr<Options>& options = std::make_shared<Options>()) {
  CLI::App* command = add(parent, context, name, help, verb, options);
  if (verb == Verb::kPriority) {
    command->add_option("priority", options->priority, "-1000 to 1000; campaigns start at the manifest's, usually 0")
        ->required()
        ->check(CLI::Range(-limits::kMaxPriority, limits::kMaxPriority));
  }
  command->add_option("slice", options->slice, kSliceHelp);
  return command;
}

}  // namespace

void add_campaign_verbs(CLI::App* campaign, Context& context) {
  add_on_slices(campaign, context, "pause", "Start no further jobs; those running go on", Verb::kPause);
  add_on_slices(campaign, context, "resume", "Go on after a pause", Verb::kResume);
  add_on_slices(campaign, context, "cancel", "Stop it, or some of it; finished pictures stay", Verb::kCancel);
  const auto requeue = std::make_shared<Options>();
  add_on_slices(campaign, context, "requeue", "Render jobs again", Verb::kRequeue, requeue)
      ->add_option("--status", requeue->states,
                   "of jobs in these states: failed, rejected, cancelled (default: all three), done")
      ->delimiter(',');
  add_on_slices(campaign, context, "release", "Render what submit --sample holds back", Verb::kRelease);
  add_on_slices(campaign, context, "priority", "Change its priority among campaigns, or a slice's among its jobs",
                Verb::kPriority);
  const auto archive = std::make_shared<Options>();
  add(campaign, context, "archive",
      "Take one that is over out of the listings; its pictures stay. With `retention` in its settings the coordinator "
      "does so by itself",
      Verb::kArchive, archive)
      ->add_flag("--off", archive->undo, "put it back, and keep it there whatever the settings say");
  const auto forget = std::make_shared<Options>();
  add(campaign, context, "delete", "Forget one that is over, with its results; its number is not given again",
      Verb::kDelete, forget)
      ->add_flag("--yes", forget->yes, "really");
}

}  // namespace troupe::cli
