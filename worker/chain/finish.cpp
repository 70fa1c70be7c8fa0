#include "worker/chain/finish.h"

#include "common/base/numerics.h"
#include "common/picture/png.h"
#include "common/picture/xmp.h"

namespace troupe::chain {
namespace {

using Json = nlohmann::ordered_json;

std::string troupe_text(const Frame& frame, const ChainJob& job) {
  Json models = Json::object();
  for (const ModelFile& model : frame.models) models[model.path] = model.digest.hex();
  const Json json{{"campaign", job.campaign},    {"address", job.job.address},           {"index", job.job.index},
                  {"seed", job.job.seed},        {"effective_seed", frame.info.seed},    {"pack", job.pack},
                  {"models", std::move(models)}, {"numerics_version", kNumericsVersion}, {"consents", consents(job)}};
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

}  // namespace

Result<std::string> finished_png(const Frame& frame, const ChainJob& job) {
  return picture::encode_png(frame.image, {{picture::kParametersKey, parameters_text(frame, job)},
                                           {kTroupeKey, troupe_text(frame, job)},
                                           {picture::kXmpKey, picture::xmp_packet(consents(job))}});
}

}  // namespace troupe::chain
