#include "inference-server/quality/html.h"

#include "common/base/base64.h"
#include "inference-server/quality/names.h"

namespace prewarm::quality {

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string JpegUri(std::string_view bytes) {
  return "data:image/jpeg;base64," + Base64(bytes);
}

}  // namespace prewarm::quality
