// A tokenizer folder with a vocabulary of a few symbols, for tests.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/worker/diffusion/safetensors_builder.h"
#include "worker/diffusion/tokenizers/unicode.h"

namespace troupe::diffusion {

inline constexpr const char* kTinyBos = "<start>";
inline constexpr const char* kTinyEos = "<end>";

// Ids: the bytes 33 to 126 at 0 to 93, the same at the end of a word at 94 to 187, then what each merge makes, then
// <start> and <end>.
inline nlohmann::json tiny_vocabulary(const std::vector<std::string>& merges) {
  nlohmann::json vocabulary;
  for (int byte = 33; byte <= 126; ++byte) vocabulary[std::string(1, static_cast<char>(byte))] = vocabulary.size();
  for (int byte = 33; byte <= 126; ++byte)
    vocabulary[std::string(1, static_cast<char>(byte)) + "</w>"] = vocabulary.size();
  for (std::string merge : merges) {
    merge.erase(merge.find(' '), 1);
    vocabulary[merge] = vocabulary.size();
  }
  vocabulary[kTinyBos] = vocabulary.size();
  vocabulary[kTinyEos] = vocabulary.size();
  return vocabulary;
}

inline void write_tiny_tokenizer(const std::string& folder, const std::vector<std::string>& merges) {
  std::string lines = "#version: 0.2\n";
  for (const std::string& merge : merges) lines += merge + "\n";
  write_text(folder + "/vocab.json", tiny_vocabulary(merges).dump());
  write_text(folder + "/merges.txt", lines);
  write_text(folder + "/special_tokens_map.json",
             R"({"bos_token": {"content": "<start>"}, "eos_token": "<end>", "pad_token": "!", "unk_token": "<end>"})");
  write_text(folder + "/tokenizer_config.json", R"({"model_max_length": 8})");
}

}  // namespace troupe::diffusion
