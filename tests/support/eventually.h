// Waits for a condition, with a deadline for what never comes.
#pragma once

#include <chrono>
#include <thread>

namespace prewarm {

template <typename Condition>
bool Eventually(const Condition& holds) {
  const auto give_up =
      std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace prewarm
