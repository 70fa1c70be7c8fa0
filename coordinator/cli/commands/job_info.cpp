// troupe job info CAMPAIGN JOB | --from PICTURE: all that is known of one picture.
#include "coordinator/cli/commands/job_info.h"

#include "coordinator/cli/picture_story.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string campaign, job, from;
};

// "identity 0.71, faces 1": scores and what a stage says of itself, which are values or small maps of them.
std::string values_text(const json& values) {
  if (!values.is_object()) return cell_text(values);
  std::string text;
  for (const auto& [name, value] : values.items()) {
    text += (text.empty() ? "" : ", ") + name + " " +
            (value.is_object() ? "(" + values_text(value) + ")" : cell_text(value));
  }
  return text.empty() ? "-" : text;
}

void print_stages(const Output& output, const json& timings, const json& results) {
  for (const json& timing : timings) {
    const std::string stage = timing.at("stage").get<std::string>();
    std::string words = timing.at("reused").get<bool>() ? "reused" : duration_text(timing.at("seconds"));
    const std::string said = results.is_object() ? values_text(results.value(stage, json())) : "-";
    if (said != "-") words += "  " + said;
    output.field("  " + stage, words);
  }
}

void print_metadata(const Output& output, const json& metadata) {
  if (!metadata.is_object()) return;
  const json scores = metadata.value("gates", json());
  if (scores.is_object() && !scores.empty()) {
    output.heading("scores");
    for (const auto& [name, value] : scores.items()) output.field("  " + name, values_text(value));
  }
  const json tries = metadata.value("tries", json());
  if (tries.is_array() && !tries.empty()) {
    output.heading("tries");
    for (const json& one : tries) {
      if (!one.is_object()) continue;
      const std::string refused = one.contains("refused") ? "refused: " + cell_text(one["refused"]) : "taken";
      output.field("  seed " + cell_text(one.value("seed", json())),
                   refused + "  " + values_text(one.value("scores", json::object())));
    }
  }
  const json models = metadata.value("models", json());
  if (models.is_object() && !models.empty()) {
    output.heading("models");
    for (const auto& [path, digest] : models.items()) output.field("  " + path, cell_text(digest).substr(0, 16));
  }
}

int info(Connection& connection, const Output& output, const Options& options) {
  const auto answer = connection.ask(wire::JobInfo{options.campaign, options.job});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(cell_text(answer->at("state")));
  for (const char* key :
       {"campaign", "index", "address", "path", "state", "kept", "score", "generation", "attempt", "failures", "worker",
        "stage", "reason", "fault", "effective_seed", "numerics_class", "finished"}) {
    output.field(key, cell_text(answer->value(key, json())));
  }
  const json metadata = answer->value("metadata", json());
  output.field("seconds", duration_text(answer->value("seconds", json())));
  print_stages(output, answer->value("timings", json::array()),
               metadata.is_object() ? metadata.value("stages", json()) : json());
  print_metadata(output, metadata);
  for (const json& artifact : answer->value("artifacts", json::array())) {
    output.field(cell_text(artifact.at("name")),
                 cell_text(artifact.at("sha256")) + ", " + bytes_text(artifact.at("bytes").get<double>()));
  }
  const json log = answer->value("log", json::array());
  if (!log.empty()) output.heading("the engine's last words");
  for (const json& words : log) output.text("  " + printable(cell_text(words)));
  return kExitDone;
}

int from_picture(const Output& output, const std::string& path) {
  const auto story = picture_story(path);
  if (!story.ok()) return output.error(story.status());
  output.json(*story);
  output.quiet(story->at("troupe").is_null() ? path : cell_text(story->at("troupe").value("address", json(path))));
  if (output.table()) print_story(output, *story);
  return kExitDone;
}

}  // namespace

void add_job_info(CLI::App& job, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = job.add_subcommand("info", "One job: state, scores, stages, tries, models, artifacts, log");
  command->add_option("campaign", options->campaign, "name (its newest revision) or name#2");
  command->add_option("job", options->job, "index, or address: character=mia,seed=7");
  command->add_option("--from", options->from, "instead: what a picture file says of itself; needs no coordinator");
  on(command, context, [&context, options](const Output& output) {
    if (!options->from.empty() && options->campaign.empty()) return from_picture(output, options->from);
    if (options->from.empty() && !options->job.empty()) {
      return with_connection(context, output,
                             [&](Connection& connection) { return info(connection, output, *options); });
    }
    return output.error(Status(Code::kInvalid, "job info takes a campaign and a job, or --from and a picture file"));
  });
}

}  // namespace troupe::cli
