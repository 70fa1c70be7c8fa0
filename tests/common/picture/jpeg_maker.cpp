#include "tests/common/picture/jpeg_maker.h"

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

namespace troupe::picture {

std::string make_odd_jpeg(const Picture& source, const OddJpeg& odd) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = static_cast<JDIMENSION>(source.width);
  info.image_height = static_cast<JDIMENSION>(source.height);
  info.input_components = source.channels;
  info.in_color_space = odd.cmyk ? JCS_CMYK : source.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 95, TRUE);
  info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
  static const jpeg_scan_info kScans[] = {{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}};
  if (odd.separate_scans) {
    info.scan_info = kScans;
    info.num_scans = 3;
  }
  if (odd.progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  if (odd.orientation > 0) {
    const std::string exif = exif_with_orientation(odd.orientation);
    jpeg_write_marker(&info, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  }
  for (int y = 0; y < source.height; ++y) {
    JSAMPROW row = const_cast<JSAMPROW>(source.at(0, y));
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  const std::string out(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&info);
  std::free(bytes);
  return out;
}

Picture make_odd_jpeg_source(int channels) {
  Picture picture = make_picture({45, 30}, channels, 0);
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      for (int c = 0; c < channels; ++c) picture.at(x, y)[c] = static_cast<std::uint8_t>(40 + x * 2 + y + c * 20);
    }
  }
  return picture;
}

std::string exif_with_orientation(int orientation) {
  std::string exif("Exif\0\0MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0", 25);
  exif += static_cast<char>(orientation);
  return exif + std::string(6, '\0');
}

}  // namespace troupe::picture
