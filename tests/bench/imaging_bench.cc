// Times of the picture path after the network, as one JSON object of
// milliseconds, the best of a few runs each: imaging_bench [PHOTO]. Without a
// photograph a synthetic one is used, whose PNG times and sizes say little.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "inference-server/imaging/compose.h"
#include "inference-server/imaging/decode.h"
#include "inference-server/imaging/encode.h"
#include "inference-server/imaging/foreground.h"
#include "inference-server/imaging/resample.h"

namespace prewarm {
namespace {

constexpr int kRuns = 5;

double BestMillis(const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> spent =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, spent.count());
  }
  return best;
}

Bitmap Synthetic() {
  Bitmap picture = MakeBitmap(1000, 750, 3);
  unsigned state = 1;
  for (int y = 0; y < picture.height; ++y) {
    for (int i = 0; i < picture.width * 3; ++i) {
      state = state * 1664525U + 1013904223U;
      picture.row(y)[i] = static_cast<std::uint8_t>(
          120 + 90 * std::sin(i * 0.01) * std::cos(y * 0.02) + (state >> 28));
    }
  }
  return picture;
}

// An ellipse with an edge `soft` wide, in units of its radius.
Plane Matte(int size, double soft) {
  Plane matte = MakePlane(size, size);
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const double radius = std::hypot((x - size / 2.0) / (size * 0.32),
                                       (y - size / 2.0) / (size * 0.44));
      matte.row(y)[x] =
          static_cast<float>(std::clamp((1 - radius) / soft + 0.5, 0.0, 1.0));
    }
  }
  return matte;
}

void Print(const char* size, const char* name, double value) {
  static bool first = true;
  std::printf("%s\n  \"%s_%s\": %.2f", first ? "" : ",", size, name, value);
  first = false;
}

void Measure(const char* size, const Bitmap& picture) {
  const Plane matte = Matte(1024, 0.04);
  const auto compose = [&](OutputKind kind, const Plane& plane, bool estimate) {
    ComposeOptions options;
    options.kind = kind;
    options.estimate_foreground = estimate;
    return Compose(picture, std::nullopt, plane, options).value().bitmap;
  };
  const auto time = [&](const char* name, const std::function<void()>& work) {
    Print(size, name, BestMillis(work));
  };
  time("resize_to_1024_ms", [&] { ResizeAntialiased(picture, 1024, 1024); });
  time("matte_from_1024_ms",
       [&] { ResizeBilinear(matte, picture.width, picture.height, false); });
  time("rgba_plain_ms", [&] { compose(OutputKind::kRgba, matte, false); });
  time("rgba_estimated_ms", [&] { compose(OutputKind::kRgba, matte, true); });
  const Plane haze = Matte(1024, 4);
  time("rgba_estimated_all_soft_ms",
       [&] { compose(OutputKind::kRgba, haze, true); });
  time("mask_ms", [&] { compose(OutputKind::kMask, matte, true); });
  time("green_ms", [&] { compose(OutputKind::kColor, matte, true); });
  time("blur_ms", [&] { compose(OutputKind::kBlur, matte, true); });
  time("overlay_ms", [&] { compose(OutputKind::kOverlay, matte, true); });
  const Bitmap rgba = compose(OutputKind::kRgba, matte, true);
  const Bitmap green = compose(OutputKind::kColor, matte, true);
  const auto encode = [&](const char* name, const Bitmap& bitmap,
                          OutputFormat format) {
    std::size_t bytes = 0;
    time((std::string(name) + "_ms").c_str(), [&] {
      bytes = Encode(bitmap, {format, 90}).value().size();
    });
    Print(size, (std::string(name) + "_kb").c_str(),
          static_cast<double>(bytes) / 1000);
  };
  encode("png_rgba", rgba, OutputFormat::kPng);
  encode("png_green", green, OutputFormat::kPng);
  encode("webp_rgba", rgba, OutputFormat::kWebp);
  encode("jpeg_green", green, OutputFormat::kJpeg);
}

int Main(int argc, char** argv) {
  Bitmap photo = Synthetic();
  if (argc > 1) {
    std::ifstream file(argv[1], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto decoded = Decode(bytes, DecodeLimits{});
    if (!decoded.ok()) {
      std::fprintf(stderr, "%s\n", decoded.error().message.c_str());
      return 1;
    }
    photo = std::move(decoded->rgb);
  }
  std::printf("{");
  Measure("1mp", ResizeAntialiased(photo, 1024, 1024));
  Measure("12mp", ResizeAntialiased(photo, 4000, 3000));
  std::printf("\n}\n");
  return 0;
}

}  // namespace
}  // namespace prewarm

int main(int argc, char** argv) { return prewarm::Main(argc, argv); }
