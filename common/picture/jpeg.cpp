// libjpeg reports an error by our longjmp. Each function that calls setjmp holds nothing with a destructor; what has
// one lives in the caller, so that a jump skips none.
#include "common/picture/jpeg.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>
// after jpeglib.h, whose types it uses
#include <jerror.h>

#include "common/picture/jpeg_orientation.h"

namespace troupe::picture {
namespace {

constexpr int kMaxScans = 200;  // of a progressive JPEG; encoders write about ten
constexpr int kFullChromaQuality = 91;
constexpr unsigned kExifMarkerBytes = 0xFFFF;

struct Errors {
  jpeg_error_mgr manager{};  // first: the library hands back its address
  jmp_buf jump;
  char problem[JMSG_LENGTH_MAX] = "";
};

Errors& errors_of(j_common_ptr info) {
  return *reinterpret_cast<Errors*>(info->err);
}

[[noreturn]] void fail(j_common_ptr info) {
  Errors& errors = errors_of(info);
  errors.manager.format_message(info, errors.problem);
  std::longjmp(errors.jump, 1);
}

// The library goes on after damage and fills in grey: for a reference that is an error.
void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  const int code = info->err->msg_code;
  const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM;
  if (!harmless) fail(info);
}

void on_output(j_common_ptr) {}

void on_progress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxScans) return;
  Errors& errors = errors_of(info);
  std::snprintf(errors.problem, sizeof errors.problem, "it has more than %d scans", kMaxScans);
  std::longjmp(errors.jump, 1);
}

void prepare(Errors& errors) {
  jpeg_std_error(&errors.manager);
  errors.manager.error_exit = fail;
  errors.manager.emit_message = on_message;
  errors.manager.output_message = on_output;
}

struct Decoder {
  jpeg_decompress_struct info{};
  jpeg_progress_mgr progress{};
  Errors errors;
  Decoder() { prepare(errors); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&info); }
};

bool read_header(Decoder& decoder, std::string_view bytes) {
  decoder.info.err = &decoder.errors.manager;
  if (setjmp(decoder.errors.jump)) return false;
  jpeg_create_decompress(&decoder.info);
  decoder.progress.progress_monitor = on_progress;
  decoder.info.progress = &decoder.progress;
  jpeg_mem_src(&decoder.info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_save_markers(&decoder.info, JPEG_APP0 + 1, kExifMarkerBytes);
  jpeg_read_header(&decoder.info, TRUE);
  decoder.info.dct_method = JDCT_ISLOW;
  decoder.info.out_color_space = decoder.info.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
  return true;
}

bool read_rows(Decoder& decoder, Picture& picture) {
  if (setjmp(decoder.errors.jump)) return false;
  jpeg_start_decompress(&decoder.info);
  while (decoder.info.output_scanline < decoder.info.output_height) {
    JSAMPROW row = picture.at(0, static_cast<int>(decoder.info.output_scanline));
    jpeg_read_scanlines(&decoder.info, &row, 1);
  }
  jpeg_finish_decompress(&decoder.info);
  return true;
}

Status corrupt(const Decoder& decoder) {
  return {Code::kCorrupt, std::string("the JPEG cannot be decoded: ") + decoder.errors.problem};
}

int orientation_of(const Decoder& decoder) {
  for (jpeg_saved_marker_ptr marker = decoder.info.marker_list; marker != nullptr; marker = marker->next) {
    const int found = exif_orientation({reinterpret_cast<const char*>(marker->data), marker->data_length});
    if (found != 1) return found;
  }
  return 1;
}

struct Encoder {
  jpeg_compress_struct info{};
  Errors errors;
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  Encoder() { prepare(errors); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() {
    jpeg_destroy_compress(&info);
    std::free(bytes);
  }
};

bool write_all(Encoder& encoder, const Picture& picture, int quality) {
  encoder.info.err = &encoder.errors.manager;
  if (setjmp(encoder.errors.jump)) return false;
  jpeg_create_compress(&encoder.info);
  jpeg_mem_dest(&encoder.info, &encoder.bytes, &encoder.size);
  encoder.info.image_width = static_cast<JDIMENSION>(picture.width);
  encoder.info.image_height = static_cast<JDIMENSION>(picture.height);
  encoder.info.input_components = picture.channels;
  encoder.info.in_color_space = picture.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&encoder.info);
  jpeg_set_quality(&encoder.info, quality, TRUE);
  encoder.info.dct_method = JDCT_ISLOW;
  encoder.info.optimize_coding = TRUE;
  if (quality >= kFullChromaQuality)
    encoder.info.comp_info[0].h_samp_factor = encoder.info.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&encoder.info, TRUE);
  while (encoder.info.next_scanline < encoder.info.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(picture.at(0, static_cast<int>(encoder.info.next_scanline)));
    jpeg_write_scanlines(&encoder.info, &row, 1);
  }
  jpeg_finish_compress(&encoder.info);
  return true;
}

}  // namespace

Result<Picture> decode_jpeg(std::string_view bytes) {
  if (bytes.substr(0, 2) != "\xFF\xD8") return Status(Code::kCorrupt, "this is not a JPEG");
  Decoder decoder;
  if (!read_header(decoder, bytes)) return corrupt(decoder);
  TROUPE_RETURN_IF_ERROR(check_extent(decoder.info.image_width, decoder.info.image_height));
  if (decoder.info.jpeg_color_space == JCS_CMYK || decoder.info.jpeg_color_space == JCS_YCCK) {
    return Status(Code::kInvalid, "the JPEG is CMYK, made for print; export it as RGB (sRGB)");
  }
  const Extent extent{static_cast<int>(decoder.info.image_width), static_cast<int>(decoder.info.image_height)};
  Picture picture = make_picture(extent, decoder.info.out_color_space == JCS_GRAYSCALE ? 1 : 3, 0);
  const int orientation = orientation_of(decoder);  // finishing forgets the markers
  if (!read_rows(decoder, picture)) return corrupt(decoder);
  return upright(std::move(picture), orientation);
}

Result<std::string> encode_jpeg(const Picture& picture, int quality) {
  TROUPE_RETURN_IF_ERROR(check_picture(picture));
  const bool flat = picture.channels == 4;
  const Picture laid = flat ? to_rgb(picture) : Picture();
  Encoder encoder;
  if (!write_all(encoder, flat ? laid : picture, std::clamp(quality, 1, 100))) {
    return Status(Code::kInternal, std::string("the JPEG cannot be written: ") + encoder.errors.problem);
  }
  return std::string(reinterpret_cast<const char*>(encoder.bytes), encoder.size);
}

}  // namespace troupe::picture
