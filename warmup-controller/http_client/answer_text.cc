#include "warmup-controller/http_client/answer_text.h"

#include <algorithm>
#include <cstdlib>

#include "common/base/utf8.h"

namespace prewarm {
namespace {

constexpr int kMaxRetryAfter = 3600;
constexpr std::size_t kMaxLine = 600;

}  // namespace

std::optional<int> RetryAfterOf(int seconds) {
  if (seconds <= 0) return std::nullopt;
  return std::min(seconds, kMaxRetryAfter);
}

std::optional<int> RetryAfterOf(const HttpAnswer& answer) {
  const auto header = answer.headers.find("retry-after");
  if (header == answer.headers.end()) return std::nullopt;
  return RetryAfterOf(static_cast<int>(
      std::clamp(std::strtol(header->second.c_str(), nullptr, 10), 0L,
                 static_cast<long>(kMaxRetryAfter))));  // NOLINT
}

std::string OneLine(std::string text) {
  const bool is_long = text.size() > kMaxLine;
  if (is_long) {
    std::size_t end = kMaxLine;
    while (end > 0 &&
           (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
      --end;
    }
    text.resize(end);
  }
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  if (!IsUtf8Text(text)) return "(not UTF-8)";
  return is_long ? text + "..." : text;
}

}  // namespace prewarm
