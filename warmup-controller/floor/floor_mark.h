// What is remembered beside a floor that was written, so that a restart, or
// another controller, knows what is ours and what it replaced.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace prewarm {

struct FloorMark {
  int baseline = 0;  // what others want
  int floor = 0;     // what was written
  int wanted = 0;    // by the policies then, before any bound
  // Somebody lowered it while the same was wanted, and it was raised again.
  bool reraised = false;
  std::vector<std::string> policies;  // "namespace/name"
};

inline bool operator==(const FloorMark& a, const FloorMark& b) {
  return a.baseline == b.baseline && a.floor == b.floor &&
         a.wanted == b.wanted && a.reraised == b.reraised &&
         a.policies == b.policies;
}

// The annotation of an autoscaler.
inline constexpr char kFloorAnnotation[] = "prewarm.dev/floor";

// Of so many sorted names as a mark has room for: an object's annotations are
// bounded. Whoever is left out has its floor kept by all the others.
std::vector<std::string> NamesInMark(const std::vector<std::string>& policies);

// {"baseline":1,"floor":3,"wanted":3,"reraised":false,"policies":["shop/a"]}
std::string MarkText(const FloorMark& mark);
// kCorrupt: somebody else wrote it, or part of it.
Result<FloorMark> ReadMark(std::string_view text);

}  // namespace prewarm
