#include "inference-server/imaging/subject.h"

#include "inference-server/imaging/vectorise.h"

namespace prewarm {
namespace {

constexpr float kLimit = 0.5F;

PREWARM_VECTORISED
int CountOver(const float* row, int width, float limit) {
  int over = 0;
  for (int x = 0; x < width; ++x) over += row[x] > limit ? 1 : 0;
  return over;
}

}  // namespace

void SubjectMeasure::AddRow(const float* row, int width, int y) {
  const int over = CountOver(row, width, kLimit);
  if (over == 0) return;
  int first = 0;
  int last = width - 1;
  // What lies within the box so far moves no side of it.
  const int left = empty() ? width : left_;
  while (first < left && !(row[first] > kLimit)) ++first;
  while (last > right_ && !(row[last] > kLimit)) --last;
  if (empty()) top_ = y;
  left_ = first;
  right_ = last;
  bottom_ = y;
  pixels_ += over;
}

}  // namespace prewarm
