#include "common/picture/font.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "common/base/files.h"

namespace troupe::picture {
namespace {

constexpr Colour kBlack{0, 0, 0}, kWhite{255, 255, 255};

Font regular() {
  Result<Font> font = Font::load(Weight::kRegular);
  if (!font.ok()) ADD_FAILURE() << font.status().to_string();
  return std::move(font).value();
}

// Sets TROUPE_FONT while it lives.
class ChosenFont {
 public:
  explicit ChosenFont(const std::string& value) {
    if (const char* before = std::getenv("TROUPE_FONT")) before_ = before;
    setenv("TROUPE_FONT", value.c_str(), 1);
  }
  ~ChosenFont() { before_.empty() ? unsetenv("TROUPE_FONT") : setenv("TROUPE_FONT", before_.c_str(), 1); }

 private:
  std::string before_;
};

Box inked(const Picture& picture) {
  int left = picture.width, top = picture.height, right = -1, bottom = -1;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      if (picture.at(x, y)[0] > 200) continue;
      left = std::min(left, x), right = std::max(right, x), top = std::min(top, y), bottom = std::max(bottom, y);
    }
  }
  return {left, top, right - left + 1, bottom - top + 1};
}

TEST(Font, DrawsWhereItIsToldAndAsWideAsItSays) {
  const Font font = regular();
  Canvas canvas({400, 100}, kWhite);
  font.draw(canvas, "Hamburg \u00C4\u00D6\u00DC", 32, 20, 60, kBlack);
  const Box box = inked(canvas.take());
  EXPECT_NEAR(box.x, 20, 5);
  EXPECT_NEAR(box.width, font.measure("Hamburg \u00C4\u00D6\u00DC", 32), 8);
  EXPECT_GE(box.y, 60 - 32);
  EXPECT_LE(box.y + box.height, 60 + 10);
}

TEST(Font, WidthGrowsWithTextAndSize) {
  const Font font = regular();
  EXPECT_EQ(font.measure("", 20), 0);
  EXPECT_LT(font.measure("seed", 20), font.measure("seed 7", 20));
  EXPECT_NEAR(font.measure("seed 7", 40), 2 * font.measure("seed 7", 20), 1e-9);
  EXPECT_EQ(font.measure("a\x01\n", 20), font.measure("a", 20));
}

TEST(Font, BoldIsHeavier) {
  const Font bold = Font::load(Weight::kBold).value();
  EXPECT_GT(bold.measure("character", 20), regular().measure("character", 20));
}

TEST(Font, FittingEndsInAnEllipsis) {
  const Font font = regular();
  EXPECT_EQ(font.fit("short", 20, 500), "short");
  const std::string fitted = font.fit("a very long caption, indeed", 20, 120);
  EXPECT_TRUE(fitted.ends_with("\u2026"));
  EXPECT_TRUE(fitted.starts_with("a very"));
  EXPECT_LE(font.measure(fitted, 20), 120);
  EXPECT_EQ(font.fit("wide", 20, 1), "\u2026");
  EXPECT_EQ(font.fit("\u00E4\u00E4\u00E4\u00E4\u00E4\u00E4", 20, 40).substr(0, 2), "\u00E4");
}

TEST(Font, DrawsAnythingAnywhere) {
  const Font font = regular();
  Canvas canvas({30, 30}, kWhite);
  for (const char* text : {"", "\xFF\xC3", "\U0001F600 \u4F60", "a\u0301", "\u202Eabc"}) {
    for (const double at : {-1000.0, -5.0, 10.0, 1000.0}) font.draw(canvas, text, 1000, at, at, kBlack);
  }
  font.draw(canvas, std::string(100'000, 'x'), 10, -50, 10, kBlack);
  EXPECT_EQ(canvas.width(), 30);
}

TEST(Font, AMissingFontSaysWhatToDo) {
  const ChosenFont chosen("/nonexistent");
  const Status status = Font::load(Weight::kRegular).status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("TROUPE_FONT=/nonexistent"), std::string::npos);
}

TEST(Font, AFileThatIsNoFontIsNamed) {
  const std::string path = testing::TempDir() + "no-font.ttf";
  ASSERT_TRUE(write_file_durably(path, "not a font").ok());
  const ChosenFont chosen(path);
  const Status status = Font::load(Weight::kRegular).status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find(path), std::string::npos);
}

}  // namespace
}  // namespace troupe::picture
