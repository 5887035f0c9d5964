#include "inference-server/quality/boundary_f.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "inference-server/quality/subject.h"

namespace prewarm::quality {
namespace {

constexpr double kTolerance = 0.0075;

// 1 where a pixel differs from its neighbour to the right, below, or both: the
// outline is one pixel wide. The picture's border is none.
Bitmap FindBoundary(const Bitmap& alpha) {
  Bitmap boundary = MakeBitmap(alpha.width, alpha.height, 1);
  for (int y = 0; y < alpha.height; ++y) {
    const std::uint8_t* here = alpha.row(y);
    const std::uint8_t* below = alpha.row(std::min(y + 1, alpha.height - 1));
    std::uint8_t* out = boundary.row(y);
    for (int x = 0; x < alpha.width; ++x) {
      const int right = std::min(x + 1, alpha.width - 1);
      const bool subject = IsSubject(here[x]);
      out[x] = subject != IsSubject(here[right]) ||
                       subject != IsSubject(below[x]) ||
                       subject != IsSubject(below[right])
                   ? 1
                   : 0;
    }
  }
  return boundary;
}

// For each pixel how far the next boundary pixel of its row is; `far` where
// none is nearer.
std::vector<std::uint16_t> DistancesInRows(const Bitmap& boundary, int far) {
  std::vector<std::uint16_t> distances(boundary.data.size());
  for (int y = 0; y < boundary.height; ++y) {
    const std::uint8_t* in = boundary.row(y);
    std::uint16_t* out =
        distances.data() + static_cast<std::size_t>(y) * boundary.width;
    int distance = far;
    for (int x = 0; x < boundary.width; ++x) {
      distance = in[x] != 0 ? 0 : std::min(distance + 1, far);
      out[x] = static_cast<std::uint16_t>(distance);
    }
    distance = far;
    for (int x = boundary.width - 1; x >= 0; --x) {
      distance = in[x] != 0 ? 0 : std::min(distance + 1, far);
      if (distance < out[x]) out[x] = static_cast<std::uint16_t>(distance);
    }
  }
  return distances;
}

// The share of `from` that lies within `radius` of `to`; nothing of nothing is
// all of it.
double MatchedShare(const Bitmap& from, const Bitmap& to, int radius) {
  const auto distances = DistancesInRows(to, radius + 1);
  const auto near = [&](int x, int y) {
    const int last = std::min(y + radius, to.height - 1);
    for (int row = std::max(y - radius, 0); row <= last; ++row) {
      const int dx = distances[static_cast<std::size_t>(row) * to.width + x];
      if (dx * dx + (row - y) * (row - y) <= radius * radius) return true;
    }
    return false;
  };
  std::size_t all = 0;
  std::size_t matched = 0;
  for (int y = 0; y < from.height; ++y) {
    for (int x = 0; x < from.width; ++x) {
      if (from.row(y)[x] == 0) continue;
      ++all;
      matched += near(x, y) ? 1 : 0;
    }
  }
  return all == 0 ? 1 : static_cast<double>(matched) / static_cast<double>(all);
}

}  // namespace

int BoundaryTolerance(int width, int height) {
  return static_cast<int>(std::ceil(kTolerance * std::hypot(width, height)));
}

double BoundaryF(const Bitmap& matte, const Bitmap& truth) {
  assert(matte.width == truth.width && matte.height == truth.height);
  const int radius = BoundaryTolerance(truth.width, truth.height);
  const Bitmap ours = FindBoundary(matte);
  const Bitmap theirs = FindBoundary(truth);
  const double precision = MatchedShare(ours, theirs, radius);
  const double recall = MatchedShare(theirs, ours, radius);
  if (precision + recall == 0) return 0;
  return 2 * precision * recall / (precision + recall);
}

}  // namespace prewarm::quality
