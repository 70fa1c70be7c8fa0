#include "tests/common/picture/png_maker.h"

#include <png.h>
#include <zlib.h>

#include <stdexcept>

namespace troupe::picture {
namespace {

constexpr std::size_t kAfterHeader = 33;

std::string big_endian(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 255);
  return out;
}

[[noreturn]] void on_error(png_structp, png_const_charp message) {
  throw std::runtime_error(message);
}
void on_warning(png_structp, png_const_charp) {}
void on_write(png_structp png, png_bytep bytes, std::size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), count);
}

}  // namespace

std::string make_odd_png(const OddPng& odd) {
  std::string out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &out, on_write, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(odd.width), static_cast<png_uint_32>(odd.height), odd.bits,
               odd.colour_type, odd.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> palette;
  for (std::size_t i = 0; i + 2 < odd.palette.size(); i += 3) {
    palette.push_back({odd.palette[i], odd.palette[i + 1], odd.palette[i + 2]});
  }
  if (!palette.empty()) png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
  if (!odd.palette_alpha.empty()) {
    png_set_tRNS(png, info, odd.palette_alpha.data(), static_cast<int>(odd.palette_alpha.size()), nullptr);
  }
  png_write_info(png, info);
  std::vector<png_bytep> rows;
  for (const auto& row : odd.rows) rows.push_back(const_cast<png_bytep>(row.data()));
  png_write_image(png, rows.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return out;
}

std::string make_chunk(std::string_view type, std::string_view data) {
  const std::string checked = std::string(type) + std::string(data);
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
  return big_endian(static_cast<std::uint32_t>(data.size())) + checked + big_endian(static_cast<std::uint32_t>(sum));
}

std::string with_chunk(const std::string& png, const std::string& chunk) {
  return png.substr(0, kAfterHeader) + chunk + png.substr(kAfterHeader);
}

std::string with_extent(const std::string& png, std::uint32_t width, std::uint32_t height) {
  const std::string header = big_endian(width) + big_endian(height) + png.substr(24, 5);
  return png.substr(0, 8) + make_chunk("IHDR", header) + png.substr(kAfterHeader);
}

std::string chunk_types(std::string_view png) {
  std::string types;
  for (std::size_t at = 8; at + 12 <= png.size();) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(png[at + i]);
    types += (types.empty() ? "" : " ") + std::string(png.substr(at + 4, 4));
    at += length + 12;
  }
  return types;
}

std::string packed(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
  out.resize(size);
  return out;
}

}  // namespace troupe::picture
