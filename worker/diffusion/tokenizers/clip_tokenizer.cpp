#include "worker/diffusion/tokenizers/clip_tokenizer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "worker/diffusion/tokenizers/clip_words.h"
#include "worker/diffusion/tokenizers/unicode.h"

namespace troupe::diffusion {
namespace {

using nlohmann::json;
using Vocabulary = std::unordered_map<std::string, std::int64_t>;

constexpr std::int64_t kMaxVocabulary = 10'000'000;
constexpr std::int64_t kMaxLength = 10'000;

Result<json> read_object(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, read_file(path, limits::kMaxTokenizerBytes));
  json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) return Status(Code::kCorrupt, path + ": not a JSON object");
  return root;
}

// An empty object where there is no such file.
Result<json> read_optional_object(const std::string& path) {
  Result<json> root = read_object(path);
  if (!root.ok() && root.status().code() == Code::kNotFound) return json::object();
  return root;
}

Result<Vocabulary> read_vocabulary(const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(const json root, read_object(path));
  Vocabulary vocabulary;
  vocabulary.reserve(root.size());
  for (const auto& [symbol, id] : root.items()) {
    if (!id.is_number_integer() || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() >= kMaxVocabulary) {
      return Status(Code::kCorrupt, path + ": the id of \"" + symbol + "\" is not a number from 0 to " +
                                        std::to_string(kMaxVocabulary - 1));
    }
    vocabulary.emplace(symbol, id.get<std::int64_t>());
  }
  if (vocabulary.empty()) return Status(Code::kCorrupt, path + ": the vocabulary is empty");
  return vocabulary;
}

// A special token is written as "content" or as {"content": "content", ...}.
std::optional<std::string> token_content(const json& root, const char* key) {
  const auto found = root.find(key);
  if (found == root.end()) return std::nullopt;
  if (found->is_string()) return found->get<std::string>();
  if (found->is_object() && found->contains("content") && (*found)["content"].is_string()) {
    return (*found)["content"].get<std::string>();
  }
  return std::nullopt;
}

}  // namespace

Result<ClipTokenizer> ClipTokenizer::load(const std::string& folder) {
  TROUPE_ASSIGN_OR_RETURN(const Vocabulary vocabulary, read_vocabulary(folder + "/vocab.json"));
  ClipTokenizer tokenizer;
  for (const auto& [symbol, id] : vocabulary) tokenizer.vocabulary_ = std::max(tokenizer.vocabulary_, id + 1);
  TROUPE_RETURN_IF_ERROR(tokenizer.read_special_tokens(folder, vocabulary));

  const std::string merges_path = folder + "/merges.txt";
  TROUPE_ASSIGN_OR_RETURN(const std::string merges, read_file(merges_path, limits::kMaxTokenizerBytes));
  Result<Bpe> bpe = Bpe::make(vocabulary, merges, tokenizer.unk_);
  if (!bpe.ok()) {
    const Status status = bpe.status();
    return Status(status.code(), status.message(), {merges_path, status.place() ? status.place()->line : 0, 0});
  }
  tokenizer.bpe_ = std::move(bpe).value();
  return tokenizer;
}

Status ClipTokenizer::read_special_tokens(const std::string& folder, const Vocabulary& vocabulary) {
  TROUPE_ASSIGN_OR_RETURN(const json map, read_optional_object(folder + "/special_tokens_map.json"));
  TROUPE_ASSIGN_OR_RETURN(const json config, read_optional_object(folder + "/tokenizer_config.json"));
  const auto content = [&](const char* key, const std::string& fallback) {
    if (const auto text = token_content(map, key)) return *text;
    return token_content(config, key).value_or(fallback);
  };
  const std::string eos = content("eos_token", "<|endoftext|>");
  const std::pair<std::string, std::int64_t*> tokens[] = {
      {content("bos_token", "<|startoftext|>"), &bos_},
      {eos, &eos_},
      {content("pad_token", eos), &pad_},
      {content("unk_token", eos), &unk_},
  };
  for (const auto& [text, id] : tokens) {
    const auto found = vocabulary.find(text);
    if (text.empty() || found == vocabulary.end()) {
      return Status(Code::kCorrupt,
                    folder + "/vocab.json: the special token \"" + text + "\" is not in the vocabulary");
    }
    *id = found->second;
    const std::u32string lowered = unicode::to_lower(unicode::to_nfc(unicode::decode(text)));
    const bool known = std::any_of(specials_.begin(), specials_.end(), [&](auto& s) { return s.first == lowered; });
    if (!known) specials_.emplace_back(lowered, *id);
  }
  if (const auto length = config.find("model_max_length"); length != config.end() && length->is_number_integer()) {
    if (*length >= 3 && *length <= kMaxLength) max_length_ = length->get<std::int64_t>();
  }
  return Status();
}

std::vector<std::int64_t> ClipTokenizer::encode(std::string_view text) const {
  const std::u32string clean = clean_text(unicode::decode(text));
  std::vector<std::int64_t> ids;
  std::size_t plain = 0;  // where the text begins that no special token has taken
  for (std::size_t i = 0; i < clean.size();) {
    const auto special = std::find_if(specials_.begin(), specials_.end(),
                                      [&](auto& s) { return clean.compare(i, s.first.size(), s.first) == 0; });
    if (special == specials_.end()) {
      ++i;
      continue;
    }
    encode_plain(std::u32string_view(clean).substr(plain, i - plain), ids);
    ids.push_back(special->second);
    plain = i += special->first.size();
  }
  encode_plain(std::u32string_view(clean).substr(plain), ids);
  return ids;
}

void ClipTokenizer::encode_plain(std::u32string_view text, std::vector<std::int64_t>& ids) const {
  for (std::u32string_view word : split_words(text)) bpe_.encode(unicode::encode(word), ids);
}

}  // namespace troupe::diffusion
