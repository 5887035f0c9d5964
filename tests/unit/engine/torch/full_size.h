// What `base` makes of the formula's picture at the size that is served, where
// the vectors in tests/testdata/inspyrenet keep it.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

#include "inference-server/engine/torch/inspyrenet/network.h"

namespace prewarm::inspyrenet {

inline constexpr Size kFullSize{1024, 1024};

// Of one picture: 64 x 64 samples of each level "d3" to "p0", and 128 x 128 of
// the matte "pred", all evenly apart from the first pixel on.
std::map<std::string, at::Tensor> SampledStages(const Network& network,
                                                const at::Tensor& x);

}  // namespace prewarm::inspyrenet
