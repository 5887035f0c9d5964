#include "common/base/base64.h"

#include <algorithm>
#include <cstdint>

namespace prewarm {

std::string Base64(std::string_view bytes) {
  constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  auto to = out.begin();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group =
          group << 8 | (j < n ? static_cast<std::uint8_t>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j <= n; ++j) {
      to[static_cast<std::ptrdiff_t>(j)] = kDigits[group >> (18 - 6 * j) & 63U];
    }
    to += 4;
  }
  return out;
}

}  // namespace prewarm
