// troupe plan MANIFEST [--show N]: what a manifest would render. Works without a coordinator; where one answers, the
// time that this campaign's earlier jobs took gives an estimate.
#include <algorithm>
#include <filesystem>

#include "common/manifest/job.h"
#include "common/manifest/stage_schema.h"
#include "coordinator/cli/context.h"
#include "coordinator/cli/local_packs.h"

namespace troupe::cli {
namespace {

// What a stage does to this cell, in a few words: what it paints, finds, swaps or makes.
std::string in_words(const nlohmann::json& parameters) {
  for (const char* key : {"prompt", "find", "face"}) {
    if (const std::string text = parameters.value(key, std::string()); !text.empty()) return text;
  }
  if (const auto size = parameters.find("size"); size != parameters.end() && size->is_array()) {
    return manifest::parameter_text(*size);
  }
  if (const auto factor = parameters.find("factor"); factor != parameters.end() && factor->is_number()) {
    return "x" + manifest::parameter_text(*factor);
  }
  return {};
}

using nlohmann::json;

// Seconds a job of the newest campaign of that name took, or null. Asks only where a coordinator is said to be,
// briefly.
json seconds_per_job(const Context& context, const std::string& name) {
  ConnectionOptions options = context.connection;
  options.first_contact = Millis(300);
  auto connection = Connection::open(options);
  if (!connection.ok()) return nullptr;
  const auto info = (*connection)->ask(wire::CampaignInfo{name});
  return info.ok() ? info->value("seconds_per_job", json()) : json();
}

json shown_job(const manifest::Manifest& manifest, const manifest::Job& job) {
  json stages = json::array();
  for (const auto& stage : job.stages) {
    stages.push_back({{"name", stage.name}, {"kind", stage.kind}, {"parameters", stage.parameters}});
  }
  return {{"index", job.index},      {"rank", manifest.sweep().rank_of(job.index)},
          {"address", job.address},  {"seed", job.seed},
          {"path", job.output_path}, {"stages", std::move(stages)}};
}

// The first `count` jobs in the order of running.
Result<json> first_jobs(const manifest::Manifest& manifest, std::uint64_t count) {
  json jobs = json::array();
  const auto& sweep = manifest.sweep();
  for (Rank rank = 0; rank < sweep.positions() && jobs.size() < count; ++rank) {
    const JobIndex index = sweep.index_at(rank);
    if (sweep.excluded(index)) continue;
    TROUPE_ASSIGN_OR_RETURN(const manifest::Job job, manifest::decode(manifest, index));
    jobs.push_back(shown_job(manifest, job));
  }
  return jobs;
}

std::string axes_text(const manifest::Sweep& sweep) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& axis : sweep.axes()) {
    std::string values;
    const std::uint64_t shown = std::min<std::uint64_t>(axis.size(), 8);
    for (std::uint64_t digit = 0; digit < shown; ++digit) values += (digit ? ", " : "") + axis.text(digit);
    if (shown < axis.size()) values += ", ...";
    rows.push_back({axis.name(), count_text(axis.size()), values});
  }
  return rows.empty() ? "no axes" : table({"axis", "values", ""}, rows);
}

void print_jobs(const Output& output, const json& jobs) {
  for (const auto& job : jobs) {
    output.text("\n" + cell_text(job.at("address")) + "\n  -> " + cell_text(job.at("path")));
    for (const auto& stage : job.at("stages")) {
      output.text("  " + cell_text(stage.at("name")) + ": " + in_words(stage.at("parameters")));
    }
  }
}

int plan(const Context& context, const Output& output, const std::string& path, std::uint64_t show) {
  const auto manifest = load_manifest(path);
  if (!manifest.ok()) return output.error(manifest.status());
  const auto jobs = first_jobs(*manifest, show);
  if (!jobs.ok()) return output.error(jobs.status());

  const auto& sweep = manifest->sweep();
  json stages = json::array();
  for (const auto& stage : manifest->chain()) stages.push_back(stage.name);
  const json each = seconds_per_job(context, manifest->name());
  const json eta = each.is_number() ? json(each.get<double>() * static_cast<double>(sweep.cells())) : json();
  json answer = {
      {"schema", 1},      {"name", manifest->name()}, {"cells", sweep.cells()}, {"positions", sweep.positions()},
      {"stages", stages}, {"seconds_per_job", each},  {"eta_seconds", eta}};
  if (show > 0) answer["jobs"] = *jobs;
  output.json(answer);
  output.quiet(std::to_string(sweep.cells()));
  std::string chain;
  for (const auto& stage : stages) chain += (chain.empty() ? "" : " -> ") + stage.get<std::string>();
  output.text(manifest->name() + ": " + count_text(sweep.cells()) + " pictures, " + chain);
  output.text(axes_text(sweep));
  if (sweep.cells() < sweep.positions()) output.text(count_text(sweep.positions() - sweep.cells()) + " excluded");
  output.text(each.is_number()
                  ? "about " + duration_text(eta) + " of one slot, at " + duration_text(each) + " a picture"
                  : "no time is known yet: nothing of this name has been rendered");
  if (output.table()) print_jobs(output, *jobs);
  return kExitDone;
}

}  // namespace

void add_plan(CLI::App& app, Context& context) {
  struct Options {
    std::string manifest;
    std::uint64_t show = 0;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("plan", "What a manifest would render; needs no coordinator");
  command->add_option("manifest", options->manifest, "the campaign's YAML file")->required();
  command->add_option("--show", options->show, "show the first N jobs, resolved, in the order of running")
      ->check(CLI::Range(0, 1000));
  on(command, context,
     [&context, options](const Output& output) { return plan(context, output, options->manifest, options->show); });
}

}  // namespace troupe::cli
