#include "inference-server/imaging/compose.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "inference-server/imaging/alpha.h"
#include "inference-server/imaging/blend.h"
#include "inference-server/imaging/blur.h"
#include "inference-server/imaging/crop.h"
#include "inference-server/imaging/foreground.h"
#include "inference-server/imaging/overlay.h"
#include "inference-server/imaging/resample.h"
#include "inference-server/imaging/vectorise.h"

namespace prewarm {
namespace {

bool IsWhole(const Bitmap& bitmap, int channels) {
  return bitmap.width > 0 && bitmap.height > 0 && bitmap.channels == channels &&
         bitmap.data.size() ==
             static_cast<std::size_t>(bitmap.width) * bitmap.height * channels;
}

bool IsShare(double value) { return value >= 0 && value <= 1; }  // NaN is none

Error Refused(std::string message, std::string field) {
  return MakeError(ErrorCode::kInvalidArgument, std::move(message),
                   std::move(field));
}

Status Check(const Bitmap& rgb, const std::optional<Bitmap>& alpha,
             const Plane& matte, const ComposeOptions& options) {
  if (!IsWhole(rgb, 3)) {
    return MakeError(ErrorCode::kInternal, "The picture is not an RGB bitmap.");
  }
  if (alpha && (!IsWhole(*alpha, 1) || alpha->width != rgb.width ||
                alpha->height != rgb.height)) {
    return MakeError(ErrorCode::kInternal,
                     "The input's alpha does not fit the picture.");
  }
  if (matte.width <= 0 || matte.height <= 0 ||
      matte.data.size() !=
          static_cast<std::size_t>(matte.width) * matte.height) {
    return MakeError(ErrorCode::kInternal, "The matte has no pixels.");
  }
  if (options.threshold && !IsShare(*options.threshold)) {
    return Refused("threshold must be a number from 0 to 1.", "threshold");
  }
  if (options.crop && !IsShare(options.crop_margin)) {
    return Refused("The margin of crop must be a number from 0 to 1.", "crop");
  }
  if (options.kind == OutputKind::kBackground &&
      (!options.background || !IsWhole(*options.background, 3))) {
    return Refused("output=image needs a picture in the field background.",
                   "background");
  }
  return Ok{};
}

PREWARM_VECTORISED
void CutOutRow(const std::uint8_t* __restrict rgb,
               const std::uint8_t* __restrict alpha, int width,
               std::uint8_t* __restrict out) {
  for (int x = 0; x < width; ++x) {
    const std::uint8_t seen = alpha[x] != 0 ? 255 : 0;
    for (int c = 0; c < 3; ++c) out[c] = rgb[c] & seen;
    out[3] = alpha[x];
    rgb += 3;
    out += 4;
  }
}

// `step` is 3 for a row of ground and 0 for one colour.
PREWARM_VECTORISED
void BlendRow(const std::uint8_t* __restrict rgb,
              const std::uint8_t* __restrict ground, int step,
              const std::uint8_t* __restrict alpha, int width,
              std::uint8_t* __restrict out) {
  for (int x = 0; x < width; ++x) {
    for (int c = 0; c < 3; ++c) {
      out[x * 3 + c] = Blend(rgb[x * 3 + c], ground[x * step + c], alpha[x]);
    }
  }
}

// Appends rows made one by one: the bitmap is not zeroed before.
template <typename MakeRow>
Bitmap FromRows(int width, int height, int channels, const MakeRow& make_row) {
  std::vector<std::uint8_t> row(static_cast<std::size_t>(width) * channels);
  Bitmap result{width, height, channels, {}};
  result.data.reserve(row.size() * height);
  for (int y = 0; y < height; ++y) {
    make_row(y, row.data());
    result.data.insert(result.data.end(), row.begin(), row.end());
  }
  return result;
}

std::array<int, 4> AsArray(const Box& box) {
  return {box.x, box.y, box.width, box.height};
}

Bitmap CutOut(const Bitmap& rgb, const Bitmap& alpha) {
  return FromRows(rgb.width, rgb.height, 4, [&](int y, std::uint8_t* row) {
    CutOutRow(rgb.row(y), alpha.row(y), rgb.width, row);
  });
}

Bitmap OnGround(const Bitmap& rgb, const Bitmap& alpha, const Bitmap& ground) {
  return FromRows(rgb.width, rgb.height, 3, [&](int y, std::uint8_t* row) {
    BlendRow(rgb.row(y), ground.row(y), 3, alpha.row(y), rgb.width, row);
  });
}

Bitmap OnColor(const Bitmap& rgb, const Bitmap& alpha,
               const std::array<std::uint8_t, 3>& color) {
  return FromRows(rgb.width, rgb.height, 3, [&](int y, std::uint8_t* row) {
    BlendRow(rgb.row(y), color.data(), 0, alpha.row(y), rgb.width, row);
  });
}

Bitmap Render(const Bitmap& rgb, AlphaPlane alpha,
              const ComposeOptions& options) {
  switch (options.kind) {
    case OutputKind::kMask:
      return std::move(alpha.alpha);
    case OutputKind::kColor:
      return OnColor(rgb, alpha.alpha, options.color);
    case OutputKind::kBlur:
      return OnGround(rgb, alpha.alpha, GaussianBlur15(rgb));
    case OutputKind::kOverlay:
      return DrawOverlay(rgb, alpha.alpha);
    case OutputKind::kBackground:
      return OnGround(
          rgb, alpha.alpha,
          ResizeAntialiased(*options.background, rgb.width, rgb.height));
    case OutputKind::kRgba:
      break;
  }
  Bitmap result = CutOut(rgb, alpha.alpha);
  if (options.estimate_foreground && alpha.soft && !options.threshold) {
    EstimateForeground(rgb, alpha.alpha, &result);
  }
  return result;
}

}  // namespace

Result<Composed> Compose(const Bitmap& rgb, const std::optional<Bitmap>& alpha,
                         const Plane& matte, const ComposeOptions& options) {
  PREWARM_RETURN_IF_ERROR(Check(rgb, alpha, matte, options));
  AlphaPlane plane = MakeAlpha(rgb.width, rgb.height, alpha, matte, options);
  Composed composed;
  composed.empty_scene = plane.subject.empty();
  if (options.measure && !composed.empty_scene) {
    composed.coverage =
        static_cast<double>(plane.subject.pixels()) / rgb.width / rgb.height;
    composed.subject = AsArray(plane.subject.box());
  }
  Box box{0, 0, rgb.width, rgb.height};
  if (options.crop && !composed.empty_scene) {
    box = SubjectBox(plane.alpha, options.crop_margin);
  }
  composed.box = AsArray(box);
  composed.bitmap = Render(rgb, std::move(plane), options);
  if (box.width != rgb.width || box.height != rgb.height) {
    composed.bitmap = Crop(composed.bitmap, box);
  }
  return composed;
}

}  // namespace prewarm
