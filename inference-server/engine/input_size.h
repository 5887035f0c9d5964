// The size at which a picture meets the network, and what that takes. Pure.
#pragma once

#include <cstddef>

#include "common/base/result.h"
#include "inference-server/engine/engine.h"

namespace prewarm {

// kStatic: the one size that the network was trained on, whatever the picture's
// proportions. kDynamic: the picture's own, the short side at most 1280 pixels
// (transparent-background's rule), or, where the engine blends and a side is
// within its threshold, that of kStatic (the research code's).
enum class Resize { kStatic, kDynamic };

struct InputSize {
  int width = 0;
  int height = 0;
};

// For a picture of width x height, both at least 1. kInvalidArgument (field
// "resize") where the network has one size alone, kTooLarge where the picture
// is so long that no network takes it; both name the way out.
Result<InputSize> ChooseInputSize(const EngineInfo& info, Resize resize,
                                  int width, int height);

// Upper bound of what one inference of that size allocates beyond the weights.
// No less than one of the trained size, on whose grid features are pooled,
// whatever the picture's. An engine that blends computes that one as well,
// before the other, and some of its heap stays in pieces.
std::size_t WorkingSetBytes(const EngineInfo& info, const InputSize& size);

}  // namespace prewarm
