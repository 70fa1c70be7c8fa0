#include "common/wire/text.h"

#include <gtest/gtest.h>

namespace troupe::wire {
namespace {

TEST(Text, KnowsUtf8) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8e\xad"));
  EXPECT_FALSE(is_utf8("\xc0\x80"));          // overlong
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));      // a surrogate
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_utf8("\xe2\x82"));          // cut off
}

TEST(Text, FitsTextIntoItsLimit) {
  EXPECT_EQ(fit_text("plain", 5), "plain");
  EXPECT_EQ(fit_text("plain", 4), "plai");
  EXPECT_EQ(fit_text("caf\xc3\xa9", 4), "caf");
  EXPECT_EQ(fit_text("a\xff"
                     "b",
                     10),
            "a\xef\xbf\xbd"
            "b");
}

}  // namespace
}  // namespace troupe::wire
