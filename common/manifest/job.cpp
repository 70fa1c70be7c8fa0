#include "common/manifest/job.h"

#include <algorithm>

#include "common/manifest/cell.h"

namespace troupe::manifest {
namespace {

using Names = std::string (Cell::*)(std::string_view) const;

std::string fill(const Cell& cell, const std::string& text, Names value_of) {
  // Braces were checked when the manifest was read.
  return fill_template(parse_template(text).value(), [&](const std::string& name) { return (cell.*value_of)(name); });
}

std::string with_negatives(std::string negative, const Manifest::Data& data, const Cell& cell) {
  for (std::size_t axis = 0; axis < data.sweep.axes().size(); ++axis) {
    if (data.sweep.axes()[axis].kind() != AxisKind::kEntry) continue;
    const std::string& more = cell.entry(axis).negative;
    if (!more.empty()) negative += (negative.empty() ? "" : ", ") + more;
  }
  return negative;
}

StageJob decode_stage(const Manifest::Data& data, const Cell& cell, std::size_t number) {
  const StageSpec& stage = data.chain[number];
  StageJob job{stage.kind, stage.name, nlohmann::json::object()};
  for (const ParameterSchema& schema : find_stage_schema(stage.kind)->parameters) {
    nlohmann::json& value = job.parameters[schema.name];
    const auto own = stage.parameters.find(schema.name);
    if (schema.type == ParameterType::kTemplate) {
      const bool negative = schema.name == "negative";
      const std::string text = own != stage.parameters.end() ? own->get<std::string>()
                                                             : (negative ? data.negative : data.prompt).value_or("");
      std::string filled = fill(cell, text, &Cell::in_prompt);
      value = negative ? with_negatives(std::move(filled), data, cell) : std::move(filled);
    } else if (schema.type == ParameterType::kFace || schema.type == ParameterType::kReference) {
      value = fill(cell, own->get<std::string>(), &Cell::in_path);
    } else {
      value = cell.parameter(number, schema);
    }
  }
  return job;
}

JobEntry job_entry(std::string axis, const NamedPrompt& entry) {
  return {std::move(axis), entry.name, entry.consent, entry.reference};
}

std::vector<JobEntry> decode_entries(const Manifest::Data& data, const Cell& cell) {
  std::vector<JobEntry> entries;
  for (std::size_t axis = 0; axis < data.sweep.axes().size(); ++axis) {
    if (data.sweep.axes()[axis].kind() != AxisKind::kEntry) continue;
    entries.push_back(job_entry(data.sweep.axes()[axis].name(), cell.entry(axis)));
  }
  // What a stage names itself.
  static constexpr struct {
    const char* parameter;
    const char* group;
    const char* axis;
  } kNamed[] = {{"face", "characters", "character"}, {"reference", "products", "product"}};
  for (const StageSpec& stage : data.chain) {
    for (const auto& named : kNamed) {
      const auto value = stage.parameters.find(named.parameter);
      const auto group = std::ranges::find(data.groups, named.group, &PromptGroup::key);
      if (value == stage.parameters.end() || group == data.groups.end()) continue;
      const NamedPrompt* entry = group->find(value->get<std::string>());
      if (entry) entries.push_back(job_entry(named.axis, *entry));
    }
  }
  return entries;
}

Status check_index(const Manifest::Data& data, JobIndex index) {
  if (index < data.sweep.positions()) return {};
  return Status(Code::kInvalid,
                "no cell " + std::to_string(index) + "; the last is " + std::to_string(data.sweep.positions() - 1));
}

}  // namespace

const JobEntry* find_reference(const Job& job, std::string_view name) {
  const auto found = std::ranges::find_if(
      job.entries, [&](const JobEntry& entry) { return entry.name == name && entry.reference.has_value(); });
  return found == job.entries.end() ? nullptr : &*found;
}

Result<std::string> output_path(const Manifest& manifest, JobIndex index) {
  const Manifest::Data& data = manifest.data();
  TROUPE_RETURN_IF_ERROR(check_index(data, index));
  const Cell cell(data, index);
  return fill_template(data.output_template, [&](const std::string& name) { return cell.in_path(name); });
}

Result<Job> decode(const Manifest& manifest, JobIndex index) {
  const Manifest::Data& data = manifest.data();
  Job job;
  TROUPE_ASSIGN_OR_RETURN(job.output_path, output_path(manifest, index));
  if (data.sweep.excluded(index)) {
    return Status(Code::kNotFound, "the cell " + data.sweep.address(index).to_string() + " is excluded");
  }
  const Cell cell(data, index);
  job.index = index;
  job.address = data.sweep.address(index).to_string();
  job.seed = data.sweep.seed(index);
  for (std::size_t stage = 0; stage < data.chain.size(); ++stage) job.stages.push_back(decode_stage(data, cell, stage));
  job.entries = decode_entries(data, cell);
  return job;
}

}  // namespace troupe::manifest
