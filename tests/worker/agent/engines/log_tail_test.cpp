#include "worker/agent/engines/log_tail.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"

namespace troupe::agent {
namespace {

using Lines = std::vector<std::string>;

TEST(LogTail, JoinsPiecesToLines) {
  LogTail tail;
  tail.add("one\ntw");
  tail.add("o\nthr");
  EXPECT_EQ(tail.lines(), (Lines{"one", "two", "thr"}));
}

TEST(LogTail, KeepsTheLastLines) {
  LogTail tail;
  for (int i = 0; i < 250; ++i) tail.add("line " + std::to_string(i) + "\n");
  tail.add("open");
  ASSERT_EQ(tail.lines().size(), limits::kMaxLogLines);
  EXPECT_EQ(tail.lines().front(), "line 151");
  EXPECT_EQ(tail.lines().back(), "open");
}

TEST(LogTail, CutsLongLinesAndTakesOutWhatIsNoText) {
  LogTail tail;
  tail.add(std::string(100'000, 'x') + "\n");
  tail.add(std::string("a\0b\x1b[31m\xff\n", 9));
  ASSERT_EQ(tail.lines().size(), 2u);
  EXPECT_EQ(tail.lines()[0].size(), limits::kMaxLogLineBytes);
  EXPECT_EQ(tail.lines()[1], "a b [31m\xef\xbf\xbd");
}

}  // namespace
}  // namespace troupe::agent
