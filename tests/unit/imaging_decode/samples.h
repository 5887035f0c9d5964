// Files made to order for the decoder tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inference-server/imaging/image.h"

namespace prewarm::samples {

// Smooth and different in every corner, so that a turn cannot go unseen.
Bitmap Gradient(int width, int height, int channels = 3);
Bitmap Flat(int width, int height, std::vector<std::uint8_t> color);

struct JpegOptions {
  bool progressive = false;
  bool cmyk = false;  // the bitmap has 4 channels, 255 = full ink
  bool ycck = false;  // with cmyk
  bool adobe = true;  // with cmyk: inverted, as Adobe does
  int restart_rows = 0;
  std::string exif;  // TIFF block
  std::string icc;
};
std::string Jpeg(const Bitmap& bitmap, const JpegOptions& options = {});
// A progressive grey file with `scans` scans.
std::string JpegOfManyScans(int scans);

using Chunk = std::pair<std::string, std::string>;  // type, data
// Rows without filter bytes, as the colour type and depth pack them.
std::string Png(int width, int height, int depth, int color_type,
                const std::string& rows, const std::vector<Chunk>& extra = {});
std::string Png(const Bitmap& bitmap, const std::vector<Chunk>& extra = {});
std::string IccChunk(const std::string& profile);

// Lossless; 3 or 4 channels.
std::string Webp(const Bitmap& bitmap, const std::string& exif = "",
                 const std::string& icc = "");
std::string LossyWebp(const Bitmap& bitmap);

struct HeifOptions {
  bool avif = false;
  int depth = 8;        // over 8: the first channel only, as grey
  int orientation = 1;  // written as irot and imir
  bool premultiplied = false;
  std::string icc;
  int nclx_primaries = 0;  // with nclx_transfer, ITU-T H.273
  int nclx_transfer = 13;
};
// Lossless where the codec can; 3 or 4 channels.
std::string Heif(const Bitmap& bitmap, const HeifOptions& options = {});

// TIFF block with one orientation entry.
std::string Exif(int orientation, bool little = true);

std::string P3Profile();
std::string SrgbProfile();
std::string GreyProfile(double gamma);
// Any ink combination is white: what comes out is unlike any naive formula.
std::string AllWhiteCmykProfile();

}  // namespace prewarm::samples
