#include "tests/unit/engine/vectors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "common/store/model_store.h"
#include "inference-server/engine/loader.h"
#include "inference-server/imaging/decode.h"

namespace prewarm {
namespace {

constexpr int kSide = 1024;
constexpr int kGrid = 64;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(file) << path;
  return text.str();
}

std::uint32_t Crc32(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t crc = ~0U;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int k = 0; k < 8; ++k) crc = crc >> 1 ^ (0xedb88320U & -(crc & 1U));
  }
  return ~crc;
}

struct Tap {
  int low;
  int high;
  int part;  // of 256, towards high
};

// The rule `enlarge` of make_isnet.py.
Bitmap Enlarge(const Bitmap& small) {
  const int n = small.width;
  std::vector<Tap> taps;
  for (int i = 0; i < kSide; ++i) {
    const int at =
        std::clamp((2 * i + 1) * n * 256 / (2 * kSide) - 128, 0, (n - 1) * 256);
    taps.push_back({at >> 8, std::min((at >> 8) + 1, n - 1), at & 255});
  }
  Bitmap large = MakeBitmap(kSide, kSide, 3);
  for (int y = 0; y < kSide; ++y) {
    const Tap& v = taps[y];
    for (int x = 0; x < kSide; ++x) {
      const Tap& h = taps[x];
      for (int c = 0; c < 3; ++c) {
        const auto row = [&](int at) {
          return small.row(v.low)[3 * at + c] * (256 - v.part) +
                 small.row(v.high)[3 * at + c] * v.part;
        };
        const int sum = row(h.low) * (256 - h.part) + row(h.high) * h.part;
        large.row(y)[3 * x + c] =
            static_cast<std::uint8_t>((sum + 32768) >> 16);
      }
    }
  }
  return large;
}

Vector LoadVector(const std::string& name) {
  Vector vector;
  vector.name = name;
  const std::string stem = std::string(PREWARM_TESTDATA "/isnet/") + name;
  const auto photo = Decode(ReadFile(stem + ".jpg"), DecodeLimits{});
  if (!photo.ok()) {
    ADD_FAILURE() << name << ": " << photo.error().message;
    return vector;
  }
  std::istringstream text(ReadFile(stem + ".txt"));
  std::uint32_t crc = 0;
  text >> std::hex >> crc;
  EXPECT_EQ(crc, Crc32(photo.value().rgb.data))
      << name << " is decoded to other pixels than those the mask is of";
  vector.rgb = Enlarge(photo.value().rgb);
  unsigned value = 0;
  while (text >> std::hex >> value) {
    vector.samples.push_back(static_cast<std::uint16_t>(value));
  }
  EXPECT_EQ(vector.samples.size(), std::size_t{kGrid} * kGrid) << name;
  return vector;
}

}  // namespace

std::vector<Vector> LoadVectors() {
  std::vector<Vector> vectors;
  for (const char* name :
       {"astronaut", "camera", "chelsea", "coffee", "rocket"}) {
    vectors.push_back(LoadVector(name));
  }
  return vectors;
}

Difference Compare(const Vector& vector, const Plane& matte) {
  Difference difference;
  for (int j = 0; j < kGrid; ++j) {
    for (int i = 0; i < kGrid; ++i) {
      const float ours = matte.row(16 * j + 5 * i % 16)[16 * i + 11 * j % 16];
      const double theirs = vector.samples[kGrid * j + i] / 65535.0;
      // Written so that a NaN is infinitely far away.
      const double distance = std::abs(ours - theirs);
      difference.max_abs = distance <= difference.max_abs
                               ? difference.max_abs
                               : (std::isfinite(distance) ? distance : 1e9);
      const auto step = std::lround(ours * 255) - std::lround(theirs * 255);
      if (step > 1 || step < -1) difference.share_off += 1;
    }
  }
  difference.share_off /= kGrid * kGrid;
  return difference;
}

Result<std::unique_ptr<Engine>> OpenEngine(const std::string& engine,
                                           Precision precision,
                                           const PreparedTensors* prepared) {
  const char* store = std::getenv("PREWARM_TEST_STORE");
  if (store == nullptr) {
    return MakeError(ErrorCode::kNotFound, "PREWARM_TEST_STORE is not set");
  }
  PREWARM_ASSIGN_OR_RETURN(const auto model, ModelStore(store).Find("isnet"));
  PREWARM_ASSIGN_OR_RETURN(EngineFactory * factory, LoadEngineFactory(engine));
  EngineOptions options;
  PREWARM_ASSIGN_OR_RETURN(options.weights,
                           MappedFile::Open(model.weights_path));
  options.model = model.manifest.name;
  options.architecture = model.manifest.architecture;
  options.digest = model.manifest.digest;
  options.precision = precision;
  options.prepared = prepared;
  return factory->Create(options);
}

}  // namespace prewarm
