#include "tests/unit/imaging_decode/samples.h"

#include <lcms2.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <array>
#include <cstdlib>

namespace prewarm::samples {
namespace {

std::string Save(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  std::string data(size, '\0');
  cmsSaveProfileToMem(profile, data.data(), &size);
  cmsCloseProfile(profile);
  return data;
}

WebPData View(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string AddMetadata(const std::string& file, const std::string& exif,
                        const std::string& icc) {
  const WebPData image = View(file);
  WebPMux* mux = WebPMuxCreate(&image, 1);
  const WebPData exif_data = View(exif);
  const WebPData icc_data = View(icc);
  if (!exif.empty()) WebPMuxSetChunk(mux, "EXIF", &exif_data, 1);
  if (!icc.empty()) WebPMuxSetChunk(mux, "ICCP", &icc_data, 1);
  WebPData out;
  WebPMuxAssemble(mux, &out);
  std::string result(reinterpret_cast<const char*>(out.bytes), out.size);
  WebPDataClear(&out);
  WebPMuxDelete(mux);
  return result;
}

}  // namespace

Bitmap Gradient(int width, int height, int channels) {
  Bitmap bitmap = MakeBitmap(width, height, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int values[4] = {x * 255 / (width - 1), y * 255 / (height - 1),
                             (x + y) * 255 / (width + height - 2),
                             128 + x * 127 / (width - 1)};
      for (int c = 0; c < channels; ++c) {
        bitmap.row(y)[x * channels + c] = static_cast<std::uint8_t>(values[c]);
      }
    }
  }
  return bitmap;
}

Bitmap Flat(int width, int height, std::vector<std::uint8_t> color) {
  Bitmap bitmap = MakeBitmap(width, height, static_cast<int>(color.size()));
  for (std::size_t i = 0; i < bitmap.data.size(); ++i) {
    bitmap.data[i] = color[i % color.size()];
  }
  return bitmap;
}

std::string Webp(const Bitmap& bitmap, const std::string& exif,
                 const std::string& icc) {
  std::uint8_t* out = nullptr;
  const std::size_t size =
      bitmap.channels == 4
          ? WebPEncodeLosslessRGBA(bitmap.data.data(), bitmap.width,
                                   bitmap.height, bitmap.width * 4, &out)
          : WebPEncodeLosslessRGB(bitmap.data.data(), bitmap.width,
                                  bitmap.height, bitmap.width * 3, &out);
  std::string file(reinterpret_cast<char*>(out), size);
  WebPFree(out);
  if (exif.empty() && icc.empty()) return file;
  return AddMetadata(file, exif, icc);
}

std::string LossyWebp(const Bitmap& bitmap) {
  std::uint8_t* out = nullptr;
  const std::size_t size =
      WebPEncodeRGB(bitmap.data.data(), bitmap.width, bitmap.height,
                    bitmap.width * 3, 95, &out);
  std::string file(reinterpret_cast<char*>(out), size);
  WebPFree(out);
  return file;
}

std::string Exif(int orientation, bool little) {
  const auto o = static_cast<char>(orientation);
  if (little) {
    return std::string("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18) +
           o + std::string(7, '\0');
  }
  return std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19) +
         o + std::string(6, '\0');
}

std::string SrgbProfile() { return Save(cmsCreate_sRGBProfile()); }

std::string P3Profile() {
  const cmsCIExyY white = {0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE p3 = {
      {0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
  const double p[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  cmsToneCurve* curve = cmsBuildParametricToneCurve(nullptr, 4, p);
  cmsToneCurve* curves[3] = {curve, curve, curve};
  std::string data = Save(cmsCreateRGBProfile(&white, &p3, curves));
  cmsFreeToneCurve(curve);
  return data;
}

std::string GreyProfile(double gamma) {
  cmsToneCurve* curve = cmsBuildGamma(nullptr, gamma);
  std::string data = Save(cmsCreateGrayProfile(cmsD50_xyY(), curve));
  cmsFreeToneCurve(curve);
  return data;
}

std::string AllWhiteCmykProfile() {
  cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
  cmsSetProfileVersion(profile, 2.4);
  cmsSetDeviceClass(profile, cmsSigOutputClass);
  cmsSetColorSpace(profile, cmsSigCmykData);
  cmsSetPCS(profile, cmsSigLabData);
  cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, 4, 3);
  cmsStage* grid = cmsStageAllocCLut16bit(nullptr, 2, 4, 3, nullptr);
  cmsStageSampleCLut16bit(
      grid,
      [](const cmsUInt16Number*, cmsUInt16Number* out, void*) {
        out[0] = 0xff00;  // L* 100, as version 2 encodes it
        out[1] = out[2] = 0x8000;
        return 1;
      },
      nullptr, 0);
  cmsPipelineInsertStage(pipeline, cmsAT_END, grid);
  cmsWriteTag(profile, cmsSigAToB0Tag, pipeline);
  cmsPipelineFree(pipeline);
  return Save(profile);
}

}  // namespace prewarm::samples
