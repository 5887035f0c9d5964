// Colours of any profile to sRGB (the sole user of lcms2).
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace prewarm {

// The samples a codec delivers, interleaved, native byte order.
enum class SampleLayout {
  kRgb8,
  kRgba8,
  kRgba16,
  kCmyk8,
  kCmyk8Inverted,  // as Adobe writes JPEG: 255 is no ink
};

// CIE xy of white point and primaries.
struct Chromaticities {
  double white_x, white_y, red_x, red_y, green_x, green_y, blue_x, blue_y;
};

// Transfer functions that are no plain power.
enum class Transfer { kSrgb, kBt709, kPq, kHlg };

// One conversion, for one thread at a time.
class ColorConverter {
 public:
  // Null where nothing is to convert: the profile is damaged, does not fit
  // the samples, or is sRGB. `grey`: the RGB samples are equal, so that a
  // grey profile fits.
  static std::unique_ptr<ColorConverter> FromIcc(std::string_view profile,
                                                 SampleLayout layout,
                                                 bool grey);
  // From a power law: linear = encoded ^ exponent.
  static std::unique_ptr<ColorConverter> FromGamma(
      const Chromaticities& chromaticities, double exponent,
      SampleLayout layout);
  // HDR (kPq, kHlg) is cut at the reference white of BT.2408.
  static std::unique_ptr<ColorConverter> FromTransfer(
      const Chromaticities& chromaticities, Transfer transfer,
      SampleLayout layout);

  ~ColorConverter();
  ColorConverter(const ColorConverter&) = delete;
  ColorConverter& operator=(const ColorConverter&) = delete;

  // `pixels` of the layout to RGB, 3 bytes a pixel. In place is allowed for
  // kRgb8. Alpha is not touched.
  void Convert(const void* from, std::uint8_t* rgb, int pixels) const;

 private:
  struct Impl;
  explicit ColorConverter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// sRGB / BT.709, Display P3 and BT.2020 primaries with white D65.
extern const Chromaticities kBt709Chromaticities;
extern const Chromaticities kP3Chromaticities;
extern const Chromaticities kBt2020Chromaticities;

}  // namespace prewarm
