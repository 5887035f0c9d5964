#include "inference-server/importer/progress_line.h"

#include <cstdio>
#include <ostream>

namespace prewarm {
namespace {

constexpr double kMegabyte = 1e6;
constexpr double kDrawEveryMs = 200;

}  // namespace

void ProgressLine::Show(SteadyTime now, std::uint64_t have,
                        std::optional<std::uint64_t> total) {
  if (!shown_) return;
  if (!started_) {
    started_ = now;
    at_start_ = have;
  } else if (MillisBetween(drawn_, now) < kDrawEveryMs) {
    return;
  }
  drawn_ = now;
  const double megabytes = static_cast<double>(have) / kMegabyte;
  char text[128];
  int length = 0;
  if (total && *total > 0) {
    const double all = static_cast<double>(*total) / kMegabyte;
    length = std::snprintf(text, sizeof text, "%.1f of %.1f MB, %.0f %%",
                           megabytes, all, 100 * megabytes / all);
  } else {
    length = std::snprintf(text, sizeof text, "%.1f MB", megabytes);
  }
  const double seconds = MillisBetween(*started_, now) / 1000;
  if (seconds > 0 && have > at_start_) {
    std::snprintf(text + length, sizeof text - static_cast<std::size_t>(length),
                  ", %.1f MB/s",
                  static_cast<double>(have - at_start_) / kMegabyte / seconds);
  }
  const std::string line = name_ + "  " + text;
  Clear();
  out_ << line << std::flush;
  width_ = line.size();
}

void ProgressLine::Clear() {
  if (width_ == 0) return;
  out_ << '\r' << std::string(width_, ' ') << '\r' << std::flush;
  width_ = 0;
}

}  // namespace prewarm
