// From picture and matte to what the customer asked for. Pure, thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/result.h"
#include "inference-server/imaging/image.h"

namespace prewarm {

enum class OutputKind {
  kRgba,        // RGBA, the subject on transparency; where alpha is 0 the
                // colour is cleared: smaller files, and no hidden background
  kMask,        // grey alpha matte
  kColor,       // on ComposeOptions::color (green, white, #rrggbb)
  kBlur,        // on the picture blurred, sigma 15
  kOverlay,     // matte in green over the picture, with its edge
  kBackground,  // on ComposeOptions::background
};

struct ComposeOptions {
  OutputKind kind = OutputKind::kRgba;
  std::array<std::uint8_t, 3> color = {120, 255, 155};
  std::optional<Bitmap> background;  // RGB, stretched to the picture
  bool reverse = false;              // keep the background instead
  std::optional<double> threshold;   // 0..1: matte > t becomes 1, else 0
  bool crop = false;                 // to the subject's bounding box
  double crop_margin = 0.0;          // share of the box's longer side, 0..1
  bool estimate_foreground = true;   // kRgba: no halo; only with soft mattes
  bool measure = false;              // Composed::coverage and subject
  bool align_corners = false;        // of the matte, as its network wants it
};

// `output` option of the API: rgba, mask, green, white, blur, overlay,
// #rrggbb, image (a background file given beside). kInvalidArgument names it.
Status ParseOutput(std::string_view text, ComposeOptions* options);

struct Composed {
  Bitmap bitmap;             // 1, 3 or 4 channels
  bool empty_scene = false;  // no pixel of the matte over 0.5
  std::array<int, 4> box{};  // x, y, width, height of the part kept
  // If ComposeOptions::measure: the share of the picture that is subject, of
  // the matte before threshold and reverse, and the box around it.
  double coverage = 0;
  std::optional<std::array<int, 4>> subject;
};

// `matte`: any size, stretched to the picture (ResizeBilinear). `alpha`: of the
// input, multiplies the matte after threshold and reverse. Everything but kRgba
// and kMask is picture * alpha + background * (1 - alpha), rounded.
// kInvalidArgument: threshold or margin outside 0..1 (or NaN), kBackground
// without one; kInternal: planes that do not fit. An empty scene is not
// cropped.
Result<Composed> Compose(const Bitmap& rgb, const std::optional<Bitmap>& alpha,
                         const Plane& matte, const ComposeOptions& options);

}  // namespace prewarm
