#include "tools/parity-check/checks.h"

#include <c10/core/InferenceMode.h>

#include <exception>

namespace troupe::parity {
namespace {

struct Kind {
  const char* name;
  std::vector<Outcome> (*check)(const Golden&, const diffusion::Placement&);
};
constexpr Kind kKinds[] = {
    {"tokenizer_clip", check_tokenizer},
    {"rng", check_rng},
    {"clip_text", check_clip_text},
    {"clipseg", check_clipseg},
    {"unet", check_unet},
    {"vae", check_vae},
    {"schedulers", check_schedulers},
    {"scheduler_tables", check_scheduler_tables},
    {"sd_txt2img", check_pipeline},
    {"sd_img2img", check_pipeline},
    {"sd_inpaint4", check_pipeline},
    {"sd_inpaint9", check_pipeline},
    {"image_ops", check_image_ops},
};

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::vector<Outcome> check_golden(const std::string& root, const std::string& name,
                                  const diffusion::Placement& placement) {
  const Result<Golden> golden = Golden::read(root, name);
  if (!golden.ok()) return {failed(name, golden.status())};
  const Check check = check_of_kind(golden->kind());
  if (!check) return {unsupported(name, "kind " + golden->kind())};
  try {
    return check(*golden, placement);
  } catch (const std::exception& error) {
    return {failed(name, Status(Code::kInternal, first_line(error.what())))};
  }
}

}  // namespace

Check check_of_kind(const std::string& kind) {
  for (const Kind& known : kKinds) {
    if (kind == known.name) return known.check;
  }
  return nullptr;
}

Result<Tally> check_folder(const std::string& root, const diffusion::Placement& placement,
                           const std::function<void(const Outcome&)>& sink) {
  const std::vector<std::string> names = golden_names(root);
  if (names.empty()) return Status(Code::kNotFound, "no goldens in " + root + "/goldens");

  c10::InferenceMode inference;
  Tally tally;
  for (const std::string& name : names) {
    for (const Outcome& outcome : check_golden(root, name, placement)) {
      int& count = outcome.verdict == Outcome::Verdict::kOk     ? tally.passed
                   : outcome.verdict == Outcome::Verdict::kFail ? tally.failed
                                                                : tally.skipped;
      ++count;
      sink(outcome);
    }
  }
  return tally;
}

}  // namespace troupe::parity
