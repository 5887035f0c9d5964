#include "inference-server/engine/torch/inspyrenet/quantised_linear.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "inference-server/engine/torch/inspyrenet/int8_codes.h"
#include "inference-server/engine/torch/inspyrenet/product.h"

namespace prewarm::inspyrenet {
namespace {

// Sums of so many bytes at once stay in a CPU's cache.
constexpr std::int64_t kSumBytes = std::int64_t{4} << 20;
// Values that a thread is worth waking for.
constexpr std::int64_t kRowGrain = std::int64_t{1} << 14;
// Sums of more inputs might not fit in 31 bits.
constexpr std::int64_t kMaxInputs = std::int64_t{1} << 16;

}  // namespace

QuantisedLinear::QuantisedLinear(const Int8Weight& weight,
                                 const at::Tensor& bias,
                                 const at::TensorOptions& options,
                                 bool multiplies_int8) {
  CheckInt8(weight);
  const at::ScalarType type = c10::typeMetaToScalarType(options.dtype());
  TORCH_CHECK(weight.values.dim() == 2 && weight.values.size(1) <= kMaxInputs,
              "a linear layer's weights are [out, in]");
  in_ = weight.values.size(1);
  out_ = weight.values.size(0);
  TORCH_CHECK(!bias.defined() || (bias.scalar_type() == at::kFloat &&
                                  bias.sizes() == at::IntArrayRef({out_})),
              "a linear layer's bias is float32 [out]");
  if (options.device().is_cpu() && multiplies_int8) {
    TORCH_CHECK(type == at::kFloat || type == at::kBFloat16,
                "bytes are multiplied for float32 and bfloat16");
    values_ = weight.values;
    scales_ = weight.scales.clone();
    totals_ = values_.sum(1, false, at::kInt);
    bias_ = bias.defined() ? bias.clone().contiguous()
                           : at::zeros({out_}, at::kFloat);
    return;
  }
  widened_ = Dequantise(weight, options);
  if (bias.defined()) bias_ = bias.to(options, false, /*copy=*/true);
}

template <typename T>
void QuantisedLinear::Apply(const at::Tensor& tokens,
                            const at::Tensor& y) const {
  const std::int64_t count = tokens.size(0);
  const std::int64_t at_once =
      std::min(count, std::max<std::int64_t>(1, kSumBytes / (4 * out_)));
  const at::Tensor codes = at::empty({at_once, in_}, at::kByte);
  const at::Tensor sums = at::empty({at_once, out_}, at::kInt);
  std::vector<TokenScale> of(at_once);
  const Channels channels{out_, scales_.data_ptr<float>(),
                          totals_.data_ptr<std::int32_t>(),
                          bias_.data_ptr<float>()};
  auto* const code = codes.data_ptr<std::uint8_t>();
  auto* const sum = sums.data_ptr<std::int32_t>();
  for (std::int64_t first = 0; first < count; first += at_once) {
    const std::int64_t n = std::min(at_once, count - first);
    const T* const x = tokens.data_ptr<T>() + first * in_;
    T* const to = y.data_ptr<T>() + first * out_;
    at::parallel_for(0, n, kRowGrain / in_ + 1, [&](auto begin, auto end) {
      for (auto i = begin; i < end; ++i) {
        of[i] = Encode(x + i * in_, in_, code + i * in_);
      }
    });
    MultiplyInt8(code, values_.data_ptr<std::int8_t>(), n, in_, out_, sum);
    at::parallel_for(0, n, kRowGrain / out_ + 1, [&](auto begin, auto end) {
      for (auto i = begin; i < end; ++i) {
        Decode(sum + i * out_, of[i], channels, to + i * out_);
      }
    });
  }
}

at::Tensor QuantisedLinear::operator()(const at::Tensor& x) const {
  TORCH_CHECK(x.dim() >= 1 && x.size(-1) == in_, "a linear layer of ", in_,
              " inputs got ", x.sizes());
  if (widened_.defined()) return LinearProduct(x, widened_, bias_);
  TORCH_CHECK(x.device().is_cpu(), "bytes are multiplied on the CPU");
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = out_;
  at::Tensor y = at::empty(shape, x.options());
  if (y.numel() == 0) return y;
  const at::Tensor tokens = x.contiguous().view({-1, in_});
  if (x.scalar_type() == at::kFloat) {
    Apply<float>(tokens, y);
  } else {
    Apply<at::BFloat16>(tokens, y);  // which throws for any other type
  }
  return y;
}

}  // namespace prewarm::inspyrenet
