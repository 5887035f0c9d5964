#include "inference-server/quality/gallery.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "inference-server/imaging/encode.h"
#include "inference-server/imaging/resample.h"

namespace prewarm::quality {
namespace {

constexpr int kSide = 320;
constexpr int kQuality = 80;

Result<std::string> Small(const Bitmap& bitmap) {
  const int longest = std::max(bitmap.width, bitmap.height);
  const auto scaled = [&](int side) {
    return longest <= kSide
               ? side
               : std::max(
                     1, static_cast<int>(std::int64_t{side} * kSide / longest));
  };
  return Encode(
      ResizeAntialiased(bitmap, scaled(bitmap.width), scaled(bitmap.height)),
      {OutputFormat::kJpeg, kQuality});
}

// White where they are equal.
Bitmap Difference(const Bitmap& a, const Bitmap& b) {
  Bitmap out = MakeBitmap(a.width, a.height, 3);
  for (std::size_t i = 0; i < a.data.size(); ++i) {
    const int more = b.data[i] - a.data[i];
    const auto rest = static_cast<std::uint8_t>(
        255 - std::min(255, kAmplified * std::abs(more)));
    std::uint8_t* rgb = out.data.data() + 3 * i;
    rgb[0] = more > 0 ? 255 : rest;
    rgb[1] = rest;
    rgb[2] = more < 0 ? 255 : rest;
  }
  return out;
}

}  // namespace

Status Gallery::Show(const std::string& name, double mae,
                     const Materials& materials) {
  if (mae == 0) return Ok{};
  const auto place =
      std::find_if(exhibits_.begin(), exhibits_.end(),
                   [mae](const Exhibit& exhibit) { return exhibit.mae < mae; });
  if (place == exhibits_.end() && exhibits_.size() >= capacity_) return Ok{};
  Exhibit exhibit;
  exhibit.name = name;
  exhibit.mae = mae;
  PREWARM_ASSIGN_OR_RETURN(exhibit.picture, Small(*materials.picture));
  PREWARM_ASSIGN_OR_RETURN(exhibit.a, Small(*materials.a));
  PREWARM_ASSIGN_OR_RETURN(exhibit.b, Small(*materials.b));
  PREWARM_ASSIGN_OR_RETURN(exhibit.difference,
                           Small(Difference(*materials.a, *materials.b)));
  if (materials.truth != nullptr) {
    PREWARM_ASSIGN_OR_RETURN(exhibit.truth, Small(*materials.truth));
  }
  exhibits_.insert(place, std::move(exhibit));
  if (exhibits_.size() > capacity_) exhibits_.pop_back();
  return Ok{};
}

}  // namespace prewarm::quality
