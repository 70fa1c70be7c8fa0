#include "worker/diffusion/pipeline/pack_index.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "common/base/limits.h"
#include "worker/diffusion/samplers/python_json.h"

namespace troupe::diffusion {
namespace {

struct Part {
  const char* name;
  std::vector<std::string> classes;
};

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : " or ") + name;
  return out;
}

bool is_one_of(const nlohmann::json& value, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (value == name) return true;
  }
  return false;
}

}  // namespace

Status check_pack_index(const std::string& folder) {
  static const std::vector<std::string> pipelines = {"StableDiffusionPipeline", "StableDiffusionInpaintPipeline",
                                                     "StableDiffusionImg2ImgPipeline"};
  static const std::vector<Part> parts = {
      {"text_encoder", {"CLIPTextModel"}},
      {"tokenizer", {"CLIPTokenizer", "CLIPTokenizerFast"}},
      {"unet", {"UNet2DConditionModel"}},
      {"vae", {"AutoencoderKL"}},
  };
  const std::string path = folder + "/model_index.json";
  TROUPE_ASSIGN_OR_RETURN(const nlohmann::json index, read_python_json(path, limits::kMaxPackIndexBytes));
  if (!index.is_object()) return Status(Code::kCorrupt, path + ": not a JSON object");
  const nlohmann::json pipeline = index.value("_class_name", nlohmann::json());
  if (!is_one_of(pipeline, pipelines)) {
    return Status(Code::kInvalid,
                  path + ": the pipeline is " + pipeline.dump() + ", but this needs a " + joined(pipelines));
  }
  for (const Part& part : parts) {
    const auto entry = index.find(part.name);
    if (entry == index.end() || !entry->is_array() || entry->size() != 2) {
      return Status(Code::kCorrupt, path + ": has no " + part.name + " [library, class]");
    }
    if (!is_one_of((*entry)[1], part.classes)) {
      return Status(Code::kInvalid, path + ": the " + part.name + " is a " + (*entry)[1].dump() +
                                        ", but this needs a " + joined(part.classes));
    }
  }
  return Status();
}

}  // namespace troupe::diffusion
