#include "worker/chain/chain_job.h"

#include <algorithm>
#include <utility>

namespace troupe::chain {
namespace {

using Json = nlohmann::json;

Json entry_json(const manifest::JobEntry& entry) {
  Json json{{"axis", entry.axis}, {"name", entry.name}, {"consent", entry.consent}};
  if (entry.reference) {
    json["reference"] = {{"path", entry.reference->path}, {"digest", entry.reference->digest.hex()}};
  }
  return json;
}

manifest::JobEntry entry_of(const Json& json) {
  manifest::JobEntry entry;
  json.at("axis").get_to(entry.axis);
  json.at("name").get_to(entry.name);
  json.at("consent").get_to(entry.consent);
  if (json.contains("reference")) {
    const Json& reference = json.at("reference");
    const auto digest = Digest::from_hex(reference.at("digest").get<std::string>());
    if (!digest) throw std::invalid_argument("a reference's digest is not 64 hexadecimal digits");
    entry.reference = manifest::Reference{reference.at("path").get<std::string>(), *digest};
  }
  return entry;
}

Result<ChainJob> job_of(const Json& json) {
  ChainJob job;
  TROUPE_ASSIGN_OR_RETURN(job.gates, manifest::gates_from_json(json.at("gates")));
  json.at("campaign").get_to(job.campaign);
  json.at("pack").get_to(job.pack);
  json.at("index").get_to(job.job.index);
  json.at("address").get_to(job.job.address);
  json.at("seed").get_to(job.job.seed);
  json.at("output_path").get_to(job.job.output_path);
  json.at("reseed").get_to(job.reseed);
  json.at("keep").get_to(job.keep);
  for (const Json& stage : json.at("stages")) {
    job.job.stages.push_back(
        {stage.at("kind").get<std::string>(), stage.at("name").get<std::string>(), stage.at("parameters")});
  }
  for (const Json& entry : json.at("entries")) job.job.entries.push_back(entry_of(entry));
  return job;
}

}  // namespace

ChainJob chain_job(const manifest::Manifest& manifest, manifest::Job job) {
  return {std::move(job),   manifest.name(),          manifest.pack(),
          manifest.gates(), manifest.limits().reseed, manifest.keep()};
}

std::string to_json(const ChainJob& job) {
  Json json{{"campaign", job.campaign}, {"pack", job.pack},
            {"index", job.job.index},   {"address", job.job.address},
            {"seed", job.job.seed},     {"output_path", job.job.output_path},
            {"reseed", job.reseed},     {"gates", Json(manifest::gates_json(job.gates))},
            {"keep", job.keep},         {"stages", Json::array()},
            {"entries", Json::array()}};
  for (const manifest::StageJob& stage : job.job.stages) {
    json["stages"].push_back({{"kind", stage.kind}, {"name", stage.name}, {"parameters", stage.parameters}});
  }
  for (const manifest::JobEntry& entry : job.job.entries) json["entries"].push_back(entry_json(entry));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<ChainJob> from_json(std::string_view text) {
  try {
    return job_of(Json::parse(text));
  } catch (const std::exception& error) {
    return Status(Code::kInvalid, std::string("not a job: ") + error.what());
  }
}

std::vector<Digest> references(const ChainJob& job) {
  std::vector<Digest> found;
  for (const manifest::JobEntry& entry : job.job.entries) {
    if (!entry.reference || std::ranges::find(found, entry.reference->digest) != found.end()) continue;
    found.push_back(entry.reference->digest);
  }
  return found;
}

std::vector<std::string> consents(const ChainJob& job) {
  std::vector<std::string> found;
  for (const manifest::JobEntry& entry : job.job.entries) {
    if (entry.consent.empty() || std::find(found.begin(), found.end(), entry.consent) != found.end()) continue;
    found.push_back(entry.consent);
  }
  return found;
}

}  // namespace troupe::chain
