#include "common/picture/png.h"

#include <gtest/gtest.h>

#include "tests/common/picture/png_maker.h"
#include "tests/common/picture/samples.h"

namespace troupe::picture {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::string encoded(const Picture& picture, const TextChunks& text = {}) {
  return encode_png(picture, text).value();
}

TEST(Png, RoundTripsPixels) {
  for (const int channels : {1, 3, 4}) {
    for (const Extent extent : {Extent{1, 1}, {7, 3}, {128, 128}, {1, 300}}) {
      const Picture picture = sample_picture(extent, channels);
      const Result<DecodedPng> decoded = decode_png(encoded(picture));
      ASSERT_TRUE(decoded.ok()) << decoded.status().to_string();
      EXPECT_EQ(decoded->picture, picture);
      EXPECT_EQ(pixel_digest(decoded->picture), pixel_digest(picture));
    }
  }
}

TEST(Png, SameInputGivesSameBytesWithoutATime) {
  const Picture picture = sample_picture({32, 32}, 3);
  const TextChunks text{{"parameters", "a cup"}, {"troupe.address", "seed=7"}};
  EXPECT_EQ(encoded(picture, text), encoded(picture, text));
  EXPECT_EQ(chunk_types(encoded(picture, text)), "IHDR sRGB tEXt tEXt IDAT IEND");
}

TEST(Png, CompressionChangesTheFileAndNotThePicture) {
  const Picture picture = make_picture({200, 200}, 3, 90);
  const std::string plain = encode_png(picture, {}, {.compression = 0}).value();
  const std::string small = encode_png(picture, {}, {.compression = 9}).value();
  EXPECT_GT(plain.size(), small.size() * 10);
  EXPECT_EQ(decode_png(plain)->picture, decode_png(small)->picture);
  EXPECT_TRUE(encode_png(picture, {}, {.compression = 99}).ok());
}

TEST(Png, TextKeepsItsOrderAndPicksItsChunk) {
  const TextChunks text{{"parameters", "a caf\u00E9\nSteps: 20"},
                        {"Comment", "\u4F60\u597D \U0001F600"},
                        {kXmpKey, "<x/>"},
                        {"empty", ""},
                        {"Titel", "tab\there"}};
  const std::string bytes = encoded(sample_picture({4, 4}, 3), text);
  EXPECT_EQ(chunk_types(bytes), "IHDR sRGB tEXt iTXt iTXt tEXt iTXt IDAT IEND");
  EXPECT_EQ(read_png_text(bytes).value(), text);
  EXPECT_EQ(decode_png(bytes)->text, text);
  EXPECT_NE(bytes.find("a caf\xE9\n"), std::string::npos);
}

TEST(Png, FindTextTakesTheFirst) {
  const TextChunks text{{"a", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(*find_text(text, "a"), "1");
  EXPECT_EQ(find_text(text, "c"), nullptr);
}

TEST(Png, RefusesTextThatAPngCannotHold) {
  const Picture picture = sample_picture({2, 2}, 3);
  for (const std::string& key : {std::string(), std::string(80, 'k'), std::string(" a"), std::string("a "),
                                 std::string("a\nb"), std::string("\u4F60")}) {
    EXPECT_EQ(encode_png(picture, {{key, "x"}}).status().code(), Code::kInvalid) << key;
  }
  EXPECT_EQ(encode_png(picture, {{"k", std::string("a\0b", 3)}}).status().code(), Code::kInvalid);
  EXPECT_EQ(encode_png(picture, {{"k", "\xFF"}}).status().code(), Code::kInvalid);
  EXPECT_TRUE(encode_png(picture, {{std::string(79, 'k'), "x"}}).ok());
}

TEST(Png, RefusesPicturesThatAreNone) {
  EXPECT_EQ(encode_png({}).status().code(), Code::kInvalid);
  EXPECT_EQ(encode_png({2, 2, 3, Bytes(5)}).status().code(), Code::kInvalid);
}

TEST(Png, ReadsPackedText) {
  const std::string png = encoded(sample_picture({2, 2}, 3));
  const std::string zipped = std::string("parameters\0\0", 12) + packed("a prompt\nSteps: 20");
  const std::string wide = std::string("title\0\1\0de\0Titel\0", 17) + packed("\u00DCberschrift");
  const auto text = read_png_text(with_chunk(with_chunk(png, make_chunk("zTXt", zipped)), make_chunk("iTXt", wide)));
  ASSERT_TRUE(text.ok()) << text.status().to_string();
  EXPECT_EQ(*text, (TextChunks{{"title", "\u00DCberschrift"}, {"parameters", "a prompt\nSteps: 20"}}));
}

TEST(Png, ReadsAPalette) {
  const OddPng png{.width = 4,
                   .height = 1,
                   .bits = 2,
                   .colour_type = 3,
                   .palette = {1, 2, 3, 10, 20, 30, 255, 0, 0, 0, 255, 0},
                   .rows = {{0b00'01'10'11}}};
  EXPECT_EQ(decode_png(make_odd_png(png))->picture, (Picture{4, 1, 3, {1, 2, 3, 10, 20, 30, 255, 0, 0, 0, 255, 0}}));
}

TEST(Png, ReadsAPaletteWithTransparency) {
  const OddPng png{.width = 2,
                   .height = 1,
                   .colour_type = 3,
                   .palette = {1, 2, 3, 4, 5, 6},
                   .palette_alpha = {128},
                   .rows = {{0, 1}}};
  EXPECT_EQ(decode_png(make_odd_png(png))->picture, (Picture{2, 1, 4, {1, 2, 3, 128, 4, 5, 6, 255}}));
}

TEST(Png, Reads16Bits) {
  const OddPng png{.width = 1, .height = 1, .bits = 16, .colour_type = 2, .rows = {{0x12, 0x12, 0xFF, 0xFF, 0, 0}}};
  EXPECT_EQ(decode_png(make_odd_png(png))->picture, (Picture{1, 1, 3, {0x12, 255, 0}}));
}

TEST(Png, ReadsOneBitGrey) {
  const OddPng png{.width = 3, .height = 1, .bits = 1, .colour_type = 0, .rows = {{0b10100000}}};
  EXPECT_EQ(decode_png(make_odd_png(png))->picture, (Picture{3, 1, 1, {255, 0, 255}}));
}

TEST(Png, ReadsGreyWithAlphaAsRgba) {
  const OddPng png{.width = 1, .height = 1, .colour_type = 4, .rows = {{77, 130}}};
  EXPECT_EQ(decode_png(make_odd_png(png))->picture, (Picture{1, 1, 4, {77, 77, 77, 130}}));
}

TEST(Png, ReadsInterlacedFiles) {
  const Picture picture = sample_picture({37, 21}, 3);
  OddPng png{.width = 37, .height = 21, .interlaced = true};
  for (int y = 0; y < 21; ++y) png.rows.emplace_back(picture.at(0, y), picture.at(0, y) + 37 * 3);
  EXPECT_EQ(decode_png(make_odd_png(png))->picture, picture);
}

}  // namespace
}  // namespace troupe::picture
