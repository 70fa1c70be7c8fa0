// The tokenizer of CLIP (openai/CLIP, simple_tokenizer.py; CLIPTokenizer of transformers), with the vocabulary, merges
// and special tokens of a pack.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/status.h"
#include "worker/diffusion/tokenizers/bpe.h"

namespace troupe::diffusion {

class ClipTokenizer {
 public:
  // folder holds vocab.json and merges.txt and may hold special_tokens_map.json and tokenizer_config.json; where
  // neither names a special token, bos is "<|startoftext|>", eos "<|endoftext|>", pad and unk are eos. kNotFound,
  // kTooLarge or kCorrupt with the file.
  static Result<ClipTokenizer> load(const std::string& folder);

  // The ids of a text without bos and eos, not cut. The text is composed (NFC), its white space collapsed, and lowered;
  // special tokens that stand in it become their ids. Never fails: what the vocabulary lacks becomes unk.
  std::vector<std::int64_t> encode(std::string_view text) const;

  std::int64_t bos() const { return bos_; }
  std::int64_t eos() const { return eos_; }
  std::int64_t pad() const { return pad_; }
  // One more than the highest id.
  std::int64_t vocabulary() const { return vocabulary_; }
  // model_max_length of the pack, bos and eos included; 77 where it says nothing below 10,000.
  std::int64_t max_length() const { return max_length_; }

 private:
  ClipTokenizer() = default;
  Status read_special_tokens(const std::string& folder,
                             const std::unordered_map<std::string, std::int64_t>& vocabulary);
  void encode_plain(std::u32string_view text, std::vector<std::int64_t>& ids) const;

  Bpe bpe_;
  std::vector<std::pair<std::u32string, std::int64_t>> specials_;  // as they stand in a lowered text
  std::int64_t bos_ = 0, eos_ = 0, pad_ = 0, unk_ = 0;
  std::int64_t vocabulary_ = 0;
  std::int64_t max_length_ = 77;
};

}  // namespace troupe::diffusion
