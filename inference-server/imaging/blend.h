// The arithmetic of one sample over another. Pure.
#pragma once

#include <array>
#include <cstdint>

namespace prewarm {

// Of transparent-background's `green` and `overlay`.
constexpr std::array<std::uint8_t, 3> kGreen = {120, 255, 155};

// subject * alpha + ground * (1 - alpha), exactly rounded; all are 0..255.
inline std::uint8_t Blend(int subject, int ground, int alpha) {
  const int sum = subject * alpha + ground * (255 - alpha) + 128;
  return static_cast<std::uint8_t>((sum + (sum >> 8)) >> 8);
}

}  // namespace prewarm
