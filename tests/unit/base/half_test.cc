#include "common/base/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace prewarm {
namespace {

TEST(Half, KnownValues) {
  EXPECT_EQ(HalfToFloat(0x3c00), 1.F);
  EXPECT_EQ(HalfToFloat(0xc000), -2.F);
  EXPECT_EQ(HalfToFloat(0x7bff), 65504.F);
  EXPECT_EQ(HalfToFloat(0x0400), std::ldexp(1.F, -14));  // smallest normal
  EXPECT_EQ(HalfToFloat(0x0001), std::ldexp(1.F, -24));  // and subnormal
  EXPECT_TRUE(std::signbit(HalfToFloat(0x8000)));
  EXPECT_EQ(HalfToFloat(0xfc00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(HalfToFloat(0x7e01)));
}

TEST(Half, EveryFiniteHalfConvertsTheSameInBulk) {
  std::vector<std::uint16_t> halves;
  for (std::uint32_t h = 0; h < 0x10000; ++h) {
    if ((h & 0x7c00) != 0x7c00) halves.push_back(static_cast<std::uint16_t>(h));
  }
  // Odd address and odd length: the tail and unaligned loads take part.
  std::vector<std::uint8_t> bytes(2 * halves.size() + 1);
  std::memcpy(bytes.data() + 1, halves.data(), 2 * halves.size());
  const std::size_t count = halves.size() - 3;
  std::vector<float> out(count);
  EXPECT_TRUE(HalvesToFloats(bytes.data() + 1, count, out.data()));
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(out[i], HalfToFloat(halves[i])) << i;
  }
}

TEST(Half, OneValueThatIsNotFiniteIsFoundWhereverItIs) {
  for (const std::uint16_t bad : {0x7c00, 0xfc00, 0x7e00, 0xffff}) {
    for (std::size_t at = 0; at < 19; ++at) {
      std::vector<std::uint16_t> halves(19, 0x3c00);
      halves[at] = bad;
      std::vector<float> out(19);
      EXPECT_FALSE(HalvesToFloats(
          reinterpret_cast<const std::uint8_t*>(halves.data()), 19, out.data()))
          << at;
    }
  }
}

TEST(AllFinite, FindsNanAndInfinityWhereverTheyAre) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    for (std::size_t at = 0; at < 37; ++at) {
      std::vector<float> values(37, 3e38F);
      EXPECT_TRUE(AllFinite(values.data(), values.size()));
      values[at] = bad;
      EXPECT_FALSE(AllFinite(values.data(), values.size())) << at;
    }
  }
}

}  // namespace
}  // namespace prewarm
