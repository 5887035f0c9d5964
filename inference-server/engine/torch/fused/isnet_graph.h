// IS-Net (Qin et al., "Highly Accurate Dichotomous Image Segmentation", ECCV
// 2022; github.com/xuebinqin/DIS) as a fused graph: encoder-decoder of RSU
// blocks (U2-Net, Qin et al. 2020), BatchNorm folded, first side output only.
#pragma once

#include <functional>
#include <string>

#include "inference-server/engine/torch/fused/graph.h"

namespace prewarm::fused {

// The weights of a convolution by its name, e.g. "stage1.rebnconv2.conv_s1".
using WeightLookup = std::function<ConvWeights(const std::string& name)>;

// Builds the network for side x side pictures (a multiple of 64, at least
// 512) and finishes the graph. Throws what `lookup` and oneDNN throw.
void BuildIsNet(Graph* graph, int side, const WeightLookup& lookup);

}  // namespace prewarm::fused
