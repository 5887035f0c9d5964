// The convolutions of IS-Net as a table: what a file of weights must hold.
#pragma once

#include <string>
#include <vector>

namespace prewarm::isnet {

// The one picture size of the network, in pixels.
inline constexpr int kSide = 1024;

struct ConvSpec {
  std::string name;  // "stage1.rebnconv2.conv_s1"; all kernels are 3 x 3
  int out_channels;
  int in_channels;
};

// Those whose output is used: the side outputs of training, side2 to side6,
// are not.
std::vector<ConvSpec> Convolutions();

}  // namespace prewarm::isnet
