// PNG files of the kinds that Troupe reads but does not write, made with libpng and by hand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::picture {

struct OddPng {
  int width = 1;
  int height = 1;
  int bits = 8;
  int colour_type = 2;  // as in IHDR: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
  bool interlaced = false;
  std::vector<std::uint8_t> palette{};  // RGB triples
  std::vector<std::uint8_t> palette_alpha{};
  std::vector<std::vector<std::uint8_t>> rows{};  // packed as in the file
};
std::string make_odd_png(const OddPng& png);

// One chunk with its length and checksum.
std::string make_chunk(std::string_view type, std::string_view data);

// `png` with `chunk` right after IHDR.
std::string with_chunk(const std::string& png, const std::string& chunk);

// `png` with another width and height in IHDR, and its checksum put right.
std::string with_extent(const std::string& png, std::uint32_t width, std::uint32_t height);

// "IHDR sRGB tEXt ... IEND".
std::string chunk_types(std::string_view png);

// `text` as zlib packs it.
std::string packed(const std::string& text);

}  // namespace troupe::picture
