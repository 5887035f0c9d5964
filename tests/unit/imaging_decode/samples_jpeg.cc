#include <cstdio>
#include <cstdlib>

// After <cstdio>, whose FILE it needs.
// clang-format off
#include <jpeglib.h>
// clang-format on

#include "tests/unit/imaging_decode/samples.h"

namespace prewarm::samples {
namespace {

std::string Finish(jpeg_compress_struct* info, unsigned char** memory,
                   unsigned long* size) {
  jpeg_finish_compress(info);
  std::string file(reinterpret_cast<char*>(*memory), *size);
  jpeg_destroy_compress(info);
  std::free(*memory);
  return file;
}

void WriteRows(jpeg_compress_struct* info, const Bitmap& bitmap) {
  for (int y = 0; y < bitmap.height; ++y) {
    JSAMPROW row = const_cast<JSAMPROW>(bitmap.row(y));
    jpeg_write_scanlines(info, &row, 1);
  }
}

}  // namespace

std::string Jpeg(const Bitmap& bitmap, const JpegOptions& options) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &memory, &size);
  info.image_width = static_cast<JDIMENSION>(bitmap.width);
  info.image_height = static_cast<JDIMENSION>(bitmap.height);
  info.input_components = bitmap.channels;
  info.in_color_space = options.cmyk           ? JCS_CMYK
                        : bitmap.channels == 1 ? JCS_GRAYSCALE
                                               : JCS_RGB;
  jpeg_set_defaults(&info);
  if (options.ycck) jpeg_set_colorspace(&info, JCS_YCCK);
  jpeg_set_quality(&info, 98, TRUE);
  for (int c = 0; c < info.num_components; ++c) {
    info.comp_info[c].h_samp_factor = info.comp_info[c].v_samp_factor = 1;
  }
  info.restart_in_rows = options.restart_rows;
  if (options.cmyk) info.write_Adobe_marker = options.adobe ? TRUE : FALSE;
  if (options.progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  if (!options.exif.empty()) {
    const std::string block = std::string("Exif\0\0", 6) + options.exif;
    jpeg_write_marker(&info, JPEG_APP0 + 1,
                      reinterpret_cast<const JOCTET*>(block.data()),
                      static_cast<unsigned>(block.size()));
  }
  if (!options.icc.empty()) {
    jpeg_write_icc_profile(&info,
                           reinterpret_cast<const JOCTET*>(options.icc.data()),
                           static_cast<unsigned>(options.icc.size()));
  }
  if (options.cmyk && options.adobe) {
    Bitmap inverted = bitmap;
    for (auto& v : inverted.data) v = static_cast<std::uint8_t>(255 - v);
    WriteRows(&info, inverted);
  } else {
    WriteRows(&info, bitmap);
  }
  return Finish(&info, &memory, &size);
}

// The encoder writes an honest progressive file; its first scan is then said
// again and again, as a scan bomb does.
std::string JpegOfManyScans(int scans) {
  JpegOptions options;
  options.progressive = true;
  const std::string file = Jpeg(Gradient(32, 32, 1), options);
  const std::size_t first = file.find("\xff\xda");
  std::size_t next = first + 2;
  while (file[next] != '\xff' || file[next + 1] == '\0') ++next;
  std::string bomb = file.substr(0, first);
  for (int i = 0; i < scans; ++i) bomb += file.substr(first, next - first);
  return bomb + file.substr(next);
}

}  // namespace prewarm::samples
