// Which of InSPyReNet's tensors `int8` keeps in eight bits.
#pragma once

#include <string>

namespace prewarm::inspyrenet {

// The backbone's matrices: nine tenths and more of all bytes, and where eight
// bits compute faster. Nothing else: not the tables, normalisations, biases and
// thresholds, which are added or compared rather than averaged over many
// inputs, not the embedding of the pixels, and not the head, where convolutions
// in eight bits gain nothing (docs/decisions/0006).
bool IsKeptInInt8(const std::string& tensor);

}  // namespace prewarm::inspyrenet
