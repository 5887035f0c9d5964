// The convolution of the graph: which of oneDNN's algorithms, and what it
// can't do itself.
#include <string>
#include <string_view>

#include "inference-server/engine/torch/fused/graph_impl.h"

namespace prewarm::fused {

using dnnl::algorithm;
using dnnl::convolution_forward;
using dnnl::memory;
using dnnl::post_ops;
using dnnl::prop_kind;
using data_type = memory::data_type;
using format_tag = memory::format_tag;

namespace {

// Winograd F(4x4, 3x3) halves the time of a fp32 convolution but keeps four
// times the bytes for its weights: worth it for wide pictures of few channels.
constexpr int kWinogradMinSide = 64;
constexpr std::int64_t kWinogradMaxChannelProduct = std::int64_t{128} * 256;
// One convolution of IS-Net (256 -> 64 at 256 x 256) would ask for 188 MB, a
// third of all memory, to save a hundredth of the time.
constexpr std::size_t kWinogradMaxScratch = std::size_t{96} << 20;

bool WinogradPays(const ConvWeights& w, ConvShape shape, View x) {
  return shape.stride == 1 && shape.dilation == 1 &&
         x.height >= kWinogradMinSide &&
         std::int64_t{1} * w.in_channels * w.out_channels <=
             kWinogradMaxChannelProduct;
}

bool IsReference(const convolution_forward::primitive_desc& pd) {
  return std::string_view(pd.impl_info_str()).substr(0, 3) == "ref";
}

}  // namespace

void Graph::Conv(const ConvWeights& w, ConvShape shape, View x, View y,
                 const ConvFusion& fusion) {
  Impl& g = *impl_;
  const bool image = w.in_channels < g.block;  // planar input of the network
  const memory::dims kernel = {w.out_channels, w.in_channels, 3, 3};
  const data_type type = g.Type(x);  // of input and weights
  const memory::desc any_weights(kernel, type, format_tag::any);
  const memory::desc bias({w.out_channels}, data_type::f32, format_tag::a);
  const memory::dims stride = {shape.stride, shape.stride};
  const memory::dims dilation = {shape.dilation - 1, shape.dilation - 1};
  const memory::dims padding = {shape.dilation, shape.dilation};
  const auto describe = [&](algorithm algo, const memory::desc& src,
                            const memory::desc& dst, const post_ops& post) {
    return convolution_forward::primitive_desc(
        {prop_kind::forward_inference, algo, src, any_weights, bias, dst,
         stride, dilation, padding, padding},
        g.Attributes(post), g.engine);
  };
  const memory::desc src = image ? g.Plain(x, type) : g.Blocked(x);
  const memory::desc dst = g.Blocked(y);
  post_ops relu;
  if (fusion.relu) {
    relu.append_eltwise(1.F, algorithm::eltwise_relu, 0.F, 0.F);
  }
  post_ops all = relu;
  if (fusion.residual) {
    all.append_binary(algorithm::binary_add, g.Blocked(*fusion.residual));
  }

  convolution_forward::primitive_desc pd;
  bool chosen = false;
  if (type == data_type::f32 && !image && WinogradPays(w, shape, x)) {
    try {  // takes no binary post-op: the residual follows on its own
      pd = describe(algorithm::convolution_winograd, src, dst, relu);
      chosen = pd.scratchpad_desc().get_size() <= kWinogradMaxScratch;
    } catch (const dnnl::error&) {  // no Winograd on this instruction set
    }
  }
  bool residual_fused = fusion.residual.has_value() && !chosen;
  if (!chosen) pd = describe(algorithm::convolution_direct, src, dst, all);

  const auto weights = [&](const convolution_forward::primitive_desc& p) {
    return std::vector<std::pair<int, memory>>{
        {DNNL_ARG_WEIGHTS,
         g.Prepare(std::string(w.name) + ".weight", w.weight,
                   memory::desc(kernel, data_type::f32, format_tag::oihw),
                   p.weights_desc())},
        {DNNL_ARG_BIAS, g.Prepare(std::string(w.name) + ".bias", w.bias, bias,
                                  p.bias_desc())}};
  };

  if (IsReference(pd) && !image) {
    // No kernel for this shape in blocked layout (a dilation near the side of
    // the picture): the GEMM kernel takes planar tensors.
    View in = g.NewBuffer(x, x.channels, type);
    View out = g.NewBuffer(y, y.channels, g.Type(y));
    const memory::desc in_desc = g.Plain(in, type);
    const memory::desc out_desc = g.Plain(out, g.Type(y));
    pd = describe(algorithm::convolution_direct, in_desc, out_desc, relu);
    g.Reorder({DNNL_ARG_FROM, x, src}, {DNNL_ARG_TO, in, in_desc});
    g.Add(convolution_forward(pd), pd.scratchpad_desc(),
          {{DNNL_ARG_SRC, in, in_desc}, {DNNL_ARG_DST, out, out_desc}},
          weights(pd));
    g.Reorder({DNNL_ARG_FROM, out, out_desc}, {DNNL_ARG_TO, y, dst});
    residual_fused = false;
  } else {
    std::vector<Impl::Arg> args = {{DNNL_ARG_SRC, x, src},
                                   {DNNL_ARG_DST, y, dst}};
    if (residual_fused) {
      const int position = fusion.relu ? 1 : 0;
      args.push_back({DNNL_ARG_ATTR_MULTIPLE_POST_OP(position) | DNNL_ARG_SRC_1,
                      *fusion.residual, g.Blocked(*fusion.residual)});
    }
    g.Add(convolution_forward(pd), pd.scratchpad_desc(), std::move(args),
          weights(pd));
  }
  if (fusion.residual && !residual_fused) {
    dnnl::binary::primitive_desc add(
        {algorithm::binary_add, dst, g.Blocked(*fusion.residual), dst},
        g.Attributes({}), g.engine);
    g.Add(dnnl::binary(add), add.scratchpad_desc(),
          {{DNNL_ARG_SRC_0, y, dst},
           {DNNL_ARG_SRC_1, *fusion.residual, g.Blocked(*fusion.residual)},
           {DNNL_ARG_DST, y, dst}});
  }
}

}  // namespace prewarm::fused
