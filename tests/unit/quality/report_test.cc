// The table, the JSON and the page of one comparison.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "inference-server/imaging/decode.h"
#include "inference-server/quality/html.h"
#include "inference-server/quality/html_report.h"
#include "inference-server/quality/table.h"
#include "tests/unit/quality/mattes.h"

namespace prewarm::quality {
namespace {

using testing::HasSubstr;
using testing::Not;

Comparison TwoPictures(bool with_truth) {
  Comparison comparison;
  comparison.a = "isnet@fp32";
  comparison.b = "isnet@bf16";
  comparison.with_truth = with_truth;
  Judged good;
  good.name = "good.jpg";
  good.b_to_a = {0.01, 0.9, 0.8, 0.7, 0.6};
  Judged bad;
  bad.name = std::string(100, 'b') + "<i>\x1b&.jpg";
  bad.b_to_a = {0.03, 0.7, 0.6, 0.5, 0.4};
  if (with_truth) {
    good.a_to_truth = good.b_to_truth = {0.1, 0.5, 0.5, 0.5, 0.5};
    bad.a_to_truth = good.a_to_truth;
    bad.b_to_truth = {0.2, 0.4, 0.4, 0.4, 0.4};
  }
  comparison.judged = {good, bad};
  comparison.skipped = {{"<x>.jpg", "looks like \"text\""}};
  return comparison;
}

std::size_t WidestLine(const std::string& text) {
  std::istringstream in(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(in, line);) {
    widest = std::max(widest, line.size());
  }
  return widest;
}

TEST(Summary, HasTheMeanAndTheWorstOfEachMetric) {
  const Comparison comparison = TwoPictures(false);
  const Summary mae = Summarise(comparison, Pairing::kBToA, kMetrics[0]);
  EXPECT_DOUBLE_EQ(mae.mean, 0.02);
  EXPECT_EQ(mae.worst, 0.03);
  const Summary iou = Summarise(comparison, Pairing::kBToA, kMetrics[1]);
  EXPECT_DOUBLE_EQ(iou.mean, 0.8);
  EXPECT_EQ(iou.worst, 0.7);
  EXPECT_EQ(iou.worst_name, comparison.judged[1].name);
}

TEST(Summary, NamesTheFirstOfEquals) {
  const Comparison comparison = TwoPictures(true);
  for (const Metric& metric : kMetrics) {
    EXPECT_EQ(Summarise(comparison, Pairing::kAToTruth, metric).worst_name,
              "good.jpg");
  }
}

TEST(Summary, BlamesNoPictureWhereAllArePerfect) {
  Comparison comparison = TwoPictures(false);
  for (Judged& judged : comparison.judged) judged.b_to_a = {0, 1, 1, 1, 1};
  for (const Metric& metric : kMetrics) {
    EXPECT_EQ(Summarise(comparison, Pairing::kBToA, metric).worst_name, "");
  }
  EXPECT_THAT(MakeTable(comparison),
              HasSubstr("IoU         1.00000  1.00000  -\n"));
  EXPECT_THAT(MakeHtmlReport(comparison, Gallery(3)), HasSubstr("Nowhere."));
}

TEST(Table, FitsEightyColumnsWhateverTheNames) {
  for (const bool with_truth : {false, true}) {
    const std::string table = MakeTable(TwoPictures(with_truth));
    EXPECT_EQ(WidestLine(table), 80U) << table;
    EXPECT_THAT(table, Not(HasSubstr("\x1b")));
    EXPECT_THAT(table, HasSubstr("2 pictures, 1 skipped"));
  }
}

TEST(Table, ShowsTheTruthOnlyWhereThereIsOne) {
  EXPECT_THAT(MakeTable(TwoPictures(false)), Not(HasSubstr("truth")));
  EXPECT_THAT(MakeTable(TwoPictures(true)),
              HasSubstr("MAE         0.10000  0.10000  0.15000  0.20000  bbb"));
}

TEST(Json, HasEveryPictureAndEveryMetric) {
  const auto json = nlohmann::json::parse(ToJson(TwoPictures(true)));
  EXPECT_EQ(json["a"], "isnet@fp32");
  ASSERT_EQ(json["pictures"].size(), 2U);
  EXPECT_EQ(json["pictures"][1]["b_to_a"]["s_measure"], 0.4);
  EXPECT_EQ(json["pictures"][1]["b_to_truth"]["mae"], 0.2);
  EXPECT_EQ(json["skipped"][0]["name"], "<x>.jpg");
}

TEST(Gallery, KeepsTheWorstOnesInOrder) {
  const Bitmap rgb = MakeBitmap(6, 4, 3);
  const Bitmap grey = Filled(6, 4, 9);
  Gallery gallery(3);
  const double values[] = {0.1, 0.5, 0, 0.3, 0.5, 0.2};
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(
        gallery
            .Show(std::to_string(i), values[i], {&rgb, &grey, &grey, nullptr})
            .ok());
  }
  std::string order;
  for (const Exhibit& exhibit : gallery.exhibits()) order += exhibit.name;
  EXPECT_EQ(order, "143");
}

TEST(Gallery, ShowsInRedWhatBKeepsMoreAndInBlueWhatLess) {
  const Bitmap rgb = MakeBitmap(64, 48, 3);
  const Bitmap low = Filled(64, 48, 100);
  const Bitmap high = Filled(64, 48, 108);
  Gallery gallery(2);
  ASSERT_TRUE(gallery.Show("more", 0.2, {&rgb, &low, &high, nullptr}).ok());
  ASSERT_TRUE(gallery.Show("less", 0.1, {&rgb, &high, &low, nullptr}).ok());
  const auto more = Decode(gallery.exhibits()[0].difference, DecodeLimits());
  const auto less = Decode(gallery.exhibits()[1].difference, DecodeLimits());
  ASSERT_TRUE(more.ok() && less.ok());
  // 8 steps, times 16, from white.
  EXPECT_NEAR(more->rgb.data[0], 255, 3);
  EXPECT_NEAR(more->rgb.data[2], 127, 3);
  EXPECT_NEAR(less->rgb.data[0], 127, 3);
  EXPECT_NEAR(less->rgb.data[2], 255, 3);
}

TEST(Gallery, MakesPreviewsOf320PixelsWhateverTheShape) {
  const Bitmap rgb = MakeBitmap(900, 2, 3);
  const Bitmap grey = Filled(900, 2, 9);
  Gallery gallery(1);
  ASSERT_TRUE(gallery.Show("wide", 0.2, {&rgb, &grey, &grey, nullptr}).ok());
  DecodeLimits limits;
  limits.min_side = 1;
  const auto preview = Decode(gallery.exhibits()[0].picture, limits);
  ASSERT_TRUE(preview.ok()) << preview.error().message;
  EXPECT_EQ(preview->rgb.width, 320);
  EXPECT_EQ(preview->rgb.height, 1);
}

TEST(Gallery, HasNoPlaceForWhatDoesNotDiffer) {
  const Bitmap rgb = MakeBitmap(6, 4, 3);
  const Bitmap grey = Filled(6, 4, 9);
  Gallery gallery(3);
  ASSERT_TRUE(gallery.Show("a", 0, {&rgb, &grey, &grey, nullptr}).ok());
  EXPECT_TRUE(gallery.exhibits().empty());
}

TEST(Html, IsEscapedInTextAndAttributes) {
  EXPECT_EQ(EscapeHtml("<a href=\"x\">&'\n"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#39;?");
}

TEST(Html, HoldsBytesAsBase64) {
  // RFC 4648, section 10.
  const std::string uri = "data:image/jpeg;base64,";
  EXPECT_EQ(JpegUri(""), uri);
  EXPECT_EQ(JpegUri("f"), uri + "Zg==");
  EXPECT_EQ(JpegUri("fo"), uri + "Zm8=");
  EXPECT_EQ(JpegUri("foo"), uri + "Zm9v");
  EXPECT_EQ(JpegUri("foob"), uri + "Zm9vYg==");
  EXPECT_EQ(JpegUri("\xff\xef"), uri + "/+8=");
}

TEST(HtmlReport, NeedsNothingButItself) {
  const Bitmap rgb = MakeBitmap(900, 4, 3);
  const Bitmap a = Filled(900, 4, 9);
  const Bitmap b = Filled(900, 4, 90);
  Gallery gallery(3);
  ASSERT_TRUE(gallery.Show("<script>", 0.3, {&rgb, &a, &b, &a}).ok());
  const std::string page = MakeHtmlReport(TwoPictures(true), gallery);
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, HasSubstr("&lt;x&gt;.jpg</bdi>: looks like &quot;text"));
  EXPECT_THAT(page, HasSubstr("src=\"data:image/jpeg;base64,"));
  EXPECT_THAT(page, HasSubstr("color-scheme: light dark"));
  for (const char* outside : {"<script", "<i>", "http:", "https:", "<link"}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
}

}  // namespace
}  // namespace prewarm::quality
