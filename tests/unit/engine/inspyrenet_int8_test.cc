#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <string>

#include "inference-server/engine/inspyrenet/int8_tensors.h"
#include "inference-server/engine/inspyrenet/table.h"

namespace prewarm::inspyrenet {
namespace {

TEST(InspyrenetInt8, IsEveryMatrixOfTheBackbone) {
  int matrices = 0;
  for (const auto& [name, shape] : Tensors()) {
    const bool matrix =
        name.find("backbone.") == 0 && shape.size() == 2 &&
        name.find("relative_position_bias_table") == std::string::npos;
    EXPECT_EQ(IsKeptInInt8(name), matrix) << name;
    matrices += matrix ? 1 : 0;
  }
  EXPECT_EQ(matrices, 24 * 4 + 3);
}

TEST(InspyrenetInt8, IsNineTenthsOfAllValues) {
  double kept = 0, all = 0;
  for (const auto& [name, shape] : Tensors()) {
    const double count =
        std::accumulate(shape.begin(), shape.end(), 1.0, std::multiplies<>());
    all += count;
    if (IsKeptInInt8(name)) kept += count;
  }
  EXPECT_GT(kept / all, 0.9);
}

TEST(InspyrenetInt8, IsNothingThatIsAddedOrComparedOrOfTheHead) {
  for (const char* name :
       {"backbone.layers.0.blocks.0.attn.relative_position_bias_table",
        "backbone.layers.0.blocks.0.attn.qkv.bias",
        "backbone.layers.0.blocks.0.norm1.weight",
        "backbone.layers.0.downsample.norm.weight", "backbone.norm0.weight",
        "backbone.patch_embed.proj.weight", "attention0.threshold",
        "attention1.lthreshold", "context1.branch1.Hattn.gamma",
        "attention0.conv_out2.conv.weight", "attention0.conv_out4.conv.weight",
        "decoder.conv5.conv.weight", "context5.conv_cat.conv.weight"}) {
    EXPECT_FALSE(IsKeptInInt8(name)) << name;
  }
}

TEST(InspyrenetInt8, NamesThatOnlyLookAlikeAreOthers) {
  for (const char* name :
       {"", ".mlp.fc1.weight", "backbone.layers.", "mlp.fc1.weight",
        "backbone.layers.0.blocks.0.mlp.fc1.weight.scale",
        "head.layers.0.blocks.0.mlp.fc1.weight"}) {
    EXPECT_FALSE(IsKeptInInt8(name)) << name;
  }
}

}  // namespace
}  // namespace prewarm::inspyrenet
