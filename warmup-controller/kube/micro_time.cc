#include "warmup-controller/kube/micro_time.h"

#include <cstdio>
#include <ctime>

namespace prewarm::kube {
namespace {

using std::chrono::microseconds;

constexpr long kMicros = 1'000'000;  // NOLINT

std::string Text(WallTime time, bool with_micros) {
  const auto all =
      std::chrono::duration_cast<microseconds>(time.time_since_epoch()).count();
  // Rounded down before 1970 too.
  const long micros = static_cast<long>((all % kMicros + kMicros) % kMicros);
  const auto seconds = static_cast<std::time_t>((all - micros) / kMicros);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t size =
      std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::string whole(text, size);
  if (with_micros) {
    std::snprintf(text, sizeof text, ".%06ld", micros);
    whole += text;
  }
  return whole + "Z";
}

}  // namespace

std::string MicroTimeText(WallTime time) { return Text(time, true); }

std::string TimeText(WallTime time) { return Text(time, false); }

}  // namespace prewarm::kube
