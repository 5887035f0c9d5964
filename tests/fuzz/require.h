// A broken promise ends the fuzzer's process, in every kind of build.
#pragma once

namespace prewarm {

inline void Require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace prewarm
