#include "worker/diffusion/tokenizers/unicode.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace troupe::diffusion::unicode {
namespace {

struct Range {
  char32_t first, last;
};
struct LowerRun {  // every stride-th code point from first to last maps to itself + delta
  char32_t first, last;
  std::uint32_t stride;
  std::int32_t delta;
};
struct ClassRange {
  char32_t first, last;
  int combining_class;
};

#include "worker/diffusion/tokenizers/unicode_classes.inc"

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kSigma = 0x3A3;
constexpr char32_t kFinalSigma = 0x3C2;
constexpr char32_t kDottedI = 0x130;
constexpr char32_t kDotAbove = 0x307;

// The row of a sorted table that holds c, or null.
template <typename Row, std::size_t size>
const Row* find_row(const Row (&table)[size], char32_t c) {
  const Row* row = std::upper_bound(std::begin(table), std::end(table), c,
                                    [](char32_t value, const Row& candidate) { return value < candidate.first; });
  if (row == std::begin(table)) return nullptr;
  --row;
  return c <= row->last ? row : nullptr;
}

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

// The code point at the start of `bytes` and its length, or {kReplacement, 1}.
std::pair<char32_t, std::size_t> decode_one(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return {kReplacement, 1};
  char32_t c = lead & (0x7F >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (!is_continuation(byte)) return {kReplacement, 1};
    c = c << 6 | (byte & 0x3F);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < kLeast[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return {kReplacement, 1};
  return {c, length};
}

char32_t lower_of(char32_t c) {
  const LowerRun* run = find_row(kLower, c);
  if (run == nullptr || (c - run->first) % run->stride != 0) return c;
  return static_cast<char32_t>(static_cast<std::int64_t>(c) + run->delta);
}

}  // namespace

int combining_class(char32_t c) {
  const ClassRange* range = find_row(kCombiningClasses, c);
  return range == nullptr ? 0 : range->combining_class;
}

std::u32string decode(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto [c, length] = decode_one(utf8);
    out.push_back(c);
    utf8.remove_prefix(length);
  }
  return out;
}

std::string encode(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  for (char32_t c : text) {
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
      put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    }
  }
  return out;
}

bool is_letter(char32_t c) {
  return find_row(kLetters, c) != nullptr;
}

bool is_number(char32_t c) {
  return find_row(kNumbers, c) != nullptr;
}

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::u32string to_lower(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  const auto letter_at = [&](std::size_t i) { return i < text.size() && is_letter(text[i]); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kDottedI) {
      out += {U'i', kDotAbove};
    } else if (text[i] == kSigma && i > 0 && letter_at(i - 1) && !letter_at(i + 1)) {
      out.push_back(kFinalSigma);
    } else {
      out.push_back(lower_of(text[i]));
    }
  }
  return out;
}

}  // namespace troupe::diffusion::unicode
