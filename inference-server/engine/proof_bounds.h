// How far an engine's matte of the canary may be off the fp32 reference's.
#pragma once

#include <string>

#include "inference-server/engine/precision.h"

namespace prewarm {

struct ProofBounds {
  double mean = 0.000005;     // of the error
  double share_off = 0.0001;  // of the pixels, by more than 1/255
  double p999 = 0.0002;       // 99.9th percentile of the error
};

// Several times what any engine of that network was measured to be off by; a
// damaged layer is off by more. Decision 0003 has the figures of IS-Net, 0005
// those of InSPyReNet.
ProofBounds BoundsOf(const std::string& architecture, Precision precision);

}  // namespace prewarm
