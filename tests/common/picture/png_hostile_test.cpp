// Files that were cut, damaged or made to harm: a clear error, never a crash, a hang or a great allocation.
#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "common/picture/load.h"
#include "common/picture/png.h"
#include "tests/common/picture/png_maker.h"
#include "tests/common/picture/samples.h"

namespace troupe::picture {
namespace {

std::string valid_png() {
  return encode_png(sample_picture({24, 16}, 3), {{"parameters", "a cup\nSteps: 20"}, {"wide", "\u4F60"}}).value();
}

TEST(HostilePng, EveryTruncationIsRefused) {
  const std::string png = valid_png();
  for (std::size_t length = 0; length < png.size(); ++length) {
    const std::string_view cut = std::string_view(png).substr(0, length);
    EXPECT_FALSE(decode_png(cut).ok()) << length;
    EXPECT_EQ(read_png_text(cut).status().code(), Code::kCorrupt) << length;
  }
}

TEST(HostilePng, EveryFlippedBitIsSurvived) {
  const std::string png = valid_png();
  for (std::size_t bit = 0; bit < png.size() * 8; ++bit) {
    std::string bad = png;
    bad[bit / 8] ^= static_cast<char>(1u << bit % 8);
    const Result<DecodedPng> decoded = decode_png(bad);
    if (decoded.ok()) {
      EXPECT_TRUE(check_picture(decoded->picture).ok()) << bit;
    }
  }
}

TEST(HostilePng, RandomDamageIsSurvived) {
  SeededRandom random(20'261'121);
  OddPng odd{.width = 9,
             .height = 9,
             .colour_type = 3,
             .interlaced = true,
             .palette = {1, 2, 3, 4, 5, 6},
             .palette_alpha = {3}};
  odd.rows.assign(9, std::vector<std::uint8_t>(9, 1));
  const std::string plain = valid_png(), strange = make_odd_png(odd);
  for (int round = 0; round < 6000; ++round) {
    std::string bad = damaged(round % 2 == 0 ? plain : strange, random);
    if (!bad.empty() && random.chance(0.5)) bad = damaged(bad, random);
    const Result<DecodedPng> decoded = decode_png(bad);
    if (decoded.ok()) {
      EXPECT_TRUE(check_picture(decoded->picture).ok()) << round;
    }
    if (!decoded.ok()) {
      EXPECT_FALSE(decoded.status().message().empty());
    }
  }
}

TEST(HostilePng, DamageWithRightChecksumsIsSurvived) {
  SeededRandom random(7);
  const Picture picture = sample_picture({16, 16}, 3);
  const std::string png = encode_png(picture).value();
  const std::size_t data = png.find("IDAT") + 4, length = png.size() - 12 - 4 - data;
  for (int round = 0; round < 2000; ++round) {
    const std::string pixels = damaged(png.substr(data, length), random);
    const Result<DecodedPng> decoded =
        decode_png(png.substr(0, data - 8) + make_chunk("IDAT", pixels) + make_chunk("IEND", ""));
    if (decoded.ok()) {
      EXPECT_TRUE(check_picture(decoded->picture).ok()) << round;
    }
  }
}

TEST(HostilePng, WrongChecksumsAreNamed) {
  std::string png = valid_png();
  png[png.size() - 13] ^= 1;  // the last byte of IDAT's checksum
  const Status pixels = decode_png(png).status();
  EXPECT_EQ(pixels.code(), Code::kCorrupt);
  EXPECT_NE(pixels.message().find("CRC"), std::string::npos) << pixels.message();

  png = valid_png();
  png[png.find("a cup")] ^= 1;
  EXPECT_NE(read_png_text(png).status().message().find("checksum"), std::string::npos);
}

TEST(HostilePng, PromisedExtentsAreBounded) {
  const std::string png = valid_png();
  EXPECT_EQ(decode_png(with_extent(png, 1u << 30, 16)).status().code(), Code::kTooLarge);
  EXPECT_EQ(decode_png(with_extent(png, 0xFFFFFFFF, 0xFFFFFFFF)).status().code(), Code::kTooLarge);
  EXPECT_EQ(decode_png(with_extent(png, 16'000, 16'000)).status().code(), Code::kTooLarge);
  EXPECT_FALSE(decode_png(with_extent(png, 0, 16)).ok());
  const Status thin = decode_png(with_extent(png, 8'000, 8'000)).status();
  EXPECT_EQ(thin.code(), Code::kCorrupt);
  EXPECT_NE(thin.message().find("too short"), std::string::npos) << thin.message();
}

TEST(HostilePng, PackedTextDoesNotExplode) {
  const std::string bomb = packed(std::string(8u << 20, 'a'));
  const std::string png = with_chunk(valid_png(), make_chunk("zTXt", std::string("k\0\0", 3) + bomb));
  EXPECT_EQ(read_png_text(png).status().code(), Code::kTooLarge);
  EXPECT_EQ(decode_png(png).status().code(), Code::kTooLarge);
}

TEST(HostilePng, TextIsBounded) {
  const std::string one = make_chunk("tEXt", std::string("k\0v", 3));
  std::string many;
  for (std::size_t i = 0; i < limits::kMaxPictureTexts; ++i) many += one;
  const std::string png = encode_png(sample_picture({2, 2}, 1)).value();
  EXPECT_EQ(read_png_text(with_chunk(png, many))->size(), limits::kMaxPictureTexts);
  EXPECT_EQ(read_png_text(with_chunk(png, many + one)).status().code(), Code::kTooLarge);
  const std::string huge = make_chunk("tEXt", std::string("k\0", 2) + std::string(limits::kMaxPictureTextBytes, 'v'));
  EXPECT_EQ(read_png_text(with_chunk(png, huge)).status().code(), Code::kTooLarge);
}

TEST(HostilePng, MalformedTextIsNamed) {
  const std::string png = valid_png();
  for (const std::string& chunk :
       {make_chunk("tEXt", "no end of key"), make_chunk("zTXt", std::string("k\0", 2)),
        make_chunk("zTXt", std::string("k\0\0not zlib", 11)), make_chunk("iTXt", std::string("k\0\0\0no more", 11))}) {
    EXPECT_EQ(read_png_text(with_chunk(png, chunk)).status().code(), Code::kCorrupt);
  }
  const auto mended = read_png_text(with_chunk(png, make_chunk("iTXt", std::string("k\0\0\0\0\0a\xFF", 8))));
  EXPECT_EQ(mended->front().text, "a\uFFFD");
}

TEST(HostilePng, OtherFilesAreToldApart) {
  EXPECT_EQ(decode_png("").status().code(), Code::kCorrupt);
  EXPECT_EQ(decode_png("GIF89a").status().code(), Code::kCorrupt);
  EXPECT_NE(decode_picture("RIFF\1\1\1\1WEBPVP8 ").status().message().find("WebP"), std::string::npos);
  EXPECT_NE(decode_picture("").status().message().find("empty"), std::string::npos);
  EXPECT_EQ(decode_picture("hello").status().code(), Code::kInvalid);
  EXPECT_TRUE(decode_picture(valid_png()).ok());
}

}  // namespace
}  // namespace troupe::picture
