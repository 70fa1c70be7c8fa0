#include "coordinator/cli/sheet_html.h"

#include <gtest/gtest.h>

#include "coordinator/cli/html.h"
#include "coordinator/cli/sheet_page.h"

namespace troupe::cli {
namespace {

HtmlSheet::Cell cell(std::uint64_t index, const std::string& address, std::optional<double> score = {}) {
  HtmlSheet::Cell made;
  made.picture.index = index;
  made.picture.address = address;
  made.picture.path = address + ".png";
  made.picture.score = score;
  made.thumbnail = "jpeg";
  return made;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(HtmlSheet, ShowsPicturesWithCaptionsScoresAndMarks) {
  HtmlSheet sheet{"spring#2", "pose=sit", false, {}};
  sheet.cells = {cell(0, "character=mia,pose=sit,seed=1", 0.712), cell(1, "character=mia,pose=sit,seed=2"),
                 cell(2, "character=leo,pose=sit,seed=1")};
  sheet.cells[0].picture.kept = true;
  sheet.cells[0].picture.scores = {{"identity", 0.712}, {"faces", 1}, {"likeness", {{"mia", 0.712}}}};
  sheet.cells[1].picture.rejected = true;
  const std::string page = write_html_sheet(sheet);
  EXPECT_EQ(count(page, "<figure"), 3u);
  EXPECT_EQ(count(page, "<figure class=\"kept\""), 1u);
  EXPECT_EQ(count(page, "<figure class=\"rejected\""), 1u);
  EXPECT_EQ(count(page, "data:image/jpeg;base64," + base64("jpeg")), 3u);
  EXPECT_NE(page.find("3 pictures, 1 kept, 1 rejected"), page.npos);
  EXPECT_NE(page.find("<b>0.71</b>"), page.npos);
  EXPECT_NE(page.find("identity 0.71 \xC2\xB7 faces 1 \xC2\xB7 likeness mia 0.71"), page.npos);
  EXPECT_NE(page.find("<span>mia</span> <span>seed 1</span>"), page.npos) << "a caption names what varies";
  EXPECT_NE(page.find("data-axis=\"seed\""), page.npos);
  EXPECT_EQ(page.find("data-axis=\"pose\""), page.npos) << "nothing to choose on an axis of one value";
  EXPECT_NE(page.find("<p class=\"asked\">pose=sit</p>"), page.npos);
}

TEST(HtmlSheet, NeedsNothingFromElsewhere) {
  HtmlSheet sheet{"spring#1", "", false, {cell(0, "seed=1")}};
  const std::string page = write_html_sheet(sheet);
  for (const char* outside : {"http:", "https:", "url(", "@import", "<link", "src=\"/"}) {
    EXPECT_EQ(page.find(outside), page.npos) << outside;
  }
  const std::string policy = "script-src 'sha256-" + base64(sha256(kSheetScript).view()) + "'";
  EXPECT_NE(page.find(policy), page.npos) << "only the page's own script runs";
  EXPECT_NE(page.find("<script>" + std::string(kSheetScript) + "</script>"), page.npos);
  EXPECT_EQ(count(page, "<!--"), 0u) << "every place is filled";
}

TEST(HtmlSheet, HostileNamesAreText) {
  const std::string evil = "\"><script>alert(1)</script><!--title--><img src=x onerror=alert(1)>'";
  HtmlSheet sheet{evil, evil, true, {cell(0, "a=" + evil, 1.0), cell(1, "a=b")}};
  sheet.cells[0].picture.scores = {{evil, evil}};
  sheet.cells[0].picture.path = evil;
  sheet.cells[0].link = "javascript:" + evil;
  sheet.cells[1].thumbnail.clear();
  sheet.cells[1].trouble = evil;
  const std::string page = write_html_sheet(sheet);
  EXPECT_EQ(count(page, "<script"), 1u);
  EXPECT_EQ(page.find("<img src=x"), page.npos);
  EXPECT_EQ(count(page, "onerror"), count(page, "&lt;img src=x onerror=alert(1)&gt;&#39;"));
}

TEST(HtmlSheet, APictureThatCannotBeHadSaysWhy) {
  HtmlSheet sheet{"spring#1", "", false, {cell(0, "seed=1")}};
  sheet.cells[0].thumbnail.clear();
  sheet.cells[0].trouble = "cut short";
  EXPECT_NE(write_html_sheet(sheet).find("<span class=\"trouble\">cut short</span>"), std::string::npos);
}

}  // namespace
}  // namespace troupe::cli
