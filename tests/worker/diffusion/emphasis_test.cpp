#include "worker/diffusion/tokenizers/emphasis.h"

#include <gtest/gtest.h>

namespace troupe::diffusion {
namespace {

void expect_pieces(const std::string& prompt, const std::vector<WeightedText>& expected) {
  const std::vector<WeightedText> pieces = parse_emphasis(prompt);
  ASSERT_EQ(pieces.size(), expected.size()) << prompt;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    EXPECT_EQ(pieces[i].text, expected[i].text) << prompt;
    EXPECT_NEAR(pieces[i].weight, expected[i].weight, 1e-12) << prompt;
  }
}

TEST(Emphasis, WeighsBrackets) {
  expect_pieces("a (cat:1.3) on a [mat]", {{"a ", 1}, {"cat", 1.3}, {" on a ", 1}, {"mat", 1 / 1.1}});
  expect_pieces("((very)) big", {{"very", 1.1 * 1.1}, {" big", 1}});
  expect_pieces("(blue (long: 1.2 ) dress:2)", {{"blue ", 2}, {"long", 2.4}, {" dress", 2}});
}

TEST(Emphasis, TakesWhatIsNoSyntaxAsText) {
  expect_pieces("", {{"", 1}});
  expect_pieces("smile \\(x\\)", {{"smile (x)", 1}});
  expect_pieces("a) b] c:1.2) d", {{"a) b] c:1.2) d", 1}});
  expect_pieces("(a:b)", {{"a:b", 1.1}});
}

TEST(Emphasis, UnclosedBracketsReachToTheEnd) {
  expect_pieces("a (b [c", {{"a ", 1}, {"b ", 1.1}, {"c", 1}});
  expect_pieces("((((", {{"", 1}});
}

TEST(Emphasis, Strips) {
  EXPECT_EQ(without_emphasis("((very)) (detailed:0.8), sky"), "very detailed, sky");
}

}  // namespace
}  // namespace troupe::diffusion
