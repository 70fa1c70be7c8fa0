#include "worker/diffusion/tokenizers/bpe.h"

#include <algorithm>

#include "worker/diffusion/tokenizers/unicode.h"

namespace troupe::diffusion {
namespace {

constexpr const char* kEndOfWord = "</w>";

// GPT-2's printable stand-ins for bytes: those that print stay, the others follow U+0100 in order.
std::string stand_in(int byte, int& others) {
  const bool prints = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  const char32_t c = static_cast<char32_t>(prints ? byte : 256 + others++);
  return unicode::encode({&c, 1});
}

std::uint64_t pair_key(int left, int right) {
  return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
}

}  // namespace

int Bpe::intern(const std::string& symbol) {
  return symbols_.emplace(symbol, static_cast<int>(symbols_.size())).first->second;
}

int Bpe::rank_of(int left, int right) const {
  const auto found = merges_.find(pair_key(left, right));
  return found == merges_.end() ? kNoRank : found->second.rank;
}

Result<Bpe> Bpe::make(const std::unordered_map<std::string, std::int64_t>& vocabulary, std::string_view merges,
                      std::int64_t unknown) {
  Bpe bpe;
  int others = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string symbol = stand_in(byte, others);
    bpe.bytes_[byte] = bpe.intern(symbol);
    bpe.last_bytes_[byte] = bpe.intern(symbol + kEndOfWord);
  }
  for (int line = 1, rank = 0; !merges.empty(); ++line) {
    const std::size_t end = std::min(merges.find('\n'), merges.size());
    std::string_view text = merges.substr(0, end);
    merges.remove_prefix(std::min(end + 1, merges.size()));
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    if (text.empty() || (line == 1 && text.starts_with("#version"))) continue;
    const std::size_t space = text.find(' ');
    if (space == 0 || space + 1 >= text.size() || text.find(' ', space + 1) != std::string_view::npos) {
      return Status(Code::kCorrupt, "a merge must be two symbols with one space between them", {"", line, 0});
    }
    const std::string left(text.substr(0, space)), right(text.substr(space + 1));
    const int joined = bpe.intern(left + right);
    bpe.merges_.emplace(pair_key(bpe.intern(left), bpe.intern(right)), Merge{rank++, joined});
  }
  bpe.ids_.assign(bpe.symbols_.size(), unknown);
  for (const auto& [symbol, index] : bpe.symbols_) {
    if (const auto found = vocabulary.find(symbol); found != vocabulary.end()) bpe.ids_[index] = found->second;
  }
  return bpe;
}

void Bpe::encode(std::string_view word, std::vector<std::int64_t>& ids) const {
  std::vector<int> symbols;
  symbols.reserve(word.size());
  for (char c : word) symbols.push_back(bytes_[static_cast<unsigned char>(c)]);
  symbols.back() = last_bytes_[static_cast<unsigned char>(word.back())];

  std::vector<int> ranks(symbols.size(), kNoRank);  // of the pair that starts at each symbol; the last starts none
  for (std::size_t i = 0; i + 1 < symbols.size(); ++i) ranks[i] = rank_of(symbols[i], symbols[i + 1]);
  while (symbols.size() > 1) {
    const auto best = std::min_element(ranks.begin(), ranks.end());
    if (*best == kNoRank) break;
    const std::size_t at = static_cast<std::size_t>(best - ranks.begin());
    symbols[at] = merges_.at(pair_key(symbols[at], symbols[at + 1])).joined;
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    ranks.erase(ranks.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    if (at > 0) ranks[at - 1] = rank_of(symbols[at - 1], symbols[at]);
    ranks[at] = at + 1 < symbols.size() ? rank_of(symbols[at], symbols[at + 1]) : kNoRank;
  }
  for (int symbol : symbols) ids.push_back(ids_[static_cast<std::size_t>(symbol)]);
}

}  // namespace troupe::diffusion
