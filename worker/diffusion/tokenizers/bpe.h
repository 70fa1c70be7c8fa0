// Byte-pair encoding as CLIP uses it: a word's bytes become symbols, the last one with "</w>", and the pair that stands
// first in the list of merges is joined until no pair of the list is left.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/status.h"

namespace troupe::diffusion {

class Bpe {
 public:
  // vocabulary: symbol -> id. merges: the text of a merges.txt, one "left right" a line, the most wanted first; a first
  // line that starts with "#version" is skipped. unknown: the id of symbols that the vocabulary lacks. kCorrupt names
  // the line of `merges` that is not a pair.
  static Result<Bpe> make(const std::unordered_map<std::string, std::int64_t>& vocabulary, std::string_view merges,
                          std::int64_t unknown);

  // Appends the ids of one word (any bytes, not empty).
  void encode(std::string_view word, std::vector<std::int64_t>& ids) const;

 private:
  struct Merge {
    int rank;
    int joined;
  };
  static constexpr int kNoRank = INT32_MAX;

  int intern(const std::string& symbol);
  int rank_of(int left, int right) const;

  std::unordered_map<std::string, int> symbols_;
  std::vector<std::int64_t> ids_;                    // by symbol
  std::unordered_map<std::uint64_t, Merge> merges_;  // by left << 32 | right
  int bytes_[256] = {};                              // the symbol of each byte
  int last_bytes_[256] = {};                         // the same at the end of a word
};

}  // namespace troupe::diffusion
