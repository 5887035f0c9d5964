#include "common/base/base64.h"

#include <algorithm>
#include <cstdint>

namespace prewarm {
namespace {

constexpr char kDigits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string Base64(std::string_view bytes) {
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

std::optional<std::string> FromBase64(std::string_view text) {
  const std::string_view digits(kDigits);
  std::string out;
  std::uint32_t group = 0;
  int count = 0;  // of digits, padding included
  int padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    const std::size_t value = digits.find(c);
    if (c == '=') {
      // Two at most, and only where a group ends.
      if (++padding > 2 || count % 4 < 2) return std::nullopt;
    } else if (value == std::string_view::npos || padding > 0) {
      return std::nullopt;
    }
    group = group << 6U | (c == '=' ? 0U : static_cast<std::uint32_t>(value));
    if (++count % 4 != 0) continue;
    for (int i = 0; i < 3 - padding; ++i) {
      out += static_cast<char>(group >> (16 - 8 * i) & 0xffU);
    }
    group = 0;
  }
  if (count % 4 != 0) return std::nullopt;
  return out;
}

std::string Base64Url(std::string_view bytes) {
  std::string text = Base64(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::optional<std::string> FromBase64Url(std::string_view text) {
  if (text.find_first_of("+/=\r\n") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string padded(text);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  auto bytes = FromBase64(padded);
  // Bits beyond the last byte would be a second text for the same bytes.
  if (bytes && Base64Url(*bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace prewarm
