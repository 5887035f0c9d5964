// The committed vectors of tests/testdata/isnet (its README says what they
// are) and the store with the real weights.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "inference-server/engine/engine.h"

namespace prewarm {

struct Vector {
  std::string name;
  Bitmap rgb;                          // 1024 x 1024, the network's input
  std::vector<std::uint16_t> samples;  // 64 x 64, 65535 is 1
};

// All five. Fails the test if a photo is not decoded as when they were made.
std::vector<Vector> LoadVectors();

// What onnxruntime's samples and a matte differ by.
struct Difference {
  double max_abs = 0;
  double share_off = 0;  // of 8-bit values more than one step apart
};
Difference Compare(const Vector& vector, const Plane& matte);

// The engine of the store in PREWARM_TEST_STORE, which scripts/test.sh sets.
Result<std::unique_ptr<Engine>> OpenEngine(
    const std::string& engine, Precision precision,
    const PreparedTensors* prepared = nullptr);

// Skips the test, with the reason, where there is no store.
#define PREWARM_NEEDS_STORE()                                                \
  if (std::getenv("PREWARM_TEST_STORE") == nullptr) {                        \
    GTEST_SKIP() << "PREWARM_TEST_STORE is not set: no weights to compare; " \
                    "`make test` sets it, or import them with "              \
                    "prewarm-model";                                         \
  }                                                                          \
  static_assert(true)

}  // namespace prewarm
