#include <algorithm>
#include <filesystem>

#include "tools/parity-check/checks.h"
#include "worker/diffusion/tokenizers/clip_tokenizer.h"
#include "worker/diffusion/tokenizers/emphasis.h"
#include "worker/diffusion/tokenizers/prompt_windows.h"

namespace troupe::parity {
namespace {

using diffusion::ClipTokenizer;
using Ids = std::vector<std::int64_t>;

bool fits(const ClipTokenizer& tokenizer, const nlohmann::json& golden) {
  return golden.value("bos", tokenizer.bos()) == tokenizer.bos() &&
         golden.value("eos", tokenizer.eos()) == tokenizer.eos() &&
         golden.value("pad", tokenizer.pad()) == tokenizer.pad();
}

// The golden does not name its model: any tokenizer of models/ with the same special ids may be meant.
std::vector<std::string> tokenizer_folders(const Golden& golden) {
  std::vector<std::string> folders;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entries(
      golden.models(), std::filesystem::directory_options::follow_directory_symlink, error),
      end;
  for (; !error && entries != end; entries.increment(error)) {
    if (entries->path().filename() == "vocab.json" &&
        std::filesystem::exists(entries->path().parent_path() / "merges.txt")) {
      folders.push_back(entries->path().parent_path().string());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

// Either list is right where the reference has two.
bool is_expected(const nlohmann::json& row, const char* key, const Ids& ids) {
  return row.contains(key) && row[key].get<Ids>() == ids;
}

void check_row(const ClipTokenizer& tokenizer, const nlohmann::json& row, const std::string& label,
               Comparison& comparison) {
  std::string prompt = row.at("prompt").get<std::string>();
  if (row.contains("weighted_form")) {
    const std::string weighted = row["weighted_form"].get<std::string>();
    if (row.contains("ids_weighted_form_raw")) {
      comparison.equal(label + " ids_weighted_form_raw", tokenizer.encode(weighted),
                       row["ids_weighted_form_raw"].get<Ids>());
    }
    prompt = diffusion::without_emphasis(weighted);
  }
  const Ids ids = tokenizer.encode(prompt);
  const bool fast = is_expected(row, "ids_fast_rules", ids);
  if (!fast) comparison.equal(label + " ids", ids, row.at("ids").get<Ids>());
  // The padded form is of the first list: where both rules differ, it says nothing about the second.
  if (!row.contains("ids77") || (fast && !is_expected(row, "ids", ids))) return;
  const Ids padded = row["ids77"].get<Ids>();
  const auto length = static_cast<std::int64_t>(padded.size());
  const auto window = diffusion::prompt_windows(tokenizer, prompt, length, diffusion::LongPrompt::kCut).windows.front();
  comparison.equal(label + " ids77", window.ids, padded);
  if (!row.contains("mask77")) return;
  Ids mask(padded.size(), 0);
  std::fill_n(mask.begin(), window.used, 1);
  comparison.equal(label + " mask77", mask, row["mask77"].get<Ids>());
}

}  // namespace

std::vector<Outcome> check_tokenizer(const Golden& golden, const diffusion::Placement& /*placement*/) {
  std::vector<std::string> folders = tokenizer_folders(golden);
  if (golden.json.contains("model")) {
    const Result<std::string> folder = golden.model_folder();
    if (!folder.ok()) return {failed(golden.name, folder.status())};
    folders = {*folder};
  }
  Outcome outcome =
      failed(golden.name, Status(Code::kNotFound, "no tokenizer with its special ids in " + golden.models()));
  for (const std::string& folder : folders) {
    const Result<ClipTokenizer> tokenizer = ClipTokenizer::load(folder);
    if (!tokenizer.ok()) {
      outcome = failed(golden.name, tokenizer.status());
      continue;
    }
    if (!fits(*tokenizer, golden.json)) continue;
    Comparison comparison(golden.name);
    int index = 0;
    for (const nlohmann::json& row : golden.json.at("rows")) {
      check_row(*tokenizer, row, "row " + std::to_string(index++), comparison);
    }
    outcome = comparison.outcome();
    if (outcome.verdict == Outcome::Verdict::kOk) break;
  }
  return {outcome};
}

}  // namespace troupe::parity
