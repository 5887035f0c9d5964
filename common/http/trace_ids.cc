#include "common/http/trace_ids.h"

#include <cstdint>
#include <cstdio>
#include <random>

namespace prewarm::http {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

bool IsHex(std::string_view text) {
  return text.find_first_not_of(kHex) == std::string_view::npos;
}

}  // namespace

std::string RequestId(std::string_view offered) {
  if (!offered.empty() && offered.size() <= 128 &&
      offered.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-") ==
          std::string_view::npos) {
    return std::string(offered);
  }
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string id;
  for (std::uint64_t bits = random(), i = 0; i < 16; ++i, bits >>= 4) {
    id += kHex[bits & 15];
  }
  return id;
}

std::string TraceId(std::string_view header) {
  // version "-" trace-id "-" parent-id "-" flags
  if (header.size() < 55 || header[2] != '-' || header[35] != '-' ||
      header[52] != '-' || header.substr(0, 2) == "ff") {
    return "";
  }
  const std::string_view trace = header.substr(3, 32);
  if (!IsHex(header.substr(0, 2)) || !IsHex(trace) ||
      !IsHex(header.substr(36, 16)) || !IsHex(header.substr(53, 2)) ||
      trace.find_first_not_of('0') == std::string_view::npos) {
    return "";
  }
  return std::string(trace);
}

}  // namespace prewarm::http
