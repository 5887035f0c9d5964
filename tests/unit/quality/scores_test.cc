// All metrics together: what holds for any matte, and values of an independent
// implementation.
#include "inference-server/quality/scores.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/unit/quality/mattes.h"

namespace prewarm::quality {
namespace {

Bitmap Ellipse(int width, int height, int cx, int cy, int rx, int ry) {
  Bitmap out = MakeBitmap(width, height, 1);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int dx = (x - cx) * ry;
      const int dy = (y - cy) * rx;
      out.row(y)[x] = dx * dx + dy * dy <= rx * ry * rx * ry ? 255 : 0;
    }
  }
  return out;
}

// The rules of tests/testdata/make_quality.py.
Bitmap WithNoise(Bitmap matte, int quarters) {
  std::uint32_t state = 7;
  for (std::uint8_t& value : matte.data) {
    state = state * 1664525 + 1013904223;
    value = static_cast<std::uint8_t>(
        (value * (4 - quarters) + static_cast<int>(state >> 24) * quarters) /
        4);
  }
  return matte;
}

Bitmap Doubled(const Bitmap& matte) {
  Bitmap out = MakeBitmap(2 * matte.width, 2 * matte.height, 1);
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      out.row(y)[x] = matte.row(y / 2)[x / 2];
    }
  }
  return out;
}

TEST(Scores, EqualThoseOfAnIndependentImplementationInNumpy) {
  std::ifstream file(PREWARM_TESTDATA "/quality.txt");
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    std::istringstream in(line);
    int w, h, cx, cy, rx, ry, dx, dy, quarters;
    Scores expected;
    in >> w >> h >> cx >> cy >> rx >> ry >> dx >> dy >> quarters;
    for (const Metric& metric : kMetrics) in >> expected.*metric.value;
    ASSERT_TRUE(in) << line;
    const Scores scores =
        Score(WithNoise(Ellipse(w, h, cx + dx, cy + dy, rx, ry), quarters),
              Ellipse(w, h, cx, cy, rx, ry));
    for (const Metric& metric : kMetrics) {
      EXPECT_NEAR(scores.*metric.value, expected.*metric.value, 2e-9)
          << metric.name << " of " << line;
    }
  }
  EXPECT_EQ(cases, 14);
}

TEST(Scores, OfEqualMattesArePerfect) {
  for (const Bitmap& matte :
       {Ellipse(50, 40, 20, 20, 12, 9), Filled(50, 40, 0), Filled(50, 40, 255),
        Filled(1, 1, 255), Box(50, 40, 49, 39, 50, 40)}) {
    const Scores scores = Score(matte, matte);
    for (const Metric& metric : kMetrics) {
      EXPECT_NEAR(scores.*metric.value, metric.more_is_better ? 1 : 0, 1e-12)
          << metric.name;
    }
  }
}

TEST(Scores, OfInvertedMattesAreTheWorst) {
  const Bitmap truth = Ellipse(50, 40, 20, 20, 12, 9);
  const Scores scores = Score(Inverted(truth), truth);
  EXPECT_EQ(scores.mae, 1);
  EXPECT_EQ(scores.iou, 0);
  EXPECT_EQ(scores.s_measure, 0);
  // That of choosing the whole picture, which one threshold always does.
  EXPECT_LT(scores.max_f, 0.25);
  // The outline is the right one: this metric does not know its sides.
  EXPECT_EQ(scores.boundary_f, 1);
}

TEST(Scores, DoNotChangeWithTheSideThePictureIsSeenFrom) {
  // A box whose centre does not need to be rounded.
  const Bitmap truth = Box(60, 40, 10, 10, 20, 30);
  const Bitmap matte = Box(60, 40, 13, 10, 25, 30);
  const Scores one = Score(matte, truth);
  const Scores two = Score(Mirrored(matte), Mirrored(truth));
  EXPECT_DOUBLE_EQ(one.mae, two.mae);
  EXPECT_DOUBLE_EQ(one.iou, two.iou);
  EXPECT_DOUBLE_EQ(one.boundary_f, two.boundary_f);
  EXPECT_DOUBLE_EQ(one.max_f, two.max_f);
  EXPECT_NEAR(one.s_measure, two.s_measure, 0.02);
}

TEST(Scores, OfPixelsDoNotChangeWithTheSizeOfThePicture) {
  const Bitmap truth = Ellipse(50, 40, 20, 20, 12, 9);
  const Bitmap matte = WithNoise(truth, 2);
  const Scores one = Score(matte, truth);
  const Scores two = Score(Doubled(matte), Doubled(truth));
  EXPECT_DOUBLE_EQ(one.mae, two.mae);
  EXPECT_DOUBLE_EQ(one.iou, two.iou);
  EXPECT_DOUBLE_EQ(one.max_f, two.max_f);
  EXPECT_NEAR(one.s_measure, two.s_measure, 0.02);
}

TEST(Scores, FallAsTheMatteIsShifted) {
  const Bitmap truth = Box(100, 80, 20, 20, 50, 50);
  Scores last = Score(truth, truth);
  for (const int shift : {4, 8, 16}) {
    const Scores scores =
        Score(Box(100, 80, 20 + shift, 20, 50 + shift, 50), truth);
    for (const Metric& metric : kMetrics) {
      const double change = scores.*metric.value - last.*metric.value;
      EXPECT_LE(metric.more_is_better ? change : -change, 0)
          << metric.name << " after " << shift;
    }
    last = scores;
  }
}

TEST(Scores, LieBetweenZeroAndOneForNoise) {
  for (int quarters = 0; quarters <= 4; ++quarters) {
    const Bitmap truth = Ellipse(31, 17, 10, 9, 6, 5);
    const Scores scores =
        Score(WithNoise(Ellipse(31, 17, 25, 9, 6, 5), quarters), truth);
    for (const Metric& metric : kMetrics) {
      EXPECT_GE(scores.*metric.value, 0) << metric.name;
      EXPECT_LE(scores.*metric.value, 1) << metric.name;
    }
  }
}

}  // namespace
}  // namespace prewarm::quality
