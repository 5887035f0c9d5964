#include "inference-server/engine/torch/inspyrenet/window_attention.h"

#include <ATen/ATen.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "inference-server/engine/torch/inspyrenet/product.h"

namespace prewarm::inspyrenet {
namespace {

constexpr std::int64_t kTokens = kWindow * kWindow;
constexpr std::int64_t kHeadWidth = 32;
constexpr std::int64_t kSpan = 2 * kWindow - 1;
constexpr double kApart = -100;  // as it was trained with, not minus infinity
// Logits of so many bytes at once stay in a CPU's cache.
constexpr std::int64_t kLogitBytes = std::int64_t{8} << 20;

at::Tensor RelativeIndex() {
  std::vector<std::int64_t> index;
  index.reserve(kTokens * kTokens);
  for (std::int64_t a = 0; a < kTokens; ++a) {
    for (std::int64_t b = 0; b < kTokens; ++b) {
      index.push_back((a / kWindow - b / kWindow + kWindow - 1) * kSpan +
                      a % kWindow - b % kWindow + kWindow - 1);
    }
  }
  return at::tensor(index);
}

// [144,144]: tokens that `region` (of row, column) puts apart.
template <typename Region>
at::Tensor Mask(Region region) {
  std::vector<float> mask;
  mask.reserve(kTokens * kTokens);
  for (std::int64_t a = 0; a < kTokens; ++a) {
    for (std::int64_t b = 0; b < kTokens; ++b) {
      const bool together =
          region(a / kWindow, a % kWindow) == region(b / kWindow, b % kWindow);
      mask.push_back(together ? 0.F : static_cast<float>(kApart));
    }
  }
  return at::tensor(mask).view({kTokens, kTokens});
}

// query, key, value: [n,heads,144,32]; bias: [n or 1,heads,144,144].
at::Tensor Attention(const at::Tensor& query, const at::Tensor& key,
                     const at::Tensor& value, const at::Tensor& bias) {
#if TORCH_VERSION_MAJOR >= 2
  return at::scaled_dot_product_attention(
      query, key, value,
      bias.expand({query.size(0), query.size(1), kTokens, kTokens}));
#else
  const at::Tensor logits =
      at::matmul(query * std::pow(kHeadWidth, -0.5), key.transpose(2, 3));
  return at::matmul(at::softmax(logits + bias, -1), value);
#endif
}

}  // namespace

WindowAttention::WindowAttention(Parameters* from, const std::string& name,
                                 std::int64_t channels, std::int64_t heads,
                                 bool shifted)
    : channels_(channels),
      heads_(heads),
      shifted_(shifted),
      qkv_(from, name + ".qkv", channels, 3 * channels),
      proj_(from, name + ".proj", channels, channels) {
  const at::Tensor table =
      from->Get(name + ".relative_position_bias_table", {kSpan * kSpan, heads});
  bias_ = table.index_select(0, RelativeIndex().to(table.device()))
              .view({kTokens, kTokens, heads})
              .permute({2, 0, 1})
              .contiguous();
  if (!shifted) return;
  const auto place = [&](const at::Tensor& mask) {
    return mask.to(from->options());
  };
  const auto half = [](std::int64_t at) { return at < kWindow - kShift; };
  lower_ = place(Mask([&](auto row, auto) { return half(row); }));
  right_ = place(Mask([&](auto, auto column) { return half(column); }));
  corner_ = place(Mask([&](auto row, auto column) {
    return std::pair(half(row), half(column));
  }));
  if (bias_.is_cuda()) kinds_ = Kinds();  // 30 MB that only AllAtOnce reads
}

at::Tensor WindowAttention::Kinds() const {
  if (kinds_.defined()) return kinds_;
  return at::stack({bias_, bias_ + right_, bias_ + lower_, bias_ + corner_});
}

at::Tensor WindowAttention::AllAtOnce(const at::Tensor& x,
                                      const WindowLayout& layout) const {
  const std::int64_t batch = x.size(0);
  const std::int64_t n = batch * layout.windows;
  at::Tensor tokens = x.flatten(1, 2).index_select(1, layout.token_of);
  // The padding takes part in the attention, as it did in the training.
  if (layout.is_token.defined()) tokens.mul_(layout.is_token);
  const at::Tensor qkv = qkv_(tokens)
                             .view({n, kTokens, 3, heads_, kHeadWidth})
                             .permute({2, 0, 3, 1, 4});
  at::Tensor bias = bias_.unsqueeze(0);
  if (shifted_) {
    // What index_select does with rows of a matrix, in one kernel of few; that
    // of more axes takes 41 ms to load.
    const at::Tensor kinds = Kinds().flatten(1);
    bias =
        at::gather(
            kinds, 0,
            layout.kind.repeat({batch}).unsqueeze(1).expand({n, kinds.size(1)}))
            .view({n, heads_, kTokens, kTokens});
  }
  at::Tensor mixed = Attention(qkv[0], qkv[1], qkv[2], bias);
  mixed = mixed.transpose(1, 2).reshape({batch, -1, channels_});
  return proj_(mixed).index_select(1, layout.place_of).view(x.sizes());
}

at::Tensor WindowAttention::Attend(const at::Tensor& windows, std::int64_t rows,
                                   std::int64_t columns, bool last) const {
  const std::int64_t n = rows * columns;
  const at::Tensor qkv = qkv_(windows)
                             .view({n, kTokens, 3, heads_, kHeadWidth})
                             .permute({2, 0, 3, 1, 4});
  const auto flat = [&](std::int64_t part) {
    return qkv[part].reshape({n * heads_, kTokens, kHeadWidth});
  };
  const at::Tensor query = flat(0) * std::pow(kHeadWidth, -0.5);
  at::Tensor logits = Product(query, flat(1).transpose(1, 2))
                          .view({rows, columns, heads_, kTokens, kTokens});
  logits += bias_;
  if (shifted_) {
    logits.select(1, columns - 1).slice(0, 0, last ? rows - 1 : rows) += right_;
    if (last) {
      const at::Tensor lowest = logits.select(0, rows - 1);
      lowest.slice(0, 0, columns - 1) += lower_;
      lowest.select(0, columns - 1) += corner_;
    }
  }
  const at::Tensor weights =
      at::softmax(logits.view({n * heads_, kTokens, kTokens}), -1);
  const at::Tensor mixed = Product(weights, flat(2))
                               .view({n, heads_, kTokens, kHeadWidth})
                               .transpose(1, 2)
                               .reshape({n, kTokens, channels_});
  return proj_(mixed);
}

at::Tensor WindowAttention::operator()(
    const at::Tensor& x, const std::array<WindowLayout, 2>* layouts) const {
  if (layouts == nullptr) return RowsByRows(x);
  return AllAtOnce(x, (*layouts)[shifted_ ? 1 : 0]);
}

at::Tensor WindowAttention::RowsByRows(const at::Tensor& x) const {
  const std::int64_t batch = x.size(0);
  const std::int64_t height = x.size(1), width = x.size(2);
  const std::int64_t rows = WindowsAlong(height);
  const std::int64_t columns = WindowsAlong(width);
  // The padding takes part in the attention, as it did in the training.
  at::Tensor padded = at::constant_pad_nd(
      x, {0, 0, 0, columns * kWindow - width, 0, rows * kWindow - height});
  if (shifted_) padded = at::roll(padded, {-kShift, -kShift}, {1, 2});
  at::Tensor out = at::empty_like(padded);
  const std::int64_t row_bytes =
      columns * heads_ * kTokens * kTokens * padded.element_size();
  const std::int64_t at_once =
      std::max<std::int64_t>(1, kLogitBytes / row_bytes);
  for (std::int64_t picture = 0; picture < batch; ++picture) {
    for (std::int64_t row = 0; row < rows; row += at_once) {
      const std::int64_t n = std::min(at_once, rows - row);
      const auto part = [&](const at::Tensor& whole) {
        return whole[picture].slice(0, row * kWindow, (row + n) * kWindow);
      };
      const at::Tensor windows =
          part(padded)
              .view({n, kWindow, columns, kWindow, channels_})
              .transpose(1, 2)
              .reshape({n * columns, kTokens, channels_});
      part(out)
          .view({n, kWindow, columns, kWindow, channels_})
          .transpose(1, 2)
          .copy_(Attend(windows, n, columns, row + n == rows)
                     .view({n, columns, kWindow, kWindow, channels_}));
    }
  }
  if (shifted_) out = at::roll(out, {kShift, kShift}, {1, 2});
  return out.slice(1, 0, height).slice(2, 0, width);
}

}  // namespace prewarm::inspyrenet
