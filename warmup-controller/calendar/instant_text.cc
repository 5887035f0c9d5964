#include "warmup-controller/calendar/instant_text.h"

#include <cstdio>
#include <ctime>

namespace prewarm {
namespace {

std::string Formatted(Instant at, const char* format) {
  const std::time_t time = std::chrono::system_clock::to_time_t(at);
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, format, &utc);
  return {text, size};
}

}  // namespace

std::string IcalStamp(Instant at) { return Formatted(at, "%Y%m%dT%H%M%SZ"); }

std::string DateAndTime(Instant at) {
  return Formatted(at, "%Y-%m-%d %H:%M:%S");
}

std::string FormatInstant(Instant at) {
  return Formatted(at, "%Y-%m-%dT%H:%M:%SZ");
}

}  // namespace prewarm
