#include "inference-server/imaging/encode.h"

#include <gtest/gtest.h>
#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>

#include "tests/unit/imaging/pictures.h"

namespace prewarm {
namespace {

std::string Must(const Bitmap& bitmap, OutputFormat format, int quality = 90) {
  const Result<std::string> file = Encode(bitmap, {format, quality});
  EXPECT_TRUE(file.ok()) << (file.ok() ? "" : file.error().message);
  return file.ok() ? *file : "";
}

Bitmap ReadPng(const std::string& file) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) {
    ADD_FAILURE() << image.message;
    return {};
  }
  Bitmap bitmap =
      MakeBitmap(static_cast<int>(image.width), static_cast<int>(image.height),
                 PNG_IMAGE_SAMPLE_CHANNELS(image.format));
  EXPECT_NE(
      png_image_finish_read(&image, nullptr, bitmap.data.data(), 0, nullptr), 0)
      << image.message;
  EXPECT_EQ(image.warning_or_error, 0U) << image.message;
  return bitmap;
}

std::set<std::string> PngChunks(const std::string& file) {
  std::set<std::string> types;
  for (std::size_t at = 8; at + 8 <= file.size();) {
    std::uint32_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      size = size << 8 | static_cast<std::uint8_t>(file[at + i]);
    }
    types.insert(file.substr(at + 4, 4));
    at += std::size_t{12} + size;
  }
  return types;
}

int MeanError(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += std::abs(a[i] - b[i]);
  return static_cast<int>(sum / size);
}

TEST(EncodePng, ComesBackAsItWas) {
  const int sizes[][2] = {{1, 1}, {1, 9}, {17, 1}, {31, 33}, {640, 512}};
  for (const int channels : {1, 3, 4}) {
    for (const auto& size : sizes) {
      for (const bool noise : {true, false}) {
        const Bitmap source = noise ? Noise(size[0], size[1], channels, 3)
                                    : PhotoLike(size[0], size[1], channels);
        const Bitmap read = ReadPng(Must(source, OutputFormat::kPng));
        ASSERT_EQ(read.width, source.width);
        ASSERT_EQ(read.height, source.height);
        ASSERT_EQ(read.channels, source.channels);
        ASSERT_EQ(read.data, source.data) << size[0] << "x" << size[1];
      }
    }
  }
}

TEST(EncodePng, HasNoMetadataButSrgb) {
  EXPECT_EQ(PngChunks(Must(Noise(400, 400, 4, 1), OutputFormat::kPng)),
            (std::set<std::string>{"IHDR", "sRGB", "IDAT", "IEND"}));
  EXPECT_EQ(PngChunks(Must(Noise(8, 8, 1, 1), OutputFormat::kPng)),
            (std::set<std::string>{"IHDR", "IDAT", "IEND"}));
}

TEST(EncodePng, SmoothPicturesAreSmallFiles) {
  const Bitmap flat = Flat(1024, 1024, {10, 20, 30});
  EXPECT_LT(Must(flat, OutputFormat::kPng).size(), flat.data.size() / 100);
  const Bitmap photo = PhotoLike(1024, 768, 3);
  EXPECT_LT(Must(photo, OutputFormat::kPng).size(), photo.data.size() * 6 / 10);
}

TEST(EncodePng, IgnoresQuality) {
  const Bitmap source = Noise(9, 9, 3, 1);
  EXPECT_EQ(Must(source, OutputFormat::kPng, 0),
            Must(source, OutputFormat::kPng, 50));
}

TEST(EncodeWebp, KeepsTheMatteExactly) {
  const Bitmap source = PhotoLike(120, 90, 4);
  const std::string file = Must(source, OutputFormat::kWebp);
  Bitmap read = MakeBitmap(120, 90, 4);
  ASSERT_NE(WebPDecodeRGBAInto(
                reinterpret_cast<const std::uint8_t*>(file.data()), file.size(),
                read.data.data(), read.data.size(), 120 * 4),
            nullptr);
  for (std::size_t i = 3; i < read.data.size(); i += 4) {
    ASSERT_EQ(read.data[i], source.data[i]);
  }
  EXPECT_LT(MeanError(read.data.data(), source.data.data(), read.data.size()),
            8);
}

TEST(EncodeWebp, WritesColourAndGrey) {
  for (const int channels : {1, 3}) {
    const Bitmap source = PhotoLike(64, 48, channels);
    const std::string file = Must(source, OutputFormat::kWebp);
    WebPBitstreamFeatures features;
    ASSERT_EQ(
        WebPGetFeatures(reinterpret_cast<const std::uint8_t*>(file.data()),
                        file.size(), &features),
        VP8_STATUS_OK);
    EXPECT_EQ(features.width, 64);
    EXPECT_EQ(features.height, 48);
    EXPECT_EQ(features.has_alpha, 0);
    EXPECT_EQ(features.format, 1) << "lossy";
    EXPECT_EQ(file.find("EXIF"), std::string::npos);
    EXPECT_EQ(file.find("ICCP"), std::string::npos);
  }
}

TEST(EncodeWebp, SidesOverItsLimitAreRefused) {
  const Result<std::string> file =
      Encode(MakeBitmap(16384, 1, 3), {OutputFormat::kWebp, 90});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(file.error().field, "format");
}

struct JpegHeader {
  int width = 0;
  int height = 0;
  int subsampling = 0;
};

JpegHeader ReadJpeg(const std::string& file, Bitmap* pixels) {
  JpegHeader header;
  tjhandle handle = tjInitDecompress();
  int colorspace = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(file.data());
  EXPECT_EQ(
      tjDecompressHeader3(handle, data, file.size(), &header.width,
                          &header.height, &header.subsampling, &colorspace),
      0);
  const bool grey = header.subsampling == TJSAMP_GRAY;
  *pixels = MakeBitmap(header.width, header.height, grey ? 1 : 3);
  EXPECT_EQ(tjDecompress2(handle, data, file.size(), pixels->data.data(),
                          header.width, 0, header.height,
                          grey ? TJPF_GRAY : TJPF_RGB, 0),
            0);
  tjDestroy(handle);
  return header;
}

TEST(EncodeJpeg, ComesBackNearlyAsItWas) {
  for (const int channels : {1, 3}) {
    const Bitmap source = PhotoLike(121, 67, channels);
    Bitmap read;
    const JpegHeader header =
        ReadJpeg(Must(source, OutputFormat::kJpeg), &read);
    EXPECT_EQ(header.width, 121);
    EXPECT_EQ(header.height, 67);
    ASSERT_EQ(read.channels, channels);
    EXPECT_LT(MeanError(read.data.data(), source.data.data(), read.data.size()),
              4);
  }
}

TEST(EncodeJpeg, ColourIsWholeFromQuality90On) {
  const Bitmap source = PhotoLike(64, 64, 3);
  Bitmap read;
  EXPECT_EQ(ReadJpeg(Must(source, OutputFormat::kJpeg, 90), &read).subsampling,
            TJSAMP_444);
  EXPECT_EQ(ReadJpeg(Must(source, OutputFormat::kJpeg, 89), &read).subsampling,
            TJSAMP_420);
}

TEST(EncodeJpeg, HasNoMetadata) {
  const std::string file = Must(PhotoLike(64, 64, 3), OutputFormat::kJpeg);
  // Only JFIF's own APP0 may stand before the tables.
  for (std::size_t at = 2; static_cast<std::uint8_t>(file[at + 1]) != 0xDA;) {
    const int marker = static_cast<std::uint8_t>(file[at + 1]);
    EXPECT_FALSE((marker > 0xE0 && marker <= 0xEF) || marker == 0xFE) << marker;
    const std::size_t high = static_cast<std::uint8_t>(file[at + 2]);
    at += 2 + (high << 8 | static_cast<std::uint8_t>(file[at + 3]));
    ASSERT_LT(at + 3, file.size());
  }
}

TEST(EncodeJpeg, TransparencyIsRefused) {
  const Result<std::string> file =
      Encode(MakeBitmap(4, 4, 4), {OutputFormat::kJpeg, 90});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(file.error().field, "format");
}

TEST(Encode, QualityOutsideOneToHundredIsRefused) {
  for (const int quality : {0, 101, -5}) {
    const Result<std::string> file =
        Encode(MakeBitmap(4, 4, 3), {OutputFormat::kWebp, quality});
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().field, "quality");
  }
}

TEST(Encode, PicturesThatAreNoneAreRefused) {
  for (const OutputFormat format :
       {OutputFormat::kPng, OutputFormat::kWebp, OutputFormat::kJpeg}) {
    EXPECT_FALSE(Encode(Bitmap{}, {format, 90}).ok());
    EXPECT_FALSE(Encode(MakeBitmap(4, 4, 2), {format, 90}).ok());
    EXPECT_FALSE(Encode(Bitmap{4, 4, 3, {1, 2}}, {format, 90}).ok());
  }
}

}  // namespace
}  // namespace prewarm
