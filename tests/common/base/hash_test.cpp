#include "common/base/hash.h"

#include <gtest/gtest.h>

#include "common/base/crc32c.h"
#include "tests/support/temp_folder.h"

namespace troupe {
namespace {

const std::string kAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-2, appendix B.1

TEST(HashTest, Sha256HasTheStandardsValues) {
  EXPECT_EQ(sha256("abc").hex(), kAbc);
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 pieces;
  pieces.update("a");
  pieces.update("");
  pieces.update("bc");
  EXPECT_EQ(pieces.finish().hex(), kAbc);
}

TEST(HashTest, FilesHashLikeTheirBytes) {
  const testing::TempFolder folder;
  const std::string long_text(600'000, 'x');  // more than one piece
  EXPECT_EQ(sha256_file(folder.write("long", long_text)).value(), sha256(long_text));
  EXPECT_EQ(sha256_file(folder.write("empty", "")).value(), sha256(""));
  EXPECT_EQ(sha256_file(folder.path() + "/none").status().code(), Code::kNotFound);
}

TEST(HashTest, DigestsReadWhatTheyWriteAndNothingElse) {
  const Digest digest = sha256("abc");
  EXPECT_EQ(Digest::from_hex(digest.hex()), digest);
  EXPECT_EQ(Digest::from_bytes(digest.view()), digest);
  EXPECT_FALSE(Digest::from_hex(kAbc.substr(1)));
  EXPECT_FALSE(Digest::from_hex(kAbc + "0"));
  EXPECT_FALSE(Digest::from_hex("g" + kAbc.substr(1)));
  EXPECT_FALSE(Digest::from_bytes("abc"));
}

// Seeds of campaigns and orders of running come from these: they never change.
TEST(HashTest, MixingIsTheSameEverywhere) {
  EXPECT_EQ(mix64(0), 0xe220a8397b1dcdafu);  // the first value of SplitMix64 from 0
  EXPECT_EQ(derive_seed(7, 0), derive_seed(7, 0));
  EXPECT_NE(derive_seed(7, 0), derive_seed(7, 1));
  EXPECT_NE(derive_seed(7, 1), derive_seed(1, 7));
}

TEST(HashTest, Crc32cHasTheCheckValueAndContinues) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);  // the catalogue's check value of CRC-32/ISCSI
  EXPECT_EQ(crc32c("56789", crc32c("1234")), 0xe3069283u);
  EXPECT_EQ(crc32c(""), 0u);
  EXPECT_EQ(crc32c_by_table("123456789"), 0xe3069283u);
  for (std::size_t length = 0; length < 70; ++length) {
    const std::string bytes = std::string(length, 'a') + "b";
    EXPECT_EQ(crc32c(bytes, 7), crc32c_by_table(bytes, 7)) << length;
  }
}

}  // namespace
}  // namespace troupe
