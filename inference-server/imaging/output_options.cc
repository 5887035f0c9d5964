#include <string>

#include "inference-server/imaging/blend.h"
#include "inference-server/imaging/compose.h"

namespace prewarm {
namespace {

// -1 if it is no hexadecimal digit.
int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool ParseColor(std::string_view text, std::array<std::uint8_t, 3>* color) {
  if (text.size() != 7 || text[0] != '#') return false;
  std::array<std::uint8_t, 3> parsed{};
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    const int high = HexDigit(text[1 + i * 2]);
    const int low = HexDigit(text[2 + i * 2]);
    if (high < 0 || low < 0) return false;
    parsed[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  *color = parsed;
  return true;
}

// What a client sent goes back to it printable and short.
std::string Quoted(std::string_view text) {
  constexpr std::size_t kShown = 32;
  std::string quoted = "\"";
  for (const char c : text.substr(0, kShown)) {
    quoted += c >= ' ' && c <= '~' && c != '"' ? c : '?';
  }
  return quoted + (text.size() > kShown ? "...\"" : "\"");
}

}  // namespace

Status ParseOutput(std::string_view text, ComposeOptions* options) {
  if (text == "rgba") {
    options->kind = OutputKind::kRgba;
  } else if (text == "mask") {
    options->kind = OutputKind::kMask;
  } else if (text == "green") {
    options->kind = OutputKind::kColor;
    options->color = kGreen;
  } else if (text == "white") {
    options->kind = OutputKind::kColor;
    options->color = {255, 255, 255};
  } else if (text == "blur") {
    options->kind = OutputKind::kBlur;
  } else if (text == "overlay") {
    options->kind = OutputKind::kOverlay;
  } else if (text == "image") {
    options->kind = OutputKind::kBackground;
  } else if (ParseColor(text, &options->color)) {
    options->kind = OutputKind::kColor;
  } else {
    return MakeError(ErrorCode::kInvalidArgument,
                     "output is " + Quoted(text) +
                         "; use rgba, mask, green, white, #rrggbb, blur, "
                         "overlay or image.",
                     "output");
  }
  return Ok{};
}

}  // namespace prewarm
