#include <gtest/gtest.h>

#include <string>

#include "inference-server/imaging/compose.h"
#include "inference-server/imaging/encode.h"

namespace prewarm {
namespace {

ComposeOptions Parsed(const char* text) {
  ComposeOptions options;
  EXPECT_TRUE(ParseOutput(text, &options).ok()) << text;
  return options;
}

using Color = std::array<std::uint8_t, 3>;

TEST(ParseOutput, KnowsTheDocumentedWords) {
  EXPECT_EQ(Parsed("rgba").kind, OutputKind::kRgba);
  EXPECT_EQ(Parsed("mask").kind, OutputKind::kMask);
  EXPECT_EQ(Parsed("blur").kind, OutputKind::kBlur);
  EXPECT_EQ(Parsed("overlay").kind, OutputKind::kOverlay);
  EXPECT_EQ(Parsed("image").kind, OutputKind::kBackground);
  EXPECT_EQ(Parsed("green").kind, OutputKind::kColor);
  EXPECT_EQ(Parsed("green").color, (Color{120, 255, 155}));
  EXPECT_EQ(Parsed("white").kind, OutputKind::kColor);
  EXPECT_EQ(Parsed("white").color, (Color{255, 255, 255}));
}

TEST(ParseOutput, ReadsColoursInEitherCase) {
  EXPECT_EQ(Parsed("#0aF09c").kind, OutputKind::kColor);
  EXPECT_EQ(Parsed("#0aF09c").color, (Color{10, 240, 156}));
}

TEST(ParseOutput, RefusesTheRestAndChangesNothing) {
  for (const char* text : {"", "RGBA", " rgba", "#fff", "#12345", "#1234567",
                           "#12345g", "120,255,155", "transparent"}) {
    ComposeOptions options;
    options.kind = OutputKind::kMask;
    options.color = {1, 2, 3};
    const Status status = ParseOutput(text, &options);
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(status.error().field, "output");
    EXPECT_EQ(options.kind, OutputKind::kMask);
    EXPECT_EQ(options.color, (Color{1, 2, 3}));
  }
}

TEST(ParseOutput, RepeatsHostileTextShortAndPrintable) {
  ComposeOptions options;
  const std::string text = "\r\nSet-Cookie: \xff" + std::string(5000, 'x');
  const Status status = ParseOutput(text, &options);
  ASSERT_FALSE(status.ok());
  EXPECT_LT(status.error().message.size(), 200U);
  for (const char c : status.error().message) {
    EXPECT_TRUE(c >= ' ' && c <= '~');
  }
}

TEST(ParseOutputFormat, KnowsThreeFormats) {
  EXPECT_EQ(ParseOutputFormat("png").value(), OutputFormat::kPng);
  EXPECT_EQ(ParseOutputFormat("webp").value(), OutputFormat::kWebp);
  EXPECT_EQ(ParseOutputFormat("jpeg").value(), OutputFormat::kJpeg);
  EXPECT_EQ(ParseOutputFormat("jpg").value(), OutputFormat::kJpeg);
  for (const char* text : {"", "PNG", "gif", "png "}) {
    const Result<OutputFormat> format = ParseOutputFormat(text);
    ASSERT_FALSE(format.ok()) << text;
    EXPECT_EQ(format.error().field, "format");
  }
}

TEST(MimeType, IsTheRegisteredName) {
  EXPECT_STREQ(MimeType(OutputFormat::kPng), "image/png");
  EXPECT_STREQ(MimeType(OutputFormat::kWebp), "image/webp");
  EXPECT_STREQ(MimeType(OutputFormat::kJpeg), "image/jpeg");
}

}  // namespace
}  // namespace prewarm
