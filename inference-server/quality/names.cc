#include "inference-server/quality/names.h"

#include <cstdint>

namespace prewarm::quality {
namespace {

struct Character {
  std::size_t bytes = 1;
  bool harmless = false;
};

bool IsHarmless(std::uint32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  const bool line_end = code == 0x2028 || code == 0x2029;
  const bool turns = code == 0x200E || code == 0x200F ||
                     (code >= 0x202A && code <= 0x202E) ||
                     (code >= 0x2066 && code <= 0x2069);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return !control && !line_end && !turns && !surrogate && code <= 0x10FFFF;
}

// The first character of `text`, which is not empty.
Character First(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  if (lead < 0x80) return {1, IsHarmless(lead)};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  std::uint32_t code = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xC0U) != 0x80) return {};
    code = code << 6 | (byte & 0x3FU);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return {bytes, code >= kSmallest[bytes] && IsHarmless(code)};
}

}  // namespace

std::string Printable(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const Character first = First(name);
    if (first.harmless) {
      out.append(name.substr(0, first.bytes));
    } else {
      out += '?';
    }
    name.remove_prefix(first.bytes);
  }
  return out;
}

std::string Fit(std::string_view name, std::size_t columns) {
  constexpr std::string_view kCut = "...";
  std::string text = Printable(name);
  const std::string_view view = text;
  std::size_t count = 0;
  std::size_t end_of_cut = 0;
  for (std::size_t at = 0; at < view.size(); ++count) {
    if (count + kCut.size() == columns) end_of_cut = at;
    at += First(view.substr(at)).bytes;
  }
  if (count <= columns) return text;
  return text.substr(0, end_of_cut).append(kCut);
}

}  // namespace prewarm::quality
