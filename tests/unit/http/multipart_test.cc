#include <gtest/gtest.h>

#include "common/http/http.h"

namespace prewarm::http {
namespace {

constexpr char kType[] = "multipart/form-data; boundary=XX";

std::string PartText(const std::string& name, const std::string& data) {
  return "--XX\r\nContent-Disposition: form-data; name=\"" + name +
         "\"\r\n\r\n" + data + "\r\n";
}

// What ParseMultipart complains of; "" if nothing.
std::string Complaint(const std::string& type, const std::string& body) {
  const auto parts = ParseMultipart(type, body);
  if (parts.ok()) return "";
  EXPECT_EQ(parts.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(parts.error().field, "body");
  return parts.error().message;
}

TEST(Multipart, PartsComeInOrderWithTheirNames) {
  const std::string body =
      "--XX\r\nContent-Disposition: form-data; name=\"image\"; "
      "filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n" +
      PartText("mode", "fast") + "--XX--\r\n";
  const auto parts = ParseMultipart(kType, body);
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].name, "image");
  EXPECT_EQ((*parts)[0].filename, "a.png");
  EXPECT_EQ((*parts)[0].content_type, "image/png");
  EXPECT_EQ((*parts)[0].data, "PNG");
  EXPECT_EQ((*parts)[1].name, "mode");
  EXPECT_EQ((*parts)[1].data, "fast");
}

TEST(Multipart, DataMayHoldLineEndsDashesAndNuls) {
  using std::string_literals::operator""s;
  const std::string data = "\r\n\r\n--X\r\n--\0XX\r\n"s;
  const std::string body = PartText("a", data) + "--XX--";
  const auto parts = ParseMultipart(kType, body);
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_EQ((*parts)[0].data, data);
}

TEST(Multipart, EmptyDataIsAPart) {
  const std::string body = PartText("a", "") + "--XX--";
  const auto parts = ParseMultipart(kType, body);
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_EQ((*parts)[0].data, "");
}

TEST(Multipart, DataMayBeMissingAltogether) {
  const std::string body =
      "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n--XX--";
  const auto parts = ParseMultipart(kType, body);
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_EQ((*parts)[0].data, "");
}

TEST(Multipart, APreambleAndAnEpilogueAreIgnored) {
  const std::string body =
      "hello\r\n" + PartText("a", "1") + "--XX--\r\ngoodbye";
  const auto parts = ParseMultipart(kType, body);
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_EQ(parts->size(), 1U);
}

TEST(Multipart, TheBoundaryMayBeQuoted) {
  const std::string body = PartText("a", "1") + "--XX--";
  EXPECT_EQ(Complaint("multipart/form-data; charset=x; Boundary=\"XX\"", body),
            "");
}

TEST(Multipart, WhiteSpaceAfterTheBoundaryIsAllowed) {
  EXPECT_EQ(Complaint(kType,
                      "--XX \t\r\nContent-Disposition: form-data; "
                      "name=a\r\n\r\n1\r\n--XX--"),
            "");
}

TEST(Multipart, AnEscapedQuoteInAFilenameIsRead) {
  const std::string body =
      "--XX\r\ncontent-disposition: FORM-DATA; filename=\"a\\\"b;c\"; "
      "name=\"x\"\r\n\r\n1\r\n--XX--";
  const auto parts = ParseMultipart(kType, body);
  ASSERT_TRUE(parts.ok()) << parts.error().message;
  EXPECT_EQ((*parts)[0].filename, "a\"b;c");
  EXPECT_EQ((*parts)[0].name, "x");
}

TEST(Multipart, AParameterWithoutAValueHidesNoOther) {
  EXPECT_EQ(Complaint(kType,
                      "--XX\r\nContent-Disposition: form-data; odd; "
                      "name=a\r\n\r\n1\r\n--XX--"),
            "");
}

TEST(Multipart, AMissingEmptyOrLongBoundaryIsRefused) {
  EXPECT_NE(Complaint("multipart/form-data", "x"), "");
  EXPECT_NE(Complaint("multipart/form-data; boundary=", "x"), "");
  EXPECT_NE(Complaint("multipart/form-data; boundary=\"XX", "x"), "");
  EXPECT_NE(
      Complaint("multipart/form-data; boundary=" + std::string(71, 'a'), "x"),
      "");
}

TEST(Multipart, ABodyWithoutTheBoundaryIsRefused) {
  EXPECT_NE(Complaint(kType, ""), "");
  EXPECT_NE(Complaint(kType, "--YY\r\n"), "");
}

TEST(Multipart, AnUnterminatedPartIsRefused) {
  EXPECT_NE(Complaint(kType, PartText("a", "1")), "");
  EXPECT_NE(Complaint(kType, "--XX"), "");
  EXPECT_NE(Complaint(kType, "--XX\r\n"), "");
}

TEST(Multipart, APartWithoutANameIsRefused) {
  EXPECT_NE(Complaint(kType, "--XX\r\n\r\n1\r\n--XX--"), "");
  EXPECT_NE(Complaint(kType, PartText("", "1") + "--XX--"), "");
  EXPECT_NE(
      Complaint(kType,
                "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--"),
      "");
  EXPECT_NE(Complaint(kType,
                      "--XX\r\nContent-Disposition: attachment; "
                      "name=a\r\n\r\n1\r\n--XX--"),
            "");
}

TEST(Multipart, AMalformedPartHeaderIsRefused) {
  EXPECT_NE(Complaint(kType, "--XX\r\nnonsense\r\n\r\n1\r\n--XX--"), "");
}

TEST(Multipart, MoreThan32PartsAreRefused) {
  std::string body;
  for (int i = 0; i < 32; ++i) body += PartText("a", "1");
  EXPECT_EQ(Complaint(kType, body + "--XX--"), "");
  EXPECT_NE(Complaint(kType, body + PartText("a", "1") + "--XX--"), "");
}

TEST(Multipart, MoreThan4KiBOfPartHeadersAreRefused) {
  EXPECT_NE(Complaint(kType, "--XX\r\nX: " + std::string(5000, 'a') +
                                 "\r\n\r\n1\r\n--XX--"),
            "");
}

}  // namespace
}  // namespace prewarm::http
