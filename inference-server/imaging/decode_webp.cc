#include <webp/decode.h>
#include <webp/demux.h>

#include <cstring>
#include <memory>
#include <vector>

#include "inference-server/imaging/codecs.h"
#include "inference-server/imaging/color_profile.h"
#include "inference-server/imaging/exif_orientation.h"

namespace prewarm {
namespace {

using std::string_view;

const std::uint8_t* Bytes(string_view file) {
  return reinterpret_cast<const std::uint8_t*>(file.data());
}

struct DemuxerDeleter {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

// A metadata chunk, empty if the file has none. Points into the file.
string_view FindChunk(WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator chunk;
  string_view found;
  if (demuxer != nullptr && WebPDemuxGetChunk(demuxer, name, 1, &chunk) != 0) {
    found = string_view(reinterpret_cast<const char*>(chunk.chunk.bytes),
                        chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
  }
  return found;
}

void ConvertColors(string_view icc, Bitmap* rgb) {
  const auto converter =
      ColorConverter::FromIcc(icc, SampleLayout::kRgb8, /*grey=*/false);
  if (!converter) return;
  for (int y = 0; y < rgb->height; ++y) {
    converter->Convert(rgb->row(y), rgb->row(y), rgb->width);
  }
}

// libwebp has no planar alpha output, so RGBA is taken apart afterwards.
void SplitAlpha(const std::vector<std::uint8_t>& rgba, RawPicture* picture) {
  Bitmap& rgb = picture->rgb;
  picture->alpha = MakeBitmap(rgb.width, rgb.height, 1);
  std::uint8_t* color = rgb.data.data();
  std::uint8_t* alpha = picture->alpha.data.data();
  for (std::size_t i = 0; i + 3 < rgba.size(); i += 4) {
    std::memcpy(color, &rgba[i], 3);
    *alpha++ = rgba[i + 3];
    color += 3;
  }
}

}  // namespace

Result<RawPicture> DecodeWebp(string_view file, const ImageHeader& header) {
  constexpr ImageFormat kWebp = ImageFormat::kWebp;
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(Bytes(file), file.size(), &features) != VP8_STATUS_OK) {
    return DamagedImage(kWebp, "its header cannot be read");
  }
  if (features.has_animation != 0) {
    return MakeError(ErrorCode::kUnsupported,
                     "The WebP file is an animation; send a still image.",
                     "image");
  }
  if (features.width != header.width || features.height != header.height) {
    return DamagedImage(kWebp, "its headers contradict each other");
  }
  const WebPData data = {Bytes(file), file.size()};
  const std::unique_ptr<WebPDemuxer, DemuxerDeleter> demuxer(WebPDemux(&data));
  if (!demuxer) return DamagedImage(kWebp, "the file is cut off or malformed");

  RawPicture picture;
  picture.rgb = MakeBitmap(header.width, header.height, 3);
  bool complete = false;
  if (features.has_alpha != 0) {
    std::vector<std::uint8_t> rgba(static_cast<std::size_t>(header.width) *
                                   header.height * 4);
    complete = WebPDecodeRGBAInto(Bytes(file), file.size(), rgba.data(),
                                  rgba.size(), header.width * 4) != nullptr;
    if (complete) SplitAlpha(rgba, &picture);
  } else {
    complete =
        WebPDecodeRGBInto(Bytes(file), file.size(), picture.rgb.data.data(),
                          picture.rgb.data.size(), header.width * 3) != nullptr;
  }
  if (!complete) return DamagedImage(kWebp, "its pixels cannot be decoded");
  picture.orientation = ReadExifOrientation(FindChunk(demuxer.get(), "EXIF"));
  ConvertColors(FindChunk(demuxer.get(), "ICCP"), &picture.rgb);
  return picture;
}

}  // namespace prewarm
