#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

// In this order: each needs names of the one before.
// clang-format off
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include "inference-server/imaging/codecs.h"
#include "inference-server/imaging/color_profile.h"
#include "inference-server/imaging/exif_orientation.h"

namespace prewarm {
namespace {

using std::string_view;

// A progressive file may hold thousands of scans, each a pass over the whole
// picture; encoders write about ten.
constexpr int kMaxScans = 50;
constexpr unsigned kMarkerBytes = 0xffff;

// Warnings that mean pixels are missing or wrong, as opposed to stray bytes
// between segments and the like, which cost nothing.
bool LosesPixels(int code) {
  return code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER ||
         code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC ||
         code == JWRN_ARITH_BAD_CODE;
}

// libjpeg reports failure by a call that must not return. Everything with a
// destructor lives here, outside the frames that longjmp leaves.
struct Session {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf escape;
  char message[JMSG_LENGTH_MAX] = "";

  string_view file;
  int width = 0;
  int height = 0;
  Bitmap rgb;
  std::vector<std::uint8_t> ink;  // one row of CMYK
  std::unique_ptr<ColorConverter> converter;
  int orientation = 1;

  ~Session() { jpeg_destroy_decompress(&info); }
};

Session* SessionOf(j_common_ptr info) {
  return static_cast<Session*>(info->client_data);
}

[[noreturn]] void Fail(Session* session, const char* message) {
  std::snprintf(session->message, sizeof session->message, "%s", message);
  std::longjmp(session->escape, 1);
}

[[noreturn]] void OnError(j_common_ptr info) {
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  Fail(SessionOf(info), text);
}

void OnMessage(j_common_ptr info, int level) {
  if (level < 0 && LosesPixels(info->err->msg_code)) OnError(info);
}

void OnProgress(j_common_ptr info) {
  const auto* decompress = reinterpret_cast<j_decompress_ptr>(info);
  if (decompress->input_scan_number > kMaxScans) {
    Fail(SessionOf(info), "it has more scans than any encoder writes");
  }
}

void DropOutput(j_common_ptr) {}

string_view FindExif(const jpeg_decompress_struct& info) {
  for (auto* m = info.marker_list; m != nullptr; m = m->next) {
    const string_view data(reinterpret_cast<const char*>(m->data),
                           m->data_length);
    if (m->marker == JPEG_APP0 + 1 && data.substr(0, 4) == "Exif") return data;
  }
  return {};
}

bool IsCmyk(const jpeg_decompress_struct& info) {
  return info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
}

void MakeConverter(Session* session) {
  jpeg_decompress_struct& info = session->info;
  JOCTET* icc = nullptr;
  unsigned size = 0;
  if (jpeg_read_icc_profile(&info, &icc, &size) == FALSE) return;
  const std::unique_ptr<JOCTET, decltype(&std::free)> owner(icc, &std::free);
  SampleLayout layout = SampleLayout::kRgb8;
  if (IsCmyk(info)) {
    layout = info.saw_Adobe_marker != FALSE ? SampleLayout::kCmyk8Inverted
                                            : SampleLayout::kCmyk8;
  }
  session->converter = ColorConverter::FromIcc(
      string_view(reinterpret_cast<const char*>(icc), size), layout,
      info.jpeg_color_space == JCS_GRAYSCALE);
}

// Ink to light without a profile: each ink takes its share.
void NaiveCmyk(const std::uint8_t* ink, bool inverted, std::uint8_t* rgb,
               int pixels) {
  for (int x = 0; x < pixels; ++x, ink += 4, rgb += 3) {
    for (int c = 0; c < 3; ++c) {
      const int a = inverted ? ink[c] : 255 - ink[c];
      const int k = inverted ? ink[3] : 255 - ink[3];
      rgb[c] = static_cast<std::uint8_t>((a * k + 127) / 255);
    }
  }
}

void ReadRow(Session* session, int y) {
  jpeg_decompress_struct& info = session->info;
  std::uint8_t* rgb = session->rgb.row(y);
  const bool cmyk = !session->ink.empty();
  JSAMPROW row = cmyk ? session->ink.data() : rgb;
  jpeg_read_scanlines(&info, &row, 1);
  if (session->converter) {
    session->converter->Convert(row, rgb, session->width);
  } else if (cmyk) {
    NaiveCmyk(row, info.saw_Adobe_marker != FALSE, rgb, session->width);
  }
}

void Start(Session* session) {
  jpeg_decompress_struct& info = session->info;
  jpeg_create_decompress(&info);
  info.client_data = session;
  info.progress = &session->progress;
  jpeg_mem_src(&info,
               reinterpret_cast<const unsigned char*>(session->file.data()),
               session->file.size());
  jpeg_save_markers(&info, JPEG_APP0 + 1, kMarkerBytes);  // EXIF
  jpeg_save_markers(&info, JPEG_APP0 + 2, kMarkerBytes);  // ICC
  jpeg_read_header(&info, TRUE);
  if (static_cast<int>(info.image_width) != session->width ||
      static_cast<int>(info.image_height) != session->height) {
    Fail(session, "its headers contradict each other");
  }
  info.out_color_space = IsCmyk(info) ? JCS_CMYK : JCS_RGB;
}

// Only trivially destructible locals in this frame: longjmp ends here.
bool Run(Session* session) {
  if (setjmp(session->escape) != 0) return false;
  Start(session);
  session->orientation = ReadExifOrientation(FindExif(session->info));
  MakeConverter(session);
  session->rgb = MakeBitmap(session->width, session->height, 3);
  if (IsCmyk(session->info)) {
    session->ink.resize(static_cast<std::size_t>(session->width) * 4);
  }
  jpeg_start_decompress(&session->info);
  while (session->info.output_scanline < session->info.output_height) {
    ReadRow(session, static_cast<int>(session->info.output_scanline));
  }
  jpeg_finish_decompress(&session->info);
  return true;
}

}  // namespace

Result<RawPicture> DecodeJpeg(string_view file, const ImageHeader& header) {
  const auto session = std::make_unique<Session>();
  session->file = file;
  session->width = header.width;
  session->height = header.height;
  session->info.err = jpeg_std_error(&session->errors);
  session->errors.error_exit = OnError;
  session->errors.emit_message = OnMessage;
  session->errors.output_message = DropOutput;
  session->progress.progress_monitor = OnProgress;
  if (!Run(session.get())) {
    return DamagedImage(ImageFormat::kJpeg, session->message);
  }
  RawPicture picture;
  picture.rgb = std::move(session->rgb);
  picture.orientation = session->orientation;
  return picture;
}

}  // namespace prewarm
