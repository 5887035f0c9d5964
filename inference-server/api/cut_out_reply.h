// What POST /api/v2/process answers those who ask for JSON.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "inference-server/imaging/compose.h"

namespace prewarm {

struct CutOutFacts {
  std::string mode;
  std::string model;
  int width = 0;  // of the photo, upright
  int height = 0;
  std::string degraded;  // X-Prewarm-Degraded; "" without it
  std::vector<std::pair<std::string, double>> times;  // name, milliseconds
};

// `image`: the encoded file of `composed`, whose bitmap may be gone but for its
// size.
std::string CutOutJson(const CutOutFacts& facts, const Composed& composed,
                       const char* type, const std::string& image);

}  // namespace prewarm
