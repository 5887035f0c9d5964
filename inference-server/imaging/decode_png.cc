#include <spng.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "inference-server/imaging/codecs.h"
#include "inference-server/imaging/color_profile.h"
#include "inference-server/imaging/exif_orientation.h"

namespace prewarm {
namespace {

using std::string_view;

// Compressed text and profiles unpack to at most this much.
constexpr std::size_t kMaxChunkBytes = 8 << 20;
constexpr std::size_t kMaxChunkCache = 16 << 20;

struct SpngDeleter {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using SpngContext = std::unique_ptr<spng_ctx, SpngDeleter>;

Error Damaged(int code) {
  return DamagedImage(ImageFormat::kPng, spng_strerror(code));
}

bool IsGrey(const spng_ihdr& header) {
  return header.color_type == SPNG_COLOR_TYPE_GRAYSCALE ||
         header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
}

// By the order of the PNG specification: iCCP, sRGB, gAMA with cHRM.
std::unique_ptr<ColorConverter> MakeConverter(spng_ctx* context, bool grey,
                                              SampleLayout layout) {
  spng_iccp profile;
  if (spng_get_iccp(context, &profile) == 0) {
    return ColorConverter::FromIcc(
        string_view(profile.profile, profile.profile_len), layout, grey);
  }
  std::uint8_t intent = 0;
  if (spng_get_srgb(context, &intent) == 0) return nullptr;
  double gamma = 0;
  if (spng_get_gama(context, &gamma) != 0) return nullptr;
  // 1/2.2 is how encoders abbreviate sRGB; others must be plausible.
  spng_chrm c;
  const bool has_primaries = spng_get_chrm(context, &c) == 0;
  const bool srgb_like = std::abs(gamma - 1 / 2.2) < 0.002;
  if ((srgb_like && !has_primaries) || gamma < 0.1 || gamma > 10) {
    return nullptr;
  }
  Chromaticities primaries = kBt709Chromaticities;
  if (has_primaries) {
    primaries = {c.white_point_x, c.white_point_y, c.red_x,  c.red_y,
                 c.green_x,       c.green_y,       c.blue_x, c.blue_y};
  }
  if (srgb_like) {
    return ColorConverter::FromTransfer(primaries, Transfer::kSrgb, layout);
  }
  return ColorConverter::FromGamma(primaries, 1 / gamma, layout);
}

// Takes rows of the spng output format apart into RGB and alpha.
struct RowSplitter {
  bool has_alpha;
  bool wide;  // 16 bits a sample, which is read as RGBA only
  std::unique_ptr<ColorConverter> converter;
  RawPicture* picture;

  std::size_t pixel_bytes() const { return wide ? 8 : has_alpha ? 4 : 3; }

  void Take(const std::uint8_t* in, int y) const {
    Bitmap& rgb = picture->rgb;
    std::uint8_t* out = rgb.row(y);
    if (converter) {
      converter->Convert(in, out, rgb.width);
    } else if (pixel_bytes() == 3) {
      std::memcpy(out, in, static_cast<std::size_t>(rgb.width) * 3);
    } else {
      for (int x = 0; x < rgb.width; ++x) {
        for (int c = 0; c < 3; ++c) out[x * 3 + c] = Sample(in, x * 4 + c);
      }
    }
    if (!has_alpha) return;
    std::uint8_t* alpha = picture->alpha.row(y);
    for (int x = 0; x < rgb.width; ++x) alpha[x] = Sample(in, x * 4 + 3);
  }

 private:
  std::uint8_t Sample(const std::uint8_t* in, int index) const {
    if (!wide) return in[index];
    std::uint16_t value;
    std::memcpy(&value, in + static_cast<std::size_t>(index) * 2, 2);
    // Rounded, exact at both ends: 65535 / 257 = 255.
    return static_cast<std::uint8_t>((value + 128) / 257);
  }
};

// Row by row where the file is in that order, else the whole picture at once.
int DecodeRows(spng_ctx* context, int format, bool interlaced,
               const RowSplitter& splitter) {
  const Bitmap& rgb = splitter.picture->rgb;
  const std::size_t row_bytes = splitter.pixel_bytes() * rgb.width;
  if (interlaced) {
    std::vector<std::uint8_t> all(row_bytes * rgb.height);
    const int code = spng_decode_image(context, all.data(), all.size(), format,
                                       SPNG_DECODE_TRNS);
    if (code != 0) return code;
    for (int y = 0; y < rgb.height; ++y) {
      splitter.Take(all.data() + row_bytes * y, y);
    }
    return 0;
  }
  int code = spng_decode_image(context, nullptr, 0, format,
                               SPNG_DECODE_TRNS | SPNG_DECODE_PROGRESSIVE);
  if (code != 0) return code;
  std::vector<std::uint8_t> row(row_bytes);
  for (int y = 0; y < rgb.height; ++y) {
    code = spng_decode_row(context, row.data(), row.size());
    const bool last = y + 1 == rgb.height;
    if (code != 0 && !(last && code == SPNG_EOI)) return code;
    splitter.Take(row.data(), y);
  }
  return 0;
}

}  // namespace

Result<RawPicture> DecodePng(string_view file, const ImageHeader& header) {
  const SpngContext context(spng_ctx_new(0));
  if (!context) {
    return MakeError(ErrorCode::kUnavailable, "Not enough memory for PNG.");
  }
  spng_set_chunk_limits(context.get(), kMaxChunkBytes, kMaxChunkCache);
  // A wrong checksum of a comment harms nobody; one of the pixels does.
  spng_set_crc_action(context.get(), SPNG_CRC_ERROR, SPNG_CRC_DISCARD);
  int code = spng_set_png_buffer(context.get(), file.data(), file.size());
  spng_ihdr ihdr{};
  if (code == 0) code = spng_get_ihdr(context.get(), &ihdr);
  if (code != 0) return Damaged(code);
  if (static_cast<int>(ihdr.width) != header.width ||
      static_cast<int>(ihdr.height) != header.height) {
    return DamagedImage(ImageFormat::kPng, "its headers contradict each other");
  }

  RawPicture picture;
  picture.rgb = MakeBitmap(header.width, header.height, 3);
  spng_trns trns;
  RowSplitter splitter{};
  splitter.picture = &picture;
  splitter.wide = ihdr.bit_depth == 16;
  splitter.has_alpha =
      (ihdr.color_type & 4) != 0 || spng_get_trns(context.get(), &trns) == 0;
  SampleLayout layout = SampleLayout::kRgb8;
  int format = SPNG_FMT_RGB8;
  if (splitter.wide) {
    layout = SampleLayout::kRgba16;
    format = SPNG_FMT_RGBA16;
  } else if (splitter.has_alpha) {
    layout = SampleLayout::kRgba8;
    format = SPNG_FMT_RGBA8;
  }
  if (splitter.has_alpha) {
    picture.alpha = MakeBitmap(header.width, header.height, 1);
  }
  splitter.converter = MakeConverter(context.get(), IsGrey(ihdr), layout);

  code =
      DecodeRows(context.get(), format, ihdr.interlace_method != 0, splitter);
  if (code != 0) return Damaged(code);
  // What follows the pixels may be odd, but must not be missing; the checksum
  // of the last pixels is compared here too.
  code = spng_decode_chunks(context.get());
  if (code == SPNG_IO_EOF || code == SPNG_ECHUNK_CRC) return Damaged(code);
  spng_exif exif;
  if (spng_get_exif(context.get(), &exif) == 0) {
    picture.orientation =
        ReadExifOrientation(string_view(exif.data, exif.length));
  }
  return picture;
}

}  // namespace prewarm
