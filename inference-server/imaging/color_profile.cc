#include "inference-server/imaging/color_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

namespace prewarm {
namespace {

// Printers' profiles reach 2 MB; what is bigger is not worth parsing.
constexpr std::size_t kMaxProfileBytes = 4 << 20;

struct LcmsDeleter {
  void operator()(void* context) const {
    cmsDeleteContext(static_cast<cmsContext>(context));
  }
};
struct ProfileDeleter {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct TransformDeleter {
  void operator()(void* transform) const { cmsDeleteTransform(transform); }
};
struct CurveDeleter {
  void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};
using LcmsContext = std::unique_ptr<void, LcmsDeleter>;
using Profile = std::unique_ptr<void, ProfileDeleter>;
using Transform = std::unique_ptr<void, TransformDeleter>;
using Curve = std::unique_ptr<cmsToneCurve, CurveDeleter>;

// lcms reports through this; a damaged profile is no event worth a log line.
void IgnoreError(cmsContext, cmsUInt32Number, const char*) {}

// Signatures come from the file: numbers that may be none of lcms's enums.
std::uint32_t ColorSpaceOf(const Profile& profile) {
  return static_cast<std::uint32_t>(cmsGetColorSpace(profile.get()));
}

// The lcms pixel type of a layout read by a profile of `space`; 0 if they do
// not fit. A grey profile reads the first sample and skips the others.
cmsUInt32Number PixelType(SampleLayout layout, std::uint32_t space, bool grey) {
  const bool cmyk =
      layout == SampleLayout::kCmyk8 || layout == SampleLayout::kCmyk8Inverted;
  if (cmyk) {
    if (space != cmsSigCmykData) return 0;
    return layout == SampleLayout::kCmyk8 ? TYPE_CMYK_8 : TYPE_CMYK_8_REV;
  }
  const cmsUInt32Number samples = layout == SampleLayout::kRgb8 ? 3 : 4;
  const cmsUInt32Number bytes = layout == SampleLayout::kRgba16 ? 2 : 1;
  if (space == cmsSigRgbData) {
    return COLORSPACE_SH(PT_RGB) | CHANNELS_SH(3) | EXTRA_SH(samples - 3) |
           BYTES_SH(bytes);
  }
  if (space == cmsSigGrayData && grey) {
    return COLORSPACE_SH(PT_GRAY) | CHANNELS_SH(1) | EXTRA_SH(samples - 1) |
           BYTES_SH(bytes);
  }
  return 0;
}

// Whether 8-bit RGB comes out of the profile as it went in, give or take one.
bool IsIdentity(cmsContext context, const Profile& profile,
                const Profile& srgb) {
  if (ColorSpaceOf(profile) != cmsSigRgbData) return false;
  const Transform transform(cmsCreateTransformTHR(
      context, profile.get(), TYPE_RGB_8, srgb.get(), TYPE_RGB_8,
      INTENT_PERCEPTUAL, cmsFLAGS_NOOPTIMIZE));
  if (!transform) return false;
  std::vector<std::uint8_t> in;
  for (int r = 0; r <= 255; r += 51) {
    for (int g = 0; g <= 255; g += 51) {
      for (int b = 0; b <= 255; b += 51) {
        for (const int v : {r, g, b}) in.push_back(v);
      }
    }
  }
  std::vector<std::uint8_t> out(in.size());
  cmsDoTransform(transform.get(), in.data(), out.data(), in.size() / 3);
  return std::equal(in.begin(), in.end(), out.begin(),
                    [](int a, int b) { return std::abs(a - b) <= 1; });
}

double PqToLinear(double v) {
  constexpr double kM1 = 0.1593017578125, kM2 = 78.84375, kC1 = 0.8359375,
                   kC2 = 18.8515625, kC3 = 18.6875;
  constexpr double kReferenceWhite = 203.0 / 10000.0;
  const double p = std::pow(v, 1 / kM2);
  const double nits =
      std::pow(std::max(p - kC1, 0.0) / (kC2 - kC3 * p), 1 / kM1);
  return std::min(nits / kReferenceWhite, 1.0);
}

double HlgToLinear(double v) {
  constexpr double kA = 0.17883277, kB = 0.28466892, kC = 0.55991073;
  constexpr double kReferenceWhite = 0.265;  // of signal 0.75
  const double scene =
      v <= 0.5 ? v * v / 3 : (std::exp((v - kC) / kA) + kB) / 12;
  return std::min(scene / kReferenceWhite, 1.0);
}

Curve MakeCurve(cmsContext context, Transfer transfer) {
  switch (transfer) {
    case Transfer::kSrgb: {
      const std::array<double, 5> p = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92,
                                       0.04045};
      return Curve(cmsBuildParametricToneCurve(context, 4, p.data()));
    }
    case Transfer::kBt709: {
      const std::array<double, 5> p = {1 / 0.45, 1 / 1.099, 0.099 / 1.099,
                                       1 / 4.5, 0.081};
      return Curve(cmsBuildParametricToneCurve(context, 4, p.data()));
    }
    case Transfer::kPq:
    case Transfer::kHlg:
      break;
  }
  constexpr int kSteps = 4096;
  std::vector<cmsUInt16Number> table(kSteps);
  for (int i = 0; i < kSteps; ++i) {
    const double v = static_cast<double>(i) / (kSteps - 1);
    const double linear =
        transfer == Transfer::kPq ? PqToLinear(v) : HlgToLinear(v);
    table[i] = static_cast<cmsUInt16Number>(std::lround(linear * 65535));
  }
  return Curve(cmsBuildTabulatedToneCurve16(context, kSteps, table.data()));
}

Profile MakeRgbProfile(cmsContext context, const Chromaticities& c,
                       cmsToneCurve* curve) {
  if (curve == nullptr) return nullptr;
  const cmsCIExyY white = {c.white_x, c.white_y, 1};
  const cmsCIExyYTRIPLE primaries = {{c.red_x, c.red_y, 1},
                                     {c.green_x, c.green_y, 1},
                                     {c.blue_x, c.blue_y, 1}};
  const std::array<cmsToneCurve*, 3> curves = {curve, curve, curve};
  return Profile(
      cmsCreateRGBProfileTHR(context, &white, &primaries, curves.data()));
}

LcmsContext MakeContext() {
  LcmsContext context(cmsCreateContext(nullptr, nullptr));
  if (context) {
    cmsSetLogErrorHandlerTHR(static_cast<cmsContext>(context.get()),
                             IgnoreError);
  }
  return context;
}

cmsContext Raw(const LcmsContext& context) {
  return static_cast<cmsContext>(context.get());
}

}  // namespace

const Chromaticities kBt709Chromaticities = {0.3127, 0.3290, 0.64, 0.33,
                                             0.30,   0.60,   0.15, 0.06};
const Chromaticities kP3Chromaticities = {0.3127, 0.3290, 0.680, 0.320,
                                          0.265,  0.690,  0.150, 0.060};
const Chromaticities kBt2020Chromaticities = {0.3127, 0.3290, 0.708, 0.292,
                                              0.170,  0.797,  0.131, 0.046};

// Members are destroyed bottom up: the transform before its context.
struct ColorConverter::Impl {
  LcmsContext context;
  Transform transform;

  // Null where the profile does not fit or changes nothing. Takes the
  // context on success only: `profile` lives in it.
  static std::unique_ptr<Impl> Make(LcmsContext* context,
                                    const Profile& profile, SampleLayout layout,
                                    bool grey);
};

std::unique_ptr<ColorConverter::Impl> ColorConverter::Impl::Make(
    LcmsContext* context, const Profile& profile, SampleLayout layout,
    bool grey) {
  if (!profile) return nullptr;
  const cmsUInt32Number type = PixelType(layout, ColorSpaceOf(profile), grey);
  if (type == 0) return nullptr;
  const Profile srgb(cmsCreate_sRGBProfileTHR(Raw(*context)));
  if (!srgb || IsIdentity(Raw(*context), profile, srgb)) {
    return nullptr;
  }
  Transform transform(cmsCreateTransformTHR(Raw(*context), profile.get(), type,
                                            srgb.get(), TYPE_RGB_8,
                                            INTENT_PERCEPTUAL, 0));
  if (!transform) return nullptr;
  auto impl = std::make_unique<Impl>();
  impl->context = std::move(*context);
  impl->transform = std::move(transform);
  return impl;
}

ColorConverter::ColorConverter(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
ColorConverter::~ColorConverter() = default;

std::unique_ptr<ColorConverter> ColorConverter::FromIcc(
    std::string_view profile, SampleLayout layout, bool grey) {
  if (profile.empty() || profile.size() > kMaxProfileBytes) return nullptr;
  LcmsContext context = MakeContext();
  if (!context) return nullptr;
  const Profile parsed(
      cmsOpenProfileFromMemTHR(Raw(context), profile.data(),
                               static_cast<cmsUInt32Number>(profile.size())));
  if (!parsed) return nullptr;
  const auto kind = static_cast<std::uint32_t>(cmsGetDeviceClass(parsed.get()));
  if (kind != cmsSigInputClass && kind != cmsSigDisplayClass &&
      kind != cmsSigOutputClass && kind != cmsSigColorSpaceClass) {
    return nullptr;
  }
  auto impl = Impl::Make(&context, parsed, layout, grey);
  if (!impl) return nullptr;
  return std::unique_ptr<ColorConverter>(new ColorConverter(std::move(impl)));
}

std::unique_ptr<ColorConverter> ColorConverter::FromGamma(
    const Chromaticities& chromaticities, double exponent,
    SampleLayout layout) {
  LcmsContext context = MakeContext();
  if (!context) return nullptr;
  const Curve curve(cmsBuildGamma(Raw(context), exponent));
  const Profile profile =
      MakeRgbProfile(Raw(context), chromaticities, curve.get());
  auto impl = Impl::Make(&context, profile, layout, false);
  if (!impl) return nullptr;
  return std::unique_ptr<ColorConverter>(new ColorConverter(std::move(impl)));
}

std::unique_ptr<ColorConverter> ColorConverter::FromTransfer(
    const Chromaticities& chromaticities, Transfer transfer,
    SampleLayout layout) {
  LcmsContext context = MakeContext();
  if (!context) return nullptr;
  const Curve curve = MakeCurve(Raw(context), transfer);
  const Profile profile =
      MakeRgbProfile(Raw(context), chromaticities, curve.get());
  auto impl = Impl::Make(&context, profile, layout, false);
  if (!impl) return nullptr;
  return std::unique_ptr<ColorConverter>(new ColorConverter(std::move(impl)));
}

void ColorConverter::Convert(const void* from, std::uint8_t* rgb,
                             int pixels) const {
  cmsDoTransform(impl_->transform.get(), from, rgb,
                 static_cast<cmsUInt32Number>(pixels));
}

}  // namespace prewarm
