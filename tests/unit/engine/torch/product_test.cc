#include "inference-server/engine/torch/inspyrenet/product.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <vector>

#include "inference-server/engine/torch/options.h"

namespace prewarm::inspyrenet {
namespace {

at::Tensor Gaussian(at::IntArrayRef shape) {
  return at::randn(shape, at::detail::createCPUGenerator(7), at::kFloat);
}

void ExpectNear(const at::Tensor& y, const at::Tensor& exact, double share) {
  ASSERT_EQ(y.sizes(), exact.sizes());
  const double off = (y.to(at::kDouble) - exact).norm().item().to<double>();
  EXPECT_LE(off, share * exact.norm().item().to<double>()) << y.sizes();
}

class ProductTest : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    at::set_num_threads(torch_engine::UseThreads(GetParam()));
  }
  void TearDown() override { at::set_num_threads(torch_engine::UseThreads(0)); }
  const c10::InferenceMode guard_;
};

// B, m, k, n: many and few matrices, high and wide, for one thread and for all.
const std::vector<std::array<std::int64_t, 4>> kShapes = {
    {1, 1, 1, 1},     {1, 5, 20000, 64},  {1, 3000, 64, 5}, {1, 144, 64, 700},
    {2, 700, 32, 90}, {64, 144, 32, 144}, {3, 2, 3, 4},     {65, 40, 40, 40}};

TEST_P(ProductTest, IsTheProductOfEveryShape) {
  for (const auto& [batch, m, k, n] : kShapes) {
    const at::Tensor a = Gaussian({batch, m, k}), b = Gaussian({batch, k, n});
    const at::Tensor exact = at::bmm(a.to(at::kDouble), b.to(at::kDouble));
    ExpectNear(Product(a, b), exact, 1e-6);
    const at::Tensor added = Gaussian({m, 1});
    ExpectNear(Product(a, b, added), exact + added.to(at::kDouble), 1e-6);
  }
}

TEST_P(ProductTest, TakesWhatIsTransposedOrAPart) {
  for (const auto& [batch, m, k, n] : kShapes) {
    const at::Tensor a = Gaussian({batch, k, m}).transpose(1, 2);
    const at::Tensor b = Gaussian({batch, 2 * k, n}).slice(1, 0, 2 * k, 2);
    ExpectNear(Product(a, b), at::bmm(a.to(at::kDouble), b.to(at::kDouble)),
               1e-6);
  }
}

TEST_P(ProductTest, Bfloat16IsRoundedOnce) {
  for (const auto& [batch, m, k, n] : kShapes) {
    const at::Tensor a = Gaussian({batch, m, k}).to(at::kBFloat16);
    const at::Tensor b = Gaussian({batch, k, n}).to(at::kBFloat16);
    const at::Tensor y = Product(a, b);
    EXPECT_EQ(y.scalar_type(), at::kBFloat16);
    ExpectNear(y, at::bmm(a.to(at::kDouble), b.to(at::kDouble)), 4e-3);
  }
}

TEST_P(ProductTest, LinearLayerKeepsTheOtherAxes) {
  const at::Tensor x = Gaussian({2, 9, 11, 48}).transpose(1, 2);
  const at::Tensor weight = Gaussian({300, 48}), bias = Gaussian({300});
  const at::Tensor y = LinearProduct(x, weight, bias);
  EXPECT_EQ(y.sizes(), at::IntArrayRef({2, 11, 9, 300}));
  const at::Tensor exact =
      at::linear(x.to(at::kDouble), weight.to(at::kDouble));
  ExpectNear(y, exact + bias.to(at::kDouble), 1e-6);
  ExpectNear(LinearProduct(x, weight, {}), exact, 1e-6);
}

TEST_P(ProductTest, NothingGivesNothing) {
  EXPECT_EQ(Product(at::empty({0, 3, 4}), at::empty({0, 4, 5})).sizes(),
            at::IntArrayRef({0, 3, 5}));
  EXPECT_EQ(LinearProduct(at::empty({0, 4}), at::empty({5, 4}), {}).sizes(),
            at::IntArrayRef({0, 5}));
}

INSTANTIATE_TEST_SUITE_P(Threads, ProductTest, ::testing::Values(1, 2, 5));

TEST(UseThreads, StartsAsManyAsAskedForEachWithAStackForSignals) {
  at::set_num_threads(torch_engine::UseThreads(2));
  EXPECT_EQ(at::get_num_threads(), 2);
  std::atomic<int> ready{0};
  at::parallel_for(0, 2, 1, [&](auto, auto) {
    stack_t stack{};
    if (sigaltstack(nullptr, &stack) == 0 &&
        (stack.ss_flags & SS_DISABLE) == 0) {
      ++ready;
    }
  });
  EXPECT_EQ(ready, 2);
}

TEST(UseThreads, LeavesOpenBlasThatOfItsCaller) {
  const auto count = reinterpret_cast<int (*)()>(
      dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
  if (count == nullptr) GTEST_SKIP() << "another BLAS";
  at::set_num_threads(torch_engine::UseThreads(2));
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace prewarm::inspyrenet
