#include "worker/diffusion/clipseg/segmenter.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <filesystem>
#include <utility>

#include "worker/diffusion/tokenizers/prompt_windows.h"
#include "worker/diffusion/torch_errors.h"

namespace troupe::diffusion {
namespace {

// A network that looks for another end of a text than the tokenizer writes would embed every phrase alike.
Status check_tokenizer(const std::string& folder, const ClipTokenizer& tokenizer, const ClipTextConfig& text) {
  const std::string vocabulary = std::to_string(tokenizer.vocabulary());
  if (tokenizer.vocabulary() > text.vocabulary) {
    return Status(Code::kCorrupt, folder + ": the tokenizer has " + vocabulary + " ids, config.json says " +
                                      std::to_string(text.vocabulary) + "; they do not belong together");
  }
  if (text.eos_is_highest_id() ? tokenizer.eos() != tokenizer.vocabulary() - 1 : tokenizer.eos() != text.eos) {
    return Status(Code::kCorrupt, folder + ": the tokenizer ends a text with id " + std::to_string(tokenizer.eos()) +
                                      ", the network expects " +
                                      (text.eos_is_highest_id() ? "the highest id" : std::to_string(text.eos)) +
                                      " (text_config.eos_token_id)");
  }
  return Status();
}

}  // namespace

Result<std::unique_ptr<Segmenter>> Segmenter::load(const std::string& folder, const Placement& placement) {
  const bool apart = std::filesystem::exists(folder + "/tokenizer/vocab.json");
  TROUPE_ASSIGN_OR_RETURN(ClipTokenizer tokenizer, ClipTokenizer::load(apart ? folder + "/tokenizer" : folder));
  TROUPE_ASSIGN_OR_RETURN(ImageProcessor processor, ImageProcessor::read(folder + "/preprocessor_config.json"));
  TROUPE_ASSIGN_OR_RETURN(std::unique_ptr<ClipSeg> model, ClipSeg::load(folder, placement));
  TROUPE_RETURN_IF_ERROR(check_tokenizer(folder, tokenizer, model->config().text));
  const std::int64_t patch = model->config().vision.patch_size;
  if (processor.height < patch || processor.width < patch || model->config().text.max_positions < 3) {
    return Status(Code::kCorrupt, folder + ": preprocessor_config.json asks for pictures smaller than one patch, or " +
                                      "config.json for texts too short for a word");
  }
  return std::unique_ptr<Segmenter>(new Segmenter(std::move(tokenizer), std::move(processor), std::move(model)));
}

Result<Segmenter::Found> Segmenter::find(const at::Tensor& rgb, const std::string& phrase) const {
  if (rgb.dim() != 3 || rgb.size(2) != 3 || rgb.numel() == 0 || rgb.scalar_type() != at::kByte) {
    return Status(Code::kInvalid, "segment: needs an RGB picture of at least one pixel");
  }
  const auto tokens = prompt_windows(tokenizer_, phrase, model_->config().text.max_positions, LongPrompt::kCut);
  if (tokens.windows.front().used <= 2) return Status(Code::kInvalid, "segment: the phrase to find is empty");
  return catch_torch("segment", [&]() -> Result<Found> {
    c10::InferenceMode inference;
    const at::Tensor ids = at::tensor(tokens.windows.front().ids, at::kLong).unsqueeze(0);
    const auto output = model_->forward(ids, processor_(rgb));
    return Found{output.logits[0].to(at::kCPU, at::kFloat).contiguous(), tokens.dropped};
  });
}

}  // namespace troupe::diffusion
