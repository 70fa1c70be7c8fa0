#include <algorithm>
#include <cstdint>
#include <iterator>
#include <unordered_map>

#include "worker/diffusion/tokenizers/unicode.h"
#include "worker/diffusion/tokenizers/unicode_classes.h"

namespace troupe::diffusion::unicode {
namespace {

struct Decomposition {  // second is 0 where a code point stands for one other
  char32_t composed, first, second;
};

#include "worker/diffusion/tokenizers/unicode_compositions.inc"

// Hangul syllables are composed by rule (Unicode Standard 3.12).
constexpr char32_t kSyllables = 0xAC00, kLeads = 0x1100, kVowels = 0x1161, kTrails = 0x11A7;
constexpr char32_t kLeadCount = 19, kVowelCount = 21, kTrailCount = 28;
constexpr char32_t kSyllableCount = kLeadCount * kVowelCount * kTrailCount;
constexpr char32_t kFirstWithClass = 0x300;  // no code point below composes with the one before it

template <std::size_t size>
const Decomposition* find(const Decomposition (&table)[size], char32_t c) {
  const Decomposition* row = std::lower_bound(
      std::begin(table), std::end(table), c, [](const Decomposition& d, char32_t value) { return d.composed < value; });
  return row != std::end(table) && row->composed == c ? row : nullptr;
}

void decompose(char32_t c, std::u32string& out) {
  if (c >= kSyllables && c < kSyllables + kSyllableCount) {
    const char32_t index = c - kSyllables;
    out.push_back(kLeads + index / (kVowelCount * kTrailCount));
    out.push_back(kVowels + index / kTrailCount % kVowelCount);
    if (index % kTrailCount != 0) out.push_back(kTrails + index % kTrailCount);
    return;
  }
  const Decomposition* row = find(kCompositions, c);
  if (row == nullptr) row = find(kDecompositionsOnly, c);
  if (row == nullptr) {
    out.push_back(c);
    return;
  }
  decompose(row->first, out);
  if (row->second != 0) decompose(row->second, out);
}

// Marks that follow a base are put in the order of their classes.
void order_marks(std::u32string& text) {
  for (auto i = text.begin(); i != text.end();) {
    if (combining_class(*i) == 0) {
      ++i;
      continue;
    }
    const auto end = std::find_if(i, text.end(), [](char32_t c) { return combining_class(c) == 0; });
    std::stable_sort(i, end, [](char32_t a, char32_t b) { return combining_class(a) < combining_class(b); });
    i = end;
  }
}

// The code point that a and b make together, or 0.
char32_t compose(char32_t a, char32_t b) {
  if (a >= kLeads && a < kLeads + kLeadCount && b >= kVowels && b < kVowels + kVowelCount) {
    return kSyllables + ((a - kLeads) * kVowelCount + (b - kVowels)) * kTrailCount;
  }
  if (a >= kSyllables && a < kSyllables + kSyllableCount && (a - kSyllables) % kTrailCount == 0 && b > kTrails &&
      b < kTrails + kTrailCount) {
    return a + (b - kTrails);
  }
  static const auto* const pairs = [] {
    auto* map = new std::unordered_map<std::uint64_t, char32_t>;
    for (const Decomposition& d : kCompositions) map->emplace(std::uint64_t{d.first} << 32 | d.second, d.composed);
    return map;
  }();
  const auto found = pairs->find(std::uint64_t{a} << 32 | b);
  return found == pairs->end() ? 0 : found->second;
}

}  // namespace

std::u32string to_nfc(std::u32string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char32_t c) { return c < kFirstWithClass; })) {
    return std::u32string(text);
  }
  std::u32string parts;
  for (char32_t c : text) decompose(c, parts);
  order_marks(parts);

  std::u32string out;
  std::size_t starter = std::u32string::npos;
  int last_class = 0;  // of the last code point kept after the starter; 0: none
  for (char32_t c : parts) {
    const int own_class = combining_class(c);
    const bool adjacent = starter != std::u32string::npos && starter + 1 == out.size();
    if (starter != std::u32string::npos && (adjacent || (last_class != 0 && last_class < own_class))) {
      if (const char32_t composed = compose(out[starter], c)) {
        out[starter] = composed;
        continue;
      }
    }
    if (own_class == 0) starter = out.size();
    last_class = own_class;
    out.push_back(c);
  }
  return out;
}

}  // namespace troupe::diffusion::unicode
