#include <limits.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "inference-server/imaging/child_process.h"
#include "inference-server/imaging/codecs.h"
#include "inference-server/imaging/color_profile.h"
#include "inference-server/imaging/heif_helper/protocol.h"
#include "inference-server/imaging/sniff.h"

namespace prewarm {
namespace {

using Outcome = ChildProcess::ReadOutcome;

// The wall clock may run this much longer than the CPU limit, for a machine
// that is busy; then the child is killed.
constexpr int kWallPerCpuSecond = 2;

Result<std::string> HelperPath() {
  char self[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", self, sizeof self);
  if (size <= 0) {
    return MakeError(ErrorCode::kInternal, "/proc/self/exe is not readable.");
  }
  const std::string path(self, static_cast<std::size_t>(size));
  return path.substr(0, path.rfind('/') + 1) + kHeifHelperName;
}

// Why a child that did not deliver its picture did not.
Error Explain(ChildProcess* child, Outcome outcome, ImageFormat format,
              const DecodeLimits& limits) {
  const int status = child->Stop();
  const bool out_of_cpu = WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU ||
                                                  WTERMSIG(status) == SIGKILL);
  if (outcome == Outcome::kDeadline || out_of_cpu) {
    return MakeError(ErrorCode::kUnprocessable,
                     std::string("The ") + FormatName(format) +
                         " image takes more than " +
                         std::to_string(limits.child_seconds) +
                         " s to decode; send a simpler one.",
                     "image");
  }
  if (WIFEXITED(status)) {
    return MakeError(ErrorCode::kInternal,
                     "The HEIC/AVIF decoder could not start (exit status " +
                         std::to_string(WEXITSTATUS(status)) + ").");
  }
  return DamagedImage(format, "its decoder crashed on it");
}

const Chromaticities& PrimariesOf(std::uint32_t code) {
  switch (code) {  // ITU-T H.273, table 2
    case 9:
      return kBt2020Chromaticities;
    case 11:
    case 12:
      return kP3Chromaticities;
    default:
      return kBt709Chromaticities;
  }
}

std::unique_ptr<ColorConverter> MakeConverter(const HeifReply& reply,
                                              const std::string& icc) {
  const SampleLayout layout =
      reply.channels == 4 ? SampleLayout::kRgba8 : SampleLayout::kRgb8;
  if (reply.color == HeifColor::kIcc) {
    return ColorConverter::FromIcc(icc, layout, /*grey=*/false);
  }
  if (reply.color != HeifColor::kNclx) return nullptr;
  const Chromaticities& primaries = PrimariesOf(reply.primaries);
  switch (reply.transfer) {  // ITU-T H.273, table 3
    case 4:
      return ColorConverter::FromGamma(primaries, 2.2, layout);
    case 5:
      return ColorConverter::FromGamma(primaries, 2.8, layout);
    case 8:
      return ColorConverter::FromGamma(primaries, 1.0, layout);
    case 16:
      return ColorConverter::FromTransfer(primaries, Transfer::kPq, layout);
    case 18:
      return ColorConverter::FromTransfer(primaries, Transfer::kHlg, layout);
    default:
      // BT.709 too: still pictures marked so are shown as sRGB everywhere.
      return ColorConverter::FromTransfer(primaries, Transfer::kSrgb, layout);
  }
}

void TakeRow(const std::vector<std::uint8_t>& row, int channels,
             const ColorConverter* converter, RawPicture* picture, int y) {
  Bitmap& rgb = picture->rgb;
  std::uint8_t* out = rgb.row(y);
  if (converter != nullptr) {
    converter->Convert(row.data(), out, rgb.width);
  } else if (channels == 3) {
    std::memcpy(out, row.data(), row.size());
  } else {
    for (int x = 0; x < rgb.width; ++x) {
      std::memcpy(out + static_cast<std::size_t>(x) * 3,
                  &row[static_cast<std::size_t>(x) * 4], 3);
    }
  }
  if (channels != 4) return;
  std::uint8_t* alpha = picture->alpha.row(y);
  for (int x = 0; x < rgb.width; ++x) {
    alpha[x] = row[static_cast<std::size_t>(x) * 4 + 3];
  }
}

// The child may have been taken over: nothing it says is trusted.
bool IsPlausible(const HeifReply& reply, const DecodeLimits& limits) {
  const std::uint64_t pixels =
      static_cast<std::uint64_t>(reply.width) * reply.height;
  return reply.magic == kHeifReplyMagic &&
         reply.detail_bytes <= kMaxHeifDetailBytes &&
         (reply.outcome != HeifOutcome::kPicture ||
          (reply.width > 0 && reply.height > 0 &&
           reply.width <= static_cast<std::uint32_t>(limits.side) &&
           reply.height <= static_cast<std::uint32_t>(limits.side) &&
           pixels <= static_cast<std::uint64_t>(limits.pixels) &&
           (reply.channels == 3 || reply.channels == 4)));
}

Result<RawPicture> ReadPicture(ChildProcess* child, ImageFormat format,
                               const DecodeLimits& limits) {
  HeifReply reply;
  Outcome outcome = child->Read(&reply, sizeof reply);
  if (outcome != Outcome::kDone) return Explain(child, outcome, format, limits);
  if (!IsPlausible(reply, limits)) {
    return DamagedImage(format, "its decoder answered nonsense");
  }
  std::string detail(reply.detail_bytes, '\0');
  outcome = child->Read(detail.data(), detail.size());
  if (outcome != Outcome::kDone) return Explain(child, outcome, format, limits);
  if (reply.outcome == HeifOutcome::kTooLarge) {
    return MakeError(ErrorCode::kTooLarge,
                     std::string("The ") + FormatName(format) +
                         " image needs more memory than allowed (" + detail +
                         "); send a smaller one.",
                     "image");
  }
  if (reply.outcome != HeifOutcome::kPicture) {
    return DamagedImage(format, detail);
  }

  RawPicture picture;
  picture.rgb = MakeBitmap(static_cast<int>(reply.width),
                           static_cast<int>(reply.height), 3);
  const int channels = static_cast<int>(reply.channels);
  if (channels == 4) {
    picture.alpha = MakeBitmap(picture.rgb.width, picture.rgb.height, 1);
  }
  const auto converter = MakeConverter(reply, detail);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(reply.width) *
                                channels);
  for (int y = 0; y < picture.rgb.height; ++y) {
    outcome = child->Read(row.data(), row.size());
    if (outcome != Outcome::kDone) {
      return Explain(child, outcome, format, limits);
    }
    TakeRow(row, channels, converter.get(), &picture, y);
  }
  return picture;
}

}  // namespace

Result<RawPicture> DecodeHeif(std::string_view file, const ImageHeader& header,
                              const DecodeLimits& limits) {
  PREWARM_ASSIGN_OR_RETURN(const std::string program, HelperPath());
  const std::int64_t pixels =
      static_cast<std::int64_t>(header.width) * header.height;
  PREWARM_ASSIGN_OR_RETURN(
      ChildProcess child,
      ChildProcess::Start(
          program,
          {std::to_string(limits.child_seconds),
           std::to_string(limits.child_bytes), std::to_string(pixels)},
          file,
          std::chrono::steady_clock::now() +
              std::chrono::seconds(limits.child_seconds * kWallPerCpuSecond)));
  return ReadPicture(&child, header.format, limits);
}

}  // namespace prewarm
