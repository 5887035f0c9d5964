#include "common/base/utf8.h"

namespace prewarm {
namespace {

constexpr std::size_t kExcerptBytes = 60;

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

bool IsUtf8Text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) {
      return static_cast<unsigned char>(at < text.size() ? text[at] : 0);
    };
    const unsigned char lead = byte(i);
    if (lead < 0x80) {
      if (lead < 0x20 && lead != '\n' && lead != '\r' && lead != '\t') {
        return false;
      }
      ++i;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4) return false;
    std::size_t more = 1;
    if (lead >= 0xe0) more = 2;
    if (lead >= 0xf0) more = 3;
    for (std::size_t k = 1; k <= more; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return false;
    }
    const unsigned char second = byte(i + 1);
    if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
        (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
      return false;
    }
    i += more + 1;
  }
  return true;
}

std::string Excerpt(std::string_view text) {
  std::size_t end = text.size();
  if (end > kExcerptBytes) {
    end = kExcerptBytes;
    while (end > 0 && IsContinuation(text[end])) --end;
  }
  std::string shown(text.substr(0, end));
  for (char& c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  return end < text.size() ? shown + "..." : shown;
}

std::string Quoted(std::string_view text) { return '"' + Excerpt(text) + '"'; }

}  // namespace prewarm
