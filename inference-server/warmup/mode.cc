#include "inference-server/warmup/mode.h"

namespace prewarm {

const char* ModeName(Mode mode) {
  return mode == Mode::kFast ? "fast" : "base";
}

Mode ModeOfArchitecture(const std::string& architecture) {
  return architecture == "inspyrenet-fast" ? Mode::kFast : Mode::kBase;
}

}  // namespace prewarm
