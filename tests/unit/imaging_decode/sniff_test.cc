#include "inference-server/imaging/sniff.h"

#include <gmock/gmock.h>

#include "tests/unit/imaging_decode/expect.h"
#include "tests/unit/imaging_decode/samples.h"

namespace prewarm {
namespace {

using testing::HasSubstr;

TEST(SniffTest, EveryReadableFormatIsKnownByItsContent) {
  const Bitmap bitmap = samples::Gradient(16, 16);
  EXPECT_EQ(SniffFormat(samples::Jpeg(bitmap)), ImageFormat::kJpeg);
  EXPECT_EQ(SniffFormat(samples::Png(bitmap)), ImageFormat::kPng);
  EXPECT_EQ(SniffFormat(samples::Webp(bitmap)), ImageFormat::kWebp);
  EXPECT_EQ(SniffFormat(std::string("\0\0\0\x18"
                                    "ftypmif1\0\0\0\0mif1avif",
                                    24)),
            ImageFormat::kAvif);
  EXPECT_EQ(SniffFormat(std::string("\0\0\0\x18"
                                    "ftypheic\0\0\0\0mif1heic",
                                    24)),
            ImageFormat::kHeic);
}

struct Lookalike {
  std::string file;
  std::string name;
};

class ForeignFileTest : public testing::TestWithParam<Lookalike> {};

TEST_P(ForeignFileTest, IsUnsupportedAndNamedForWhatItLooksLike) {
  const Error error = MustRefuse(GetParam().file);
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr(GetParam().name));
  EXPECT_THAT(error.message, HasSubstr("JPEG, PNG, WebP, HEIC or AVIF"));
  EXPECT_EQ(error.field, "image");
}

INSTANTIATE_TEST_SUITE_P(
    Formats, ForeignFileTest,
    testing::Values(
        Lookalike{"", "an empty file"}, Lookalike{"hello there", "text"},
        Lookalike{"%PDF-1.7\n%", "a PDF document"},
        Lookalike{"GIF89a\1", "a GIF image"},
        Lookalike{std::string("II*\0\x08\0\0\0", 8), "a TIFF image"},
        Lookalike{std::string("MM\0*\0\0\0\x08", 8), "a TIFF image"},
        Lookalike{"BM\x36\x10\x0e", "a BMP image"},
        Lookalike{"<?xml version=\"1.0\"?><svg xmlns=\"x\"/>", "an SVG"},
        Lookalike{"  <svg width=\"4\"/>", "an SVG"},
        Lookalike{"<!DOCTYPE html><html>", "an HTML page"},
        Lookalike{"{\"error\": 1}", "JSON"},
        Lookalike{"data:image/png;base64,AAAA", "a data: URL"},
        Lookalike{std::string("\0\0\0\x18"
                              "ftypisom\0\0\0\0mp41isom",
                              24),
                  "an MP4"},
        Lookalike{"\x01\x02\x03\x04", "unknown binary data"},
        Lookalike{" \n ", "blank text"}));

TEST(SniffTest, MagicNumberAloneIsADamagedPictureAndNotAForeignOne) {
  EXPECT_EQ(MustRefuse("\xff\xd8\xff").code, ErrorCode::kUnprocessable);
  EXPECT_EQ(MustRefuse("\x89PNG\r\n\x1a\n").code, ErrorCode::kUnprocessable);
  EXPECT_EQ(MustRefuse(std::string("RIFF\4\0\0\0WEBP", 12)).code,
            ErrorCode::kUnprocessable);
}

}  // namespace
}  // namespace prewarm
