// All metrics of one matte. Pure, thread-safe.
#pragma once

#include <array>

#include "inference-server/imaging/image.h"

namespace prewarm::quality {

struct Scores {
  double mae = 0;  // 0 is best; of all others 1
  double iou = 0;
  double boundary_f = 0;
  double max_f = 0;
  double s_measure = 0;
};

struct Metric {
  const char* name;  // for a person
  const char* key;   // for a program
  double Scores::*value;
  bool more_is_better;
};

inline constexpr std::array<Metric, 5> kMetrics = {{
    {"MAE", "mae", &Scores::mae, false},
    {"IoU", "iou", &Scores::iou, true},
    {"boundary F", "boundary_f", &Scores::boundary_f, true},
    {"max F", "max_f", &Scores::max_f, true},
    {"S-measure", "s_measure", &Scores::s_measure, true},
}};

// Preconditions: subject.h.
Scores Score(const Bitmap& matte, const Bitmap& truth);

}  // namespace prewarm::quality
