#include "worker/diffusion/tokenizers/clip_words.h"

#include "worker/diffusion/tokenizers/unicode.h"

namespace troupe::diffusion {
namespace {

constexpr std::u32string_view kContractions[] = {U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"};

bool is_other(char32_t c) {
  return !unicode::is_space(c) && !unicode::is_letter(c) && !unicode::is_number(c);
}

std::size_t contraction_length(std::u32string_view text) {
  for (std::u32string_view contraction : kContractions) {
    if (text.starts_with(contraction)) return contraction.size();
  }
  return 0;
}

std::size_t run_length(std::u32string_view text, bool (*belongs)(char32_t)) {
  std::size_t length = 1;
  while (length < text.size() && belongs(text[length])) ++length;
  return length;
}

}  // namespace

std::u32string clean_text(std::u32string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (char32_t c : unicode::to_nfc(text)) {
    if (!unicode::is_space(c)) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != U' ') {
      out.push_back(U' ');
    }
  }
  if (!out.empty() && out.back() == U' ') out.pop_back();
  return unicode::to_lower(out);
}

std::vector<std::u32string_view> split_words(std::u32string_view text) {
  std::vector<std::u32string_view> words;
  while (!text.empty()) {
    const char32_t first = text.front();
    if (unicode::is_space(first)) {
      text.remove_prefix(1);
      continue;
    }
    std::size_t length = contraction_length(text);
    if (length == 0) {
      length = unicode::is_letter(first)   ? run_length(text, unicode::is_letter)
               : unicode::is_number(first) ? 1
                                           : run_length(text, is_other);
    }
    words.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return words;
}

}  // namespace troupe::diffusion
