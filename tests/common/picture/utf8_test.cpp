#include "common/picture/utf8.h"

#include <gtest/gtest.h>

namespace troupe::picture {
namespace {

TEST(Utf8, RoundTripsEveryLength) {
  for (const char32_t c : {U'a', U'\u00E9', U'\u20AC', U'\U0001F600', char32_t{0x10FFFF}}) {
    std::string text;
    append_utf8(text, c);
    EXPECT_TRUE(is_utf8(text));
    std::string_view rest = text;
    EXPECT_EQ(take_code_point(rest), c);
    EXPECT_TRUE(rest.empty());
  }
}

TEST(Utf8, BrokenSequencesAreTakenAByteAtATime) {
  for (const std::string_view broken :
       {"\x80", "\xC3", "\xC0\xAF", "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(broken));
    std::string_view rest = broken;
    EXPECT_EQ(take_code_point(rest), kReplacement);
    EXPECT_EQ(rest.size(), broken.size() - 1);
  }
}

}  // namespace
}  // namespace troupe::picture
