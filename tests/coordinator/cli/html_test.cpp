#include "coordinator/cli/html.h"

#include <gtest/gtest.h>

namespace troupe::cli {
namespace {

TEST(Html, EscapesWhateverCouldEndATextOrAnAttribute) {
  EXPECT_EQ(escape_html("<b title=\"x\" id='y'> & "), "&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt; &amp; ");
  EXPECT_EQ(escape_html("d\xC3\xA9j\xC3\xA0 vu"), "d\xC3\xA9j\xC3\xA0 vu");
  EXPECT_EQ(escape_html(std::string("a\x1b[31m\x00"
                                    "b\xff",
                                    9)),
            "a\xEF\xBF\xBD[31m\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(escape_html("two\nlines"), "two lines");
}

// The vectors of RFC 4648.
TEST(Html, Base64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

}  // namespace
}  // namespace troupe::cli
