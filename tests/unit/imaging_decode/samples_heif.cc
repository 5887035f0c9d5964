#include <libheif/heif.h>

#include <cstring>
#include <stdexcept>

#include "tests/unit/imaging_decode/samples.h"

namespace prewarm::samples {
namespace {

void Check(const heif_error& error) {
  if (error.code != heif_error_Ok) throw std::runtime_error(error.message);
}

void FillPlane(heif_image* image, heif_channel channel, int width, int height,
               int depth, const Bitmap& grey) {
  Check(heif_image_add_plane(image, channel, width, height, depth));
  int stride = 0;
  std::uint8_t* plane = heif_image_get_plane(image, channel, &stride);
  const int top = (1 << depth) - 1;
  for (int y = 0; y < height; ++y) {
    std::uint8_t* out = plane + static_cast<std::ptrdiff_t>(y) * stride;
    for (int x = 0; x < width; ++x) {
      const int value =
          channel == heif_channel_Y
              ? grey.row(y)[std::ptrdiff_t{x} * grey.channels] * top / 255
              : (top + 1) / 2;
      *out++ = static_cast<std::uint8_t>(value & 0xff);
      *out++ = static_cast<std::uint8_t>(value >> 8);
    }
  }
}

// More than 8 bits: the first channel as luma, without colour (the encoders'
// own conversion from RGB of that depth is not reliable).
heif_image* MakeDeepGrey(const Bitmap& bitmap, int depth) {
  heif_image* image = nullptr;
  const int w = bitmap.width;
  const int h = bitmap.height;
  Check(
      heif_image_create(w, h, heif_colorspace_YCbCr, heif_chroma_422, &image));
  FillPlane(image, heif_channel_Y, w, h, depth, bitmap);
  FillPlane(image, heif_channel_Cb, w / 2, h, depth, bitmap);
  FillPlane(image, heif_channel_Cr, w / 2, h, depth, bitmap);
  return image;
}

heif_image* MakeImage(const Bitmap& bitmap) {
  heif_image* image = nullptr;
  Check(heif_image_create(bitmap.width, bitmap.height, heif_colorspace_RGB,
                          bitmap.channels == 4 ? heif_chroma_interleaved_RGBA
                                               : heif_chroma_interleaved_RGB,
                          &image));
  Check(heif_image_add_plane(image, heif_channel_interleaved, bitmap.width,
                             bitmap.height, 8));
  int stride = 0;
  std::uint8_t* plane =
      heif_image_get_plane(image, heif_channel_interleaved, &stride);
  for (int y = 0; y < bitmap.height; ++y) {
    std::memcpy(plane + static_cast<std::ptrdiff_t>(y) * stride, bitmap.row(y),
                static_cast<std::size_t>(bitmap.width) * bitmap.channels);
  }
  return image;
}

heif_error Append(heif_context*, const void* data, size_t size, void* file) {
  static_cast<std::string*>(file)->append(static_cast<const char*>(data), size);
  return {heif_error_Ok, heif_suberror_Unspecified, "ok"};
}

}  // namespace

std::string Heif(const Bitmap& bitmap, const HeifOptions& options) {
  heif_context* context = heif_context_alloc();
  heif_encoder* encoder = nullptr;
  Check(heif_context_get_encoder_for_format(
      context, options.avif ? heif_compression_AV1 : heif_compression_HEVC,
      &encoder));
  heif_encoder_set_lossy_quality(encoder, 95);
  if (options.avif) heif_encoder_set_parameter_integer(encoder, "speed", 9);
  if (options.depth > 8) {
    // The one subsampling that the AV1 encoder can mark right at 10 bits.
    heif_encoder_set_parameter_string(encoder, "chroma", "422");
  } else if (!options.avif) {
    heif_encoder_set_parameter_string(encoder, "chroma", "444");
  }
  heif_image* image = options.depth > 8 ? MakeDeepGrey(bitmap, options.depth)
                                        : MakeImage(bitmap);
  if (!options.icc.empty()) {
    Check(heif_image_set_raw_color_profile(image, "prof", options.icc.data(),
                                           options.icc.size()));
  }
  if (options.premultiplied) heif_image_set_premultiplied_alpha(image, 1);
  heif_encoding_options* encoding = heif_encoding_options_alloc();
  encoding->image_orientation =
      static_cast<heif_orientation>(options.orientation);
  heif_color_profile_nclx* nclx = heif_nclx_color_profile_alloc();
  if (options.nclx_primaries != 0) {
    nclx->color_primaries =
        static_cast<heif_color_primaries>(options.nclx_primaries);
    nclx->transfer_characteristics =
        static_cast<heif_transfer_characteristics>(options.nclx_transfer);
    nclx->matrix_coefficients = heif_matrix_coefficients_ITU_R_BT_601_6;
    nclx->full_range_flag = 1;
    encoding->output_nclx_profile = nclx;
    encoding->macOS_compatibility_workaround_no_nclx_profile = 0;
    Check(heif_image_set_nclx_color_profile(image, nclx));
  }
  Check(heif_context_encode_image(context, image, encoder, encoding, nullptr));
  std::string file;
  heif_writer writer{1, Append};
  Check(heif_context_write(context, &writer, &file));
  heif_nclx_color_profile_free(nclx);
  heif_encoding_options_free(encoding);
  heif_image_release(image);
  heif_encoder_release(encoder);
  heif_context_free(context);
  return file;
}

}  // namespace prewarm::samples

#if defined(__SANITIZE_ADDRESS__)
// The HEVC encoder, which only these tests use, frees less than it takes.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libx265\n";
}
#endif
