#include "worker/chain/finish.h"

#include "common/base/numerics.h"
#include "common/picture/png.h"
#include "common/picture/xmp.h"

namespace troupe::chain {
namespace {

using Json = nlohmann::ordered_json;

Json chain_json(const std::vector<StageRecord>& stages) {
  Json chain = Json::array();
  for (const StageRecord& stage : stages) {
    Json json{{"stage", stage.name}, {"kind", stage.kind}, {"parameters", stage.parameters}};
    if (stage.seed) json["seed"] = *stage.seed;
    json["models"] = Json::array();
    for (const ModelFile& file : stage.files) json["models"].push_back(file.path);
    chain.push_back(std::move(json));
  }
  return chain;
}

Json models_json(const Frame& frame, const std::vector<StageRecord>& stages) {
  Json models = Json::object();
  for (const ModelFile& model : frame.models) models[model.path] = model.digest.hex();
  for (const StageRecord& stage : stages) {
    for (const ModelFile& file : stage.files) models[file.path] = file.digest.hex();
  }
  return models;
}

Json references_json(const ChainJob& job) {
  Json references = Json::object();
  for (const manifest::JobEntry& entry : job.job.entries) {
    if (entry.reference) references[entry.name] = entry.reference->digest.hex();
  }
  return references;
}

std::string troupe_text(const Frame& frame, const ChainJob& job, const std::vector<StageRecord>& stages) {
  Json json{{"schema", kTroupeSchema},
            {"campaign", job.campaign},
            {"address", job.job.address},
            {"index", job.job.index},
            {"seed", job.job.seed},
            {"effective_seed", frame.info.seed},
            {"pack", job.pack},
            {"models", models_json(frame, stages)},
            {"chain", chain_json(stages)},
            {"references", references_json(job)},
            {"numerics_version", kNumericsVersion},
            {"consents", consents(job)}};
  if (frame.metadata.contains("gates")) json["scores"] = frame.metadata.at("gates");
  if (frame.metadata.contains("stages")) json["results"] = frame.metadata.at("stages");
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string parameters_text(const Frame& frame, const ChainJob& job) {
  picture::GenerationInfo info = frame.info;
  info.extra.push_back({"Troupe campaign", job.campaign});
  info.extra.push_back({"Troupe address", job.job.address});
  info.extra.push_back({"Troupe numerics", std::to_string(kNumericsVersion)});
  info.extra.push_back({"Version", "Troupe"});
  return picture::build_infotext(picture::make_infotext(info));
}

Result<std::string> png_of(const picture::Picture& picture, const Frame& frame, const ChainJob& job,
                           const std::vector<StageRecord>& stages) {
  return picture::encode_png(picture, {{picture::kParametersKey, parameters_text(frame, job)},
                                       {kTroupeKey, troupe_text(frame, job, stages)},
                                       {picture::kXmpKey, picture::xmp_packet(consents(job))}});
}

}  // namespace

Result<std::string> finished_png(const Frame& frame, const ChainJob& job, const std::vector<StageRecord>& stages) {
  return png_of(frame.image, frame, job, stages);
}

Result<std::string> finished_mask_png(const Frame& frame, const std::string& mask, const ChainJob& job,
                                      const std::vector<StageRecord>& stages) {
  return png_of(frame.masks.at(mask), frame, job, stages);
}

}  // namespace troupe::chain
