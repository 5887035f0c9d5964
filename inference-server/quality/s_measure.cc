#include "inference-server/quality/s_measure.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "inference-server/quality/moments.h"
#include "inference-server/quality/subject.h"

namespace prewarm::quality {
namespace {

// Similarity of a rectangle; that of SSIM without its constants.
double Similarity(const Sums& sums) {
  const auto n = static_cast<double>(sums.n);
  const double x = static_cast<double>(sums.matte) / (255 * n);
  const double y = static_cast<double>(sums.truth) / n;
  const double xx =
      Covariance(sums, sums.matte_squared, sums.matte, sums.matte) /
      (255.0 * 255.0);
  const double yy = Covariance(sums, sums.truth, sums.truth, sums.truth);
  const double xy =
      Covariance(sums, sums.product, sums.matte, sums.truth) / 255;
  const double alpha = 4 * x * y * xy;
  const double beta = (x * x + y * y) * (xx + yy);
  // The authors add a tiny number to what they divide by; here nothing needs
  // it: with a covariance neither spread is 0.
  if (alpha != 0) return alpha / beta;
  return beta == 0 ? 1 : 0;
}

// How bright and how even the matte is where it ought to be 1.
double Evenness(double mean, double variance) {
  return 2 * mean / (mean * mean + 1 + std::sqrt(variance));
}

double ObjectPart(const Bitmap& matte, const Bitmap& truth) {
  Sums inside;
  Sums outside;
  for (std::size_t i = 0; i < truth.data.size(); ++i) {
    if (IsSubject(truth.data[i])) {
      inside.Add(matte.data[i], true);
    } else {
      outside.Add(255U - matte.data[i], true);
    }
  }
  const auto score = [](const Sums& sums) {
    return Evenness(
        static_cast<double>(sums.matte) / (255.0 * static_cast<double>(sums.n)),
        Covariance(sums, sums.matte_squared, sums.matte, sums.matte) /
            (255.0 * 255.0));
  };
  const double share =
      static_cast<double>(inside.n) / static_cast<double>(truth.data.size());
  return share * score(inside) + (1 - share) * score(outside);
}

// The column (or row) after which to divide, 1..size.
struct Centre {
  int x = 0;
  int y = 0;
};

Centre FindCentre(const Bitmap& truth) {
  double n = 0;
  double xs = 0;
  double ys = 0;
  for (int y = 0; y < truth.height; ++y) {
    const std::uint8_t* row = truth.row(y);
    for (int x = 0; x < truth.width; ++x) {
      if (!IsSubject(row[x])) continue;
      n += 1;
      xs += x + 1;
      ys += y + 1;
    }
  }
  return {static_cast<int>(std::lround(xs / n)),
          static_cast<int>(std::lround(ys / n))};
}

double RegionPart(const Bitmap& matte, const Bitmap& truth) {
  const Centre centre = FindCentre(truth);
  Sums parts[2][2];
  for (int y = 0; y < truth.height; ++y) {
    for (int x = 0; x < truth.width; ++x) {
      parts[y < centre.y ? 0 : 1][x < centre.x ? 0 : 1].Add(
          matte.row(y)[x], IsSubject(truth.row(y)[x]));
    }
  }
  double sum = 0;
  for (const auto& row : parts) {
    for (const Sums& part : row) {
      // Nothing is left of a subject at the last column.
      if (part.n > 0) sum += static_cast<double>(part.n) * Similarity(part);
    }
  }
  return sum / static_cast<double>(truth.data.size());
}

}  // namespace

double SMeasure(const Bitmap& matte, const Bitmap& truth) {
  assert(matte.width == truth.width && matte.height == truth.height);
  const std::size_t all = truth.data.size();
  const std::size_t subject = SubjectPixels(truth);
  if (subject == 0 || subject == all) {
    std::uint64_t sum = 0;
    for (const std::uint8_t value : matte.data) sum += value;
    const double mean =
        static_cast<double>(sum) / (255.0 * static_cast<double>(all));
    return subject == 0 ? 1 - mean : mean;
  }
  return std::max(
      0.0, 0.5 * ObjectPart(matte, truth) + 0.5 * RegionPart(matte, truth));
}

}  // namespace prewarm::quality
