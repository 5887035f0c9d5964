#include "warmup-controller/http_client/percent.h"

namespace prewarm {
namespace {

bool IsPlain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string PercentEncoded(const std::string& text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const unsigned char c : text) {
    if (IsPlain(c)) {
      encoded += static_cast<char>(c);
    } else {
      encoded += {'%', kDigits[c >> 4U], kDigits[c & 15U]};
    }
  }
  return encoded;
}

}  // namespace prewarm
