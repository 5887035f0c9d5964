#include <algorithm>
#include <optional>

#include "common/base/ascii.h"
#include "common/http/http.h"

namespace prewarm::http {
namespace {

constexpr std::size_t kMaxParts = 32;
constexpr std::size_t kMaxPartHead = 4096;
constexpr std::size_t kMaxBoundary = 70;  // RFC 2046, 5.1.1

Error Bad(const std::string& what) {
  return MakeError(ErrorCode::kInvalidArgument, "multipart: " + what, "body");
}

// The value of `; name=value` or `; name="value"` in a header's value.
std::optional<std::string> Parameter(std::string_view header,
                                     std::string_view name) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    at = header.find_first_not_of("; \t", at);
    if (at == std::string_view::npos) break;
    const std::size_t equals = header.find_first_of("=;", at);
    if (equals == std::string_view::npos) break;
    if (header[equals] == ';') {  // no value
      at = equals;
      continue;
    }
    const std::string key = AsciiLower(header.substr(at, equals - at));
    std::string value;
    std::size_t i = equals + 1;
    if (i < header.size() && header[i] == '"') {
      for (++i; i < header.size() && header[i] != '"'; ++i) {
        if (header[i] == '\\' && i + 1 < header.size()) ++i;
        value += header[i];
      }
      if (i == header.size()) return std::nullopt;  // no closing quote
      at = header.find(';', i);
    } else {
      at = header.find(';', i);
      value = header.substr(
          i, at == std::string_view::npos ? std::string_view::npos : at - i);
      value.erase(value.find_last_not_of(" \t") + 1);
    }
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<Part> ParsePart(std::string_view head, std::string_view data) {
  Part part;
  part.data = data;
  bool disposition = false;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return Bad("a part's header is bad");
    const std::string name = AsciiLower(line.substr(0, colon));
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    if (name == "content-type") part.content_type = value;
    if (name != "content-disposition") continue;
    if (AsciiLower(value.substr(0, 9)) != "form-data") {
      return Bad("a part is not form-data");
    }
    const auto field = Parameter(value, "name");
    if (!field || field->empty()) return Bad("a part has no name");
    part.name = *field;
    part.filename = Parameter(value, "filename").value_or("");
    disposition = true;
  }
  if (!disposition) return Bad("a part has no Content-Disposition");
  return part;
}

}  // namespace

Result<std::vector<Part>> ParseMultipart(std::string_view content_type,
                                         std::string_view body) {
  const auto boundary = Parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kMaxBoundary) {
    return Bad("Content-Type names no boundary of 1 to 70 characters");
  }
  const std::string delimiter = "\r\n--" + *boundary;
  // The first delimiter may stand at the very start, without its CRLF.
  std::size_t at = 0;
  if (body.substr(0, delimiter.size() - 2) != delimiter.substr(2)) {
    at = body.find(delimiter);
    if (at == std::string_view::npos) return Bad("the boundary is not there");
    at += 2;
  }
  at += delimiter.size() - 2;
  std::vector<Part> parts;
  while (true) {
    if (body.substr(at, 2) == "--") return parts;
    at = std::min(body.find_first_not_of(" \t", at), body.size());
    if (body.substr(at, 2) != "\r\n") return Bad("a boundary line is bad");
    // A part without headers starts with an empty line at once.
    const std::size_t head_end = body.find("\r\n\r\n", at);
    if (head_end == std::string_view::npos || head_end - at > kMaxPartHead) {
      return Bad("a part's headers have no end within 4096 bytes");
    }
    const std::size_t data = head_end + 4;
    const std::size_t end = body.find(delimiter, data - 2);
    if (end == std::string_view::npos) {
      return Bad("the last part has no closing boundary");
    }
    if (parts.size() == kMaxParts) return Bad("more than 32 parts");
    const std::string_view head =
        head_end > at + 2 ? body.substr(at + 2, head_end - at - 2) : "";
    PREWARM_ASSIGN_OR_RETURN(
        auto part,
        ParsePart(head, end < data ? "" : body.substr(data, end - data)));
    parts.push_back(std::move(part));
    at = end + delimiter.size();
  }
}

}  // namespace prewarm::http
