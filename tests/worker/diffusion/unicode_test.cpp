#include "worker/diffusion/tokenizers/unicode.h"

#include <gtest/gtest.h>

namespace troupe::diffusion::unicode {
namespace {

TEST(Unicode, DecodesAndEncodes) {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\xB1";
  EXPECT_EQ(decode(text), U"a\u00E9\u20AC\U0001F431");
  EXPECT_EQ(encode(decode(text)), text);
}

TEST(Unicode, BrokenBytesBecomeReplacements) {
  EXPECT_EQ(decode("\x80z"), U"\uFFFDz");
  EXPECT_EQ(decode("\xC0\xAF"), U"\uFFFD\uFFFD");            // an overlong slash
  EXPECT_EQ(decode("\xED\xA0\x80"), U"\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(decode("\xF0\x9F\x90"), U"\uFFFD\uFFFD\uFFFD");  // cut off
}

TEST(Unicode, KnowsLettersNumbersAndSpaces) {
  for (char32_t c : std::u32string(U"aZ\u00DF\u0434\u4E2D\uAC00\u05D0"))
    EXPECT_TRUE(is_letter(c)) << std::hex << int(c);
  for (char32_t c : std::u32string(U"7\u00BD\u2167\u0663")) EXPECT_TRUE(is_number(c)) << std::hex << int(c);
  for (char32_t c : std::u32string(U" \t\u00A0\u3000\u2028")) EXPECT_TRUE(is_space(c)) << std::hex << int(c);
  EXPECT_FALSE(is_letter(U'\u0301'));
  EXPECT_FALSE(is_space(U'\u200B'));
}

TEST(Unicode, LowersByTheWholeRule) {
  EXPECT_EQ(to_lower(U"STRASSE \u00C9\u0416"), U"strasse \u00E9\u0436");
  EXPECT_EQ(to_lower(U"\u0130"), U"i\u0307");
  EXPECT_EQ(to_lower(U"\u039F\u0394\u039F\u03A3 \u03A3"), U"\u03BF\u03B4\u03BF\u03C2 \u03C3");
}

TEST(Unicode, Composes) {
  EXPECT_EQ(to_nfc(U"cafe\u0301"), U"caf\u00E9");
  EXPECT_EQ(to_nfc(U"a\u0323\u0302"), U"\u1EAD");  // two marks, one letter
  EXPECT_EQ(to_nfc(U"a\u0302\u0323"), U"\u1EAD");  // in whatever order
  EXPECT_EQ(to_nfc(U"\u1112\u1161\u11AB"), U"\uD55C");
  EXPECT_EQ(to_nfc(U"\u212B"), U"\u00C5");
  EXPECT_EQ(to_nfc(U"\u0958"), U"\u0915\u093C");  // stays apart
  EXPECT_EQ(to_nfc(U"\u0301a"), U"\u0301a");
}

}  // namespace
}  // namespace troupe::diffusion::unicode
