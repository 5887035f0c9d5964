// The picture that proves warmth, made by formula in whole numbers, so that
// every build on every machine asks the network the same question: two discs
// and a square, lit from the right. The square's matte lies between object and
// background, which a network is unsure about: there a damaged layer shows, on
// a crisp matte it does not (docs/decisions/0003-prepared-state.md). Pure.
#pragma once

#include "inference-server/imaging/image.h"

namespace prewarm {

// Who changes the formula raises kCanaryVersion (store/model_store.h).
Bitmap MakeCanary(int width, int height);

}  // namespace prewarm
