#include <nlohmann/json.hpp>

#include "common/manifest/manifest_data.h"

namespace troupe::manifest {
namespace {

using Json = nlohmann::ordered_json;

Json write_groups(const PromptGroup& group) {
  Json entries = Json::object();
  for (const NamedPrompt& entry : group.entries) {
    Json& written = entries[entry.name];
    written["prompt"] = entry.prompt;
    if (!entry.negative.empty()) written["negative"] = entry.negative;
    if (entry.reference) {
      written["reference"] = {{"path", entry.reference->path}, {"sha256", entry.reference->digest.hex()}};
    }
    if (!entry.consent.empty()) written["consent"] = entry.consent;
  }
  return entries;
}

Json write_sweep(const Manifest::Data& data) {
  Json sweep = Json::object();
  Json axes = Json::object();
  for (const Axis& axis : data.sweep.axes()) {
    Json values = Json::array();
    if (axis.kind() == AxisKind::kSeed) {
      values = axis.seeds().to_json();
    } else {
      for (Digit digit = 0; digit < axis.size(); ++digit) values.push_back(Json(axis.value(digit).value));
    }
    axes[axis.name()] = std::move(values);
  }
  if (!axes.empty()) sweep["axes"] = std::move(axes);
  for (const ZipGroup& zip : data.sweep.zips()) sweep["zip"].push_back(zip.axes);
  for (const ExcludeRule& rule : data.sweep.excludes()) {
    Json terms = Json::object();
    for (const ExcludeRule::Term& term : rule.terms) terms[term.axis] = term.values;
    sweep["exclude"].push_back(std::move(terms));
  }
  if (!data.require_tags.empty()) sweep["require"]["tags"] = data.require_tags;
  if (!data.require_pool.empty()) sweep["require"]["pool"] = data.require_pool;
  return sweep;
}

Json write_chain(const std::vector<StageSpec>& chain) {
  Json stages = Json::array();
  for (const StageSpec& stage : chain) {
    Json written = Json::object();
    written[stage.kind] = Json(stage.parameters);
    stages.push_back(std::move(written));
  }
  return stages;
}

Json write_notify(const Notify& notify) {
  Json written = Json::object();
  if (!notify.webhook.empty()) written["webhook"] = notify.webhook;
  if (!notify.command.empty()) written["command"] = notify.command;
  Json on = Json::array();
  if (notify.on_finished) on.push_back("finished");
  if (notify.on_failed) on.push_back("failed");
  written["on"] = std::move(on);
  return written;
}

}  // namespace

std::string write_resolved(const Manifest::Data& data) {
  Json root = Json::object();
  root["troupe"] = 1;
  root["name"] = data.name;
  root["project"] = data.project;
  root["priority"] = data.priority;
  root["pack"] = data.pack;
  for (const PromptGroup& group : data.groups) root[group.key] = write_groups(group);
  if (data.prompt) root["prompt"] = *data.prompt;
  if (data.negative) root["negative"] = *data.negative;
  if (Json sweep = write_sweep(data); !sweep.empty()) root["sweep"] = std::move(sweep);
  root["chain"] = write_chain(data.chain);
  if (!data.keep.empty()) root["keep"] = data.keep;
  if (data.select) root["select"] = {{"keep", data.select->keep}, {"of", data.select->of}, {"by", data.select->by}};
  if (data.gates.any()) root["gates"] = gates_json(data.gates);
  Json& limits = root["limits"];
  limits["retries"] = data.limits.retries;
  limits["timeout"] = std::to_string(data.limits.timeout.count()) + "s";
  limits["reseed"] = data.limits.reseed;
  if (data.limits.hours) limits["hours"] = *data.limits.hours;
  if (data.limits.running) limits["running"] = *data.limits.running;
  if (data.notify) root["notify"] = write_notify(*data.notify);
  root["output"] = {{"path", data.output.path}, {"sheet", data.output.sheet}};
  return root.dump();
}

}  // namespace troupe::manifest
