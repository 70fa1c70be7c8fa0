#include "coordinator/cli/references.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "common/picture/jpeg.h"
#include "common/picture/png.h"
#include "tests/common/picture/jpeg_maker.h"
#include "tests/support/temp_folder.h"

namespace troupe::cli {
namespace {

using testing::TempFolder;

std::string png_of(int width, int height) {
  return picture::encode_png(picture::make_picture({width, height}, 3, 90)).value();
}

Status check(const TempFolder& folder, const std::string& bytes) {
  folder.write("mia.png", bytes);
  const auto manifest = manifest::Manifest::load(folder.write(
      "campaign.yaml",
      "troupe: 1\nname: x\nprompt: p\nchain: [generate: {size: [64, 64]}]\nsweep: {axes: {character: [mia]}}\n"
      "characters:\n  mia: {prompt: m, reference: mia.png}\n"));
  if (!manifest.ok()) return manifest.status();
  return check_references(*manifest);
}

void expect_refused(const Status& status, const std::string& why) {
  EXPECT_EQ(status.code(), Code::kInvalid);
  EXPECT_NE(status.message().find("characters.mia.reference: "), std::string::npos) << status.to_string();
  EXPECT_NE(status.message().find(why), std::string::npos) << status.to_string();
  ASSERT_TRUE(status.place()) << status.to_string();
  EXPECT_EQ(status.place()->line, 7);
  EXPECT_EQ(status.place()->column, 31);
}

TEST(References, GoodPicturesPass) {
  const TempFolder folder;
  EXPECT_TRUE(check(folder, png_of(32, 40)).ok());
  const picture::Picture grey = picture::make_picture({40, 33}, 1, 90);
  EXPECT_TRUE(check(folder, picture::make_odd_jpeg(grey, {.progressive = true})).ok());
}

TEST(References, BadPicturesAreRefusedAtTheirPlace) {
  const TempFolder folder;
  const std::string jpeg = picture::encode_jpeg(picture::make_picture({64, 64}, 3, 90)).value();
  expect_refused(check(folder, png_of(1, 1)), "1 x 1 pixels; a reference needs at least 32");
  expect_refused(check(folder, png_of(31, 400)), "31 x 400 pixels");
  expect_refused(check(folder, png_of(64, 64).substr(0, 70)), "mia.png");
  expect_refused(check(folder, jpeg.substr(0, jpeg.size() / 2)), "mia.png");
  expect_refused(check(folder, picture::make_odd_jpeg(picture::make_odd_jpeg_source(4), {.cmyk = true})), "CMYK");
  expect_refused(check(folder, "GIF89a and so on"), "neither PNG nor JPEG");
}

// Its header says 20,000 x 20,000: refused before a byte of that is asked for.
TEST(References, HugePicturesAreRefused) {
  const TempFolder folder;
  std::string png = png_of(64, 64);
  const std::string side = {'\x00', '\x00', '\x4e', '\x20'};
  png.replace(16, 8, side + side);
  std::uint32_t crc = 0xffffffff;
  for (std::size_t at = 12; at < 29; ++at) {
    crc ^= static_cast<unsigned char>(png[at]);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  crc = ~crc;
  for (std::size_t byte = 0; byte < 4; ++byte) png[29 + byte] = static_cast<char>(crc >> (24 - 8 * byte));
  expect_refused(check(folder, png), "20000");
}

}  // namespace
}  // namespace troupe::cli
