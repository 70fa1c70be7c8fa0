#include "common/base/status.h"

#include <gtest/gtest.h>

#include <memory>

namespace troupe {
namespace {

TEST(StatusTest, SaysWhereAndWhat) {
  EXPECT_TRUE(Status().ok());
  EXPECT_EQ(Status(Code::kInvalid, "bad").to_string(), "bad");
  EXPECT_EQ(Status(Code::kInvalid, "bad", Place{"a.yaml", 3, 7}).to_string(), "a.yaml:3:7: bad");
  EXPECT_EQ(Status(Code::kInvalid, "bad", Place{"a.yaml", 3, 0}).to_string(), "a.yaml:3: bad");
  EXPECT_EQ(Status(Code::kInvalid, "bad", Place{"a.yaml"}).to_string(), "a.yaml: bad");
}

TEST(StatusTest, ContextKeepsCodeAndPlace) {
  const Status status = Status(Code::kNotFound, "gone", Place{"a", 1, 2}).with_context("reading");
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_EQ(status.to_string(), "a:1:2: reading: gone");
}

TEST(StatusTest, EveryCodeHasANameOfItsOwn) {
  EXPECT_STREQ(code_name(Code::kTooLarge), "too_large");
  EXPECT_STREQ(code_name(Code::kInternal), "internal");
}

Result<std::unique_ptr<int>> make(bool good) {
  if (!good) return Status(Code::kTimeout, "late");
  return std::make_unique<int>(5);
}

Result<int> twice(bool good) {
  TROUPE_ASSIGN_OR_RETURN(const std::unique_ptr<int> value, make(good));
  return *value * 2;
}

Status check(bool good) {
  TROUPE_RETURN_IF_ERROR(make(good).status());
  return {};
}

TEST(ResultTest, MacrosPassErrorsOnAndMoveValues) {
  EXPECT_EQ(twice(true).value(), 10);
  EXPECT_EQ(twice(false).status().code(), Code::kTimeout);
  EXPECT_TRUE(check(true).ok());
  EXPECT_EQ(check(false).message(), "late");
}

TEST(ResultDeathTest, AbortsRatherThanReadWhatIsNotThere) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const Result<int> none = Status(Code::kIo, "no");
  EXPECT_DEATH((void)none.value(), "");
}

}  // namespace
}  // namespace troupe
