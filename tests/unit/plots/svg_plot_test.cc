#include "warmup-controller/plots/svg_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "warmup-controller/plots/style.h"

namespace prewarm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// 2026-03-02 00:00 UTC.
constexpr Moment kBegin = 1772409600LL * kSecond;
// 896 pixels are the frame's width, 52 its left edge.
const SvgPlot::Frame kFrame = {kBegin, kBegin + 8 * kHour, 4, 100, "instances"};

TEST(NiceSteps, AreRoundAndReachTheTop) {
  EXPECT_THAT(NiceSteps(100, 4), ElementsAre(0, 50, 100));
  EXPECT_THAT(NiceSteps(9, 4), ElementsAre(0, 5, 10));
  EXPECT_THAT(
      NiceSteps(0.7, 4),
      ElementsAre(0, 0.2, 0.4, testing::DoubleEq(0.6000000000000001), 0.8));
  EXPECT_THAT(NiceSteps(0, 4), ElementsAre(0, 1));
  for (int power = -20; power < 60; ++power) {
    const double most = std::pow(1.37, power);
    const auto steps = NiceSteps(most, 4);
    EXPECT_GE(steps.back(), most * 0.999);
    EXPECT_LE(steps.size(), 6U);
  }
}

TEST(TimeTicks, AreRoundTimesAndFew) {
  EXPECT_THAT(TimeTicks(kBegin + kMinute, kBegin + 2 * kHour - kMinute),
              ElementsAre(kBegin + 15 * kMinute, kBegin + 30 * kMinute,
                          kBegin + 45 * kMinute, kBegin + 60 * kMinute,
                          kBegin + 75 * kMinute, kBegin + 90 * kMinute,
                          kBegin + 105 * kMinute));
  EXPECT_EQ(TimeTicks(kBegin, kBegin + 6 * kHour).size(), 7U);
  EXPECT_EQ(TimeTicks(kBegin + 1, kBegin + 24 * kHour).front(),
            kBegin + 3 * kHour);
  for (Moment length = kHour; length < 900'000 * kHour; length *= 2) {
    EXPECT_LE(TimeTicks(kBegin, kBegin + length).size(), 11U);
    EXPECT_GE(TimeTicks(kBegin, kBegin + length).size(), 1U);
  }
}

TEST(SvgPlot, StepsHoldTheirValueUntilTheNextOne) {
  SvgPlot plot(kFrame);
  plot.AddStepLine({{kBegin, 1}, {kBegin + 4 * kHour, 3}}, kBegin + 6 * kHour,
                   "warm");
  EXPECT_THAT(plot.Text(),
              HasSubstr("<path class=\"warm\" "
                        "d=\"M52.0 83.0H500.0L500.0 33.0H724.0\"/>"));
}

TEST(SvgPlot, AreasEndWhereTheyBegan) {
  SvgPlot plot(kFrame);
  plot.AddStepArea({{kBegin + 4 * kHour, 2}}, kBegin + 8 * kHour, "exist");
  EXPECT_THAT(plot.Text(), HasSubstr("d=\"M500.0 58.0H948.0V108.0H500.0Z\""));
}

TEST(SvgPlot, EqualPartsFillTheFrame) {
  SvgPlot plot(kFrame);
  plot.AddArea({4, 0}, "traffic");
  EXPECT_THAT(plot.Text(),
              HasSubstr("d=\"M52.0 8.0H500.0L500.0 108.0H948.0V108.0H52.0Z\""));
}

TEST(SvgPlot, WhatIsBeyondTheFrameIsDrawnAtItsEdgeOrNotAtAll) {
  SvgPlot plot(kFrame);
  plot.AddBand(kBegin - 9 * kHour, kBegin + 4 * kHour, "open");
  plot.AddBand(kBegin + 8 * kHour, kBegin + 9 * kHour, "later");
  plot.AddStepArea({}, kBegin, "nothing");
  plot.AddDot(kBegin, 400, "high");
  const std::string text = plot.Text();
  EXPECT_THAT(text, HasSubstr("<rect class=\"open\" x=\"52.0\" y=\"8\" "
                              "width=\"448.0\" height=\"100\"/>"));
  EXPECT_THAT(text, Not(HasSubstr("later")));
  EXPECT_THAT(text, Not(HasSubstr("nothing")));
  EXPECT_THAT(text, HasSubstr("cy=\"8.0\""));
}

TEST(SvgPlot, AnAxisMayBeOfSomethingElseThanTime) {
  SvgPlot::Frame frame = kFrame;
  frame.ticks = {{kBegin, "1"}, {kBegin + 8 * kHour, "64"}};
  const std::string text = SvgPlot(frame).Text();
  EXPECT_THAT(text, HasSubstr(">64</text>"));
  EXPECT_THAT(text, Not(HasSubstr("Mar")));
}

TEST(SvgPlot, LastLabelEndsWhereThePictureDoes) {
  SvgPlot::Frame frame = kFrame;
  frame.ticks = {{kBegin + 4 * kHour, "a"}, {kBegin + 8 * kHour, "b"}};
  const std::string text = SvgPlot(frame).Text();
  EXPECT_THAT(text, HasSubstr("x=\"500.0\" y=\"124\" "
                              "text-anchor=\"middle\">a<"));
  EXPECT_THAT(text, HasSubstr("x=\"960.0\" y=\"124\" text-anchor=\"end\">b<"));
}

TEST(SvgPlot, FailuresDifferFromSuccessesByShape) {
  SvgPlot plot(kFrame);
  plot.AddCross(kBegin + 4 * kHour, 2, "late");
  plot.AddLevel(2, "lead");
  plot.AddMoment(kBegin + 4 * kHour, "now", "now");
  const std::string text = plot.Text();
  EXPECT_THAT(text, HasSubstr("class=\"late\" d=\"M496.0 54.0L504.0 62.0"
                              "M496.0 62.0L504.0 54.0\""));
  EXPECT_THAT(text, HasSubstr("class=\"lead\" d=\"M52 58.0H948\""));
  EXPECT_THAT(text, HasSubstr(">now</text>"));
}

TEST(PlotStyle, IsForLightAndDarkAndLoadsNothing) {
  const std::string style(PlotStyle());
  EXPECT_THAT(style, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(style, Not(HasSubstr("url(")));
  EXPECT_THAT(style, Not(HasSubstr("@import")));
}

TEST(SvgPlot, AxisOfCountsHasNoHalves) {
  for (const double most : {1.0, 2.0, 3.0}) {
    SvgPlot::Frame frame{0, 24 * kHour, most, 100, "counts"};
    frame.whole = true;
    const std::string text = SvgPlot(frame).Text();
    EXPECT_EQ(text.find(">0.5<"), std::string::npos) << most;
    EXPECT_EQ(text.find(">1.5<"), std::string::npos) << most;
    EXPECT_NE(text.find(">1<"), std::string::npos) << most;
  }
}

}  // namespace
}  // namespace prewarm
