#include "inference-server/engine/torch/fused/isnet_graph.h"

#include <vector>

namespace prewarm::fused {
namespace {

class Builder {
 public:
  Builder(Graph* graph, const WeightLookup& lookup)
      : graph_(graph), lookup_(lookup) {}

  View Like(View v, int channels) {
    return graph_->NewTensor(channels, v.height, v.width);
  }

  void ConvRelu(const std::string& name, View x, View y, int dilation = 1) {
    graph_->Conv(lookup_(name + ".conv_s1"), {1, dilation}, x, y,
                 {true, std::nullopt});
  }

  // RSU-L with `middle` channels inside: a small U-Net with a residual.
  void Rsu(const std::string& p, int levels, View x, int middle, View out) {
    View residual = Like(out, out.channels);
    ConvRelu(p + ".rebnconvin", x, residual);
    // cats[k]: decoder features in the first half, encoder's in the second.
    std::vector<View> cats;
    View t = residual;
    for (int k = 1; k < levels; ++k) {
      if (k > 1) t = graph_->MaxPool2(t);
      View cat = Like(t, 2 * middle);
      View y = cat.Slice(middle, middle);
      ConvRelu(p + ".rebnconv" + std::to_string(k), t, y);
      cats.push_back(cat);
      t = y;
    }
    ConvRelu(p + ".rebnconv" + std::to_string(levels), t,
             cats.back().Slice(0, middle), 2);
    for (int k = levels - 1; k > 1; --k) {
      View d = Like(cats[k - 1], middle);
      ConvRelu(p + ".rebnconv" + std::to_string(k) + "d", cats[k - 1], d);
      graph_->Upsample(d, cats[k - 2].Slice(0, middle));
    }
    Last(p, cats[0], residual, out);
  }

  // RSU-4F: dilations instead of pooling.
  void Rsu4F(const std::string& p, View x, int middle, View out) {
    View residual = Like(out, out.channels);
    ConvRelu(p + ".rebnconvin", x, residual);
    View c1 = Like(out, 2 * middle);
    View c2 = Like(out, 2 * middle);
    View c3 = Like(out, 2 * middle);
    const auto first = [&](View c) { return c.Slice(0, middle); };
    const auto second = [&](View c) { return c.Slice(middle, middle); };
    ConvRelu(p + ".rebnconv1", residual, second(c1));
    ConvRelu(p + ".rebnconv2", second(c1), second(c2), 2);
    ConvRelu(p + ".rebnconv3", second(c2), second(c3), 4);
    ConvRelu(p + ".rebnconv4", second(c3), first(c3), 8);
    ConvRelu(p + ".rebnconv3d", c3, first(c2), 4);
    ConvRelu(p + ".rebnconv2d", c2, first(c1), 2);
    Last(p, c1, residual, out);
  }

 private:
  void Last(const std::string& p, View x, View residual, View out) {
    graph_->Conv(lookup_(p + ".rebnconv1d.conv_s1"), {1, 1}, x, out,
                 {true, residual});
  }

  Graph* graph_;
  const WeightLookup& lookup_;
};

}  // namespace

void BuildIsNet(Graph* graph, int side, const WeightLookup& lookup) {
  Builder b(graph, lookup);
  View x = graph->Input(3, side, side);
  View in = graph->NewTensor(64, side / 2, side / 2);
  graph->Conv(lookup("conv_in"), {2, 1}, x, in, {});

  // cat[i]: the decoder's enlarged features first, the encoder's second.
  const int channels[] = {64, 128, 256, 512, 512};
  std::vector<View> cat;
  for (int i = 0; i < 5; ++i) {
    const int s = side >> (i + 1);
    cat.push_back(graph->NewTensor(2 * channels[i], s, s));
  }
  const auto low = [&](int i) { return cat[i].Slice(0, channels[i]); };
  const auto high = [&](int i) {
    return cat[i].Slice(channels[i], channels[i]);
  };

  b.Rsu("stage1", 7, in, 32, high(0));
  b.Rsu("stage2", 6, graph->MaxPool2(high(0)), 32, high(1));
  b.Rsu("stage3", 5, graph->MaxPool2(high(1)), 64, high(2));
  b.Rsu("stage4", 4, graph->MaxPool2(high(2)), 128, high(3));
  b.Rsu4F("stage5", graph->MaxPool2(high(3)), 256, high(4));
  View deepest = graph->NewTensor(512, side >> 6, side >> 6);
  b.Rsu4F("stage6", graph->MaxPool2(high(4)), 256, deepest);
  graph->Upsample(deepest, low(4));

  View d5 = b.Like(cat[4], 512);
  b.Rsu4F("stage5d", cat[4], 256, d5);
  graph->Upsample(d5, low(3));
  View d4 = b.Like(cat[3], 256);
  b.Rsu("stage4d", 4, cat[3], 128, d4);
  graph->Upsample(d4, low(2));
  View d3 = b.Like(cat[2], 128);
  b.Rsu("stage3d", 5, cat[2], 64, d3);
  graph->Upsample(d3, low(1));
  View d2 = b.Like(cat[1], 64);
  b.Rsu("stage2d", 6, cat[1], 32, d2);
  graph->Upsample(d2, low(0));
  View d1 = b.Like(cat[0], 64);
  b.Rsu("stage1d", 7, cat[0], 16, d1);

  View logits = graph->NewExactTensor(1, d1.height, d1.width);
  graph->Conv(lookup("side1"), {1, 1}, d1, logits, {});
  graph->Output(logits);
  graph->Finish();
}

}  // namespace prewarm::fused
