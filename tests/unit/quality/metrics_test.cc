// Each metric with values worked out by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "inference-server/quality/boundary_f.h"
#include "inference-server/quality/iou.h"
#include "inference-server/quality/mae.h"
#include "inference-server/quality/max_f.h"
#include "inference-server/quality/s_measure.h"
#include "tests/unit/quality/mattes.h"

namespace prewarm::quality {
namespace {

constexpr double kClose = 1e-12;

TEST(Mae, IsTheShareOfOpacityThatIsWrong) {
  EXPECT_DOUBLE_EQ(MeanAbsoluteError(Drawn("##../...."), Drawn("#.../....")),
                   1.0 / 8);
  EXPECT_DOUBLE_EQ(MeanAbsoluteError(Filled(2, 2, 51), Filled(2, 2, 0)), 0.2);
}

TEST(Mae, SeesAStepOf255ThatNoThresholdSees) {
  const Bitmap truth = Filled(4, 4, 200);
  const Bitmap matte = Filled(4, 4, 201);
  EXPECT_DOUBLE_EQ(MeanAbsoluteError(matte, truth), 1.0 / 255);
  EXPECT_EQ(IntersectionOverUnion(matte, truth), 1);
}

TEST(Iou, IsWhatBothHaveOverWhatEitherHas) {
  EXPECT_DOUBLE_EQ(
      IntersectionOverUnion(Drawn("###./...."), Drawn(".###/....")), 2.0 / 4);
  EXPECT_EQ(IntersectionOverUnion(Drawn("##.."), Drawn("..##")), 0);
}

TEST(Iou, CutsAboveOneHalf) {
  EXPECT_EQ(IntersectionOverUnion(Filled(2, 2, 128), Filled(2, 2, 255)), 1);
  EXPECT_EQ(IntersectionOverUnion(Filled(2, 2, 127), Filled(2, 2, 255)), 0);
}

TEST(Iou, OfTwoEmptyMattesIsOneAndOfOneIsZero) {
  const Bitmap empty = Filled(3, 3, 0);
  EXPECT_EQ(IntersectionOverUnion(empty, empty), 1);
  EXPECT_EQ(IntersectionOverUnion(empty, Filled(3, 3, 255)), 0);
  EXPECT_EQ(IntersectionOverUnion(Filled(3, 3, 255), empty), 0);
}

TEST(BoundaryF, ToleratesThreeQuartersOfAPercentOfTheDiagonal) {
  EXPECT_EQ(BoundaryTolerance(3, 4), 1);
  EXPECT_EQ(BoundaryTolerance(300, 400), 4);  // 3.75, rounded up
  EXPECT_EQ(BoundaryTolerance(16384, 16384), 174);
}

TEST(BoundaryF, ForgivesAShiftWithinTheToleranceAndCountsMore) {
  // 300 x 400: 4 pixels. A vertical edge from top to bottom.
  const Bitmap truth = Box(300, 400, 0, 0, 100, 400);
  EXPECT_EQ(BoundaryF(Box(300, 400, 0, 0, 104, 400), truth), 1);
  EXPECT_EQ(BoundaryF(Box(300, 400, 0, 0, 105, 400), truth), 0);
}

TEST(BoundaryF, MeasuresTheToleranceAsADiscNotASquare) {
  // A point's outline is a square of 2 x 2; the tolerance is 4 pixels.
  const Bitmap truth = Box(300, 400, 200, 200, 201, 201);
  EXPECT_EQ(BoundaryF(Box(300, 400, 204, 200, 205, 201), truth), 1);
  // 4 pixels on both axes: the nearest corners are sqrt(3^2 + 3^2) = 4.2 apart.
  EXPECT_EQ(BoundaryF(Box(300, 400, 204, 204, 205, 205), truth), 0);
}

TEST(BoundaryF, IsTheHarmonicMeanOfPrecisionAndRecall) {
  // The truth has one edge of 400 pixels, the matte that one and another one
  // of 400: precision 1/2, recall 1.
  const Bitmap truth = Box(300, 400, 0, 0, 100, 400);
  const Bitmap matte = Box(300, 400, 50, 0, 100, 400);
  EXPECT_NEAR(BoundaryF(matte, truth), 2 * 0.5 / 1.5, kClose);
  EXPECT_NEAR(BoundaryF(truth, matte), 2 * 0.5 / 1.5, kClose);
}

TEST(BoundaryF, WithoutAnyBoundaryIsOneAndWithOneAloneZero) {
  const Bitmap empty = Filled(20, 20, 0);
  const Bitmap box = Box(20, 20, 5, 5, 9, 9);
  EXPECT_EQ(BoundaryF(empty, empty), 1);
  EXPECT_EQ(BoundaryF(Filled(20, 20, 255), empty), 1);
  EXPECT_EQ(BoundaryF(box, empty), 0);
  EXPECT_EQ(BoundaryF(empty, box), 0);
}

TEST(MaxF, WeighsPrecisionMoreThanRecall) {
  // Precision 1, recall 1/2 against precision 1/2, recall 1. At threshold 0
  // everything is chosen: precision 1/8 or 1/4 only.
  const double half_found = MaxF(Drawn("#......."), Drawn("##......"));
  const double twice_as_much = MaxF(Drawn("##......"), Drawn("#......."));
  EXPECT_NEAR(half_found, 1.3 * 0.5 / (0.3 + 0.5), kClose);
  EXPECT_NEAR(twice_as_much, 1.3 * 0.5 / (0.3 * 0.5 + 1), kClose);
}

TEST(MaxF, FindsTheThresholdAtWhichAPaleMatteIsRight) {
  EXPECT_EQ(MaxF(Drawn("22../1..."), Drawn("##../....")), 1);
}

TEST(MaxF, NeverFallsBelowThatOfChoosingEverything) {
  EXPECT_NEAR(MaxF(Filled(4, 1, 0), Drawn("#...")),
              1.3 * 0.25 / (0.3 * 0.25 + 1), kClose);
}

TEST(MaxF, OfAnEmptyTruthAsksOnlyForAnEmptyMatte) {
  EXPECT_EQ(MaxF(Filled(3, 3, 127), Filled(3, 3, 0)), 1);
  EXPECT_EQ(MaxF(Drawn("#../..."), Filled(3, 2, 0)), 0);
}

TEST(SMeasure, OfAnEmptyTruthIsWhatTheMatteLeavesOut) {
  EXPECT_NEAR(SMeasure(Filled(5, 5, 51), Filled(5, 5, 0)), 0.8, kClose);
  EXPECT_EQ(SMeasure(Filled(5, 5, 0), Filled(5, 5, 0)), 1);
  EXPECT_EQ(SMeasure(Filled(5, 5, 255), Filled(5, 5, 0)), 0);
}

TEST(SMeasure, OfATruthThatFillsThePictureIsTheMattesMean) {
  EXPECT_NEAR(SMeasure(Filled(5, 5, 51), Filled(5, 5, 255)), 0.2, kClose);
  EXPECT_EQ(SMeasure(Filled(5, 5, 255), Filled(5, 5, 255)), 1);
}

TEST(SMeasure, OfAFlatGreyMatteIsThatOfItsObjectPart) {
  // Truth: the left half of 4 x 2. Object: both halves have mean m and spread
  // 0, so 2m / (m^2 + 1) and the same of 1 - m. The centre is at column 2 (1.5
  // rounded up), row 2: one rectangle of 2 x 2, all subject, and one of 2 x 2,
  // all background; both have no spread at all and count as alike.
  const double m = 51.0 / 255;
  const double object = 0.5 * (2 * m / (m * m + 1)) +
                        0.5 * (2 * (1 - m) / ((1 - m) * (1 - m) + 1));
  EXPECT_NEAR(SMeasure(Filled(4, 2, 51), Drawn("##../##..")),
              0.5 * object + 0.5, kClose);
}

TEST(SMeasure, PunishesAnUnevenSubject) {
  // One row of 4, two of them subject, of which one is missed. Object: inside
  // the mean is 1/2, the spread sqrt(1/2) (over n - 1); outside is perfect.
  // Region: the centre lies after column 2; left the matte varies and the
  // truth doesn't (0), right both are flat (1).
  const double inside = 1 / (0.25 + 1 + std::sqrt(0.5));
  const double object = 0.5 * inside + 0.5;
  EXPECT_NEAR(SMeasure(Drawn("#..."), Drawn("##..")), 0.5 * object + 0.5 * 0.5,
              kClose);
}

}  // namespace
}  // namespace prewarm::quality
