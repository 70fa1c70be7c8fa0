#include "common/picture/jpeg.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "common/base/files.h"
#include "common/picture/jpeg_orientation.h"
#include "common/picture/load.h"
#include "tests/common/picture/jpeg_maker.h"
#include "tests/common/picture/samples.h"

namespace troupe::picture {
namespace {

int largest_difference(const Picture& a, const Picture& b) {
  int most = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) most = std::max(most, std::abs(a.pixels[i] - b.pixels[i]));
  return most;
}

TEST(Jpeg, RoundTripsNearly) {
  for (const int channels : {1, 3}) {
    const Picture picture = make_odd_jpeg_source(channels);
    const Result<Picture> decoded = decode_jpeg(encode_jpeg(picture, 95).value());
    ASSERT_TRUE(decoded.ok()) << decoded.status().to_string();
    EXPECT_EQ(decoded->channels, channels);
    EXPECT_EQ(decoded->width, picture.width);
    EXPECT_LE(largest_difference(*decoded, picture), 6);
  }
}

TEST(Jpeg, QualityTradesSize) {
  const Picture picture = sample_picture({64, 64}, 3);
  EXPECT_LT(encode_jpeg(picture, 20)->size(), encode_jpeg(picture, 95)->size());
  EXPECT_EQ(encode_jpeg(picture, 85).value(), encode_jpeg(picture, 85).value());
  EXPECT_TRUE(encode_jpeg(picture, 1000).ok());
}

TEST(Jpeg, AlphaIsLaidOverWhite) {
  const Picture clear = make_picture({16, 16}, 4, 0);
  EXPECT_GE(decode_jpeg(encode_jpeg(clear).value())->pixels.front(), 250);
}

TEST(Jpeg, ReadsProgressiveFiles) {
  const Picture picture = make_odd_jpeg_source(3);
  const Result<Picture> decoded = decode_jpeg(make_odd_jpeg(picture, {.progressive = true}));
  ASSERT_TRUE(decoded.ok()) << decoded.status().to_string();
  EXPECT_LE(largest_difference(*decoded, picture), 6);
}

TEST(Jpeg, RefusesCmykInWords) {
  const Status status = decode_jpeg(make_odd_jpeg(make_odd_jpeg_source(4), {.cmyk = true})).status();
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_NE(status.message().find("CMYK"), std::string::npos);
}

TEST(Jpeg, StandsUprightForEveryOrientation) {
  // Where the red, green, blue and white quarters of the stored pixels come to lie: top left, top right, bottom left,
  // bottom right.
  const char* expected[] = {"RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "BRWG", "WGBR", "GWRB"};
  const Picture stored = quarters(32);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Result<Picture> picture = decode_jpeg(make_odd_jpeg(stored, {.orientation = orientation}));
    ASSERT_TRUE(picture.ok());
    std::string seen;
    for (const auto& [x, y] : {std::pair{4, 4}, {27, 4}, {4, 27}, {27, 27}}) {
      const std::uint8_t* pixel = picture->at(x, y);
      seen += pixel[0] > 128 ? (pixel[1] > 128 ? 'W' : 'R') : pixel[1] > 128 ? 'G' : 'B';
    }
    EXPECT_EQ(seen, expected[orientation - 1]) << orientation;
  }
}

TEST(Jpeg, TurningSwapsTheSides) {
  const Picture picture = sample_picture({5, 3}, 3);
  EXPECT_EQ(upright(picture, 6).width, 3);
  EXPECT_EQ(upright(upright(picture, 6), 8), picture);
  EXPECT_EQ(upright(upright(picture, 7), 7), picture);
  EXPECT_EQ(upright(picture, 99), picture);
}

TEST(Jpeg, MalformedExifMeansUpright) {
  SeededRandom random(3);
  const std::string exif = exif_with_orientation(6);
  EXPECT_EQ(exif_orientation(exif), 6);
  for (int round = 0; round < 2000; ++round) {
    const int found = exif_orientation(damaged(exif, random));
    EXPECT_TRUE(found >= 1 && found <= 8);
  }
  EXPECT_EQ(exif_orientation("http://ns.adobe.com/xap/1.0/"), 1);
}

TEST(HostileJpeg, EveryTruncationIsRefused) {
  for (const bool progressive : {false, true}) {
    const std::string jpeg = make_odd_jpeg(sample_picture({24, 24}, 3), {.progressive = progressive});
    for (std::size_t length = 0; length < jpeg.size(); ++length) {
      EXPECT_FALSE(decode_jpeg(std::string_view(jpeg).substr(0, length)).ok()) << length << " of " << jpeg.size();
    }
  }
}

TEST(HostileJpeg, RandomDamageIsSurvived) {
  SeededRandom random(11);
  const Picture picture = sample_picture({40, 24}, 3);
  const std::string files[] = {make_odd_jpeg(picture, {}), make_odd_jpeg(picture, {.progressive = true}),
                               make_odd_jpeg(picture, {.orientation = 6})};
  for (int round = 0; round < 3000; ++round) {
    const Result<Picture> decoded = decode_jpeg(damaged(files[round % 3], random));
    if (decoded.ok()) {
      EXPECT_TRUE(check_picture(*decoded).ok()) << round;
    }
  }
}

TEST(HostileJpeg, PromisedExtentsAreBounded) {
  std::string jpeg = make_odd_jpeg(sample_picture({16, 16}, 3), {});
  const std::size_t frame = jpeg.find("\xFF\xC0");
  jpeg.replace(frame + 5, 4, "\x7F\xFF\x7F\xFF");
  EXPECT_EQ(decode_jpeg(jpeg).status().code(), Code::kTooLarge);
}

TEST(HostileJpeg, ScansAreBounded) {
  const std::string jpeg = make_odd_jpeg(sample_picture({16, 16}, 3), {.separate_scans = true});
  ASSERT_TRUE(decode_jpeg(jpeg).ok());
  const std::size_t last_scan = jpeg.rfind("\xFF\xDA"), end = jpeg.size() - 2;
  std::string many = jpeg.substr(0, end);
  for (int i = 0; i < 1000; ++i) many += jpeg.substr(last_scan, end - last_scan);
  const Status status = decode_jpeg(many + "\xFF\xD9").status();
  EXPECT_EQ(status.code(), Code::kCorrupt);
  EXPECT_NE(status.message().find("scans"), std::string::npos) << status.message();
}

TEST(Load, NamesTheFileThatIsWrong) {
  EXPECT_EQ(load_picture("/nonexistent/mia.png").status().code(), Code::kNotFound);
  const std::string path = testing::TempDir() + "not-a-picture.png";
  ASSERT_TRUE(write_file_durably(path, "hello").ok());
  const Status status = load_picture(path).status();
  EXPECT_NE(status.to_string().find("not-a-picture.png"), std::string::npos);
}

}  // namespace
}  // namespace troupe::picture
