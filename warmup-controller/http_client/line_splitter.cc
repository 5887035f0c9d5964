#include "warmup-controller/http_client/line_splitter.h"

namespace prewarm {

Result<bool> LineSplitter::Feed(
    std::string_view piece,
    const std::function<bool(std::string_view)>& on_line) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    if (begun_.size() + part.size() > most_bytes_) {
      return MakeError(
          ErrorCode::kTooLarge,
          "a line is longer than " + std::to_string(most_bytes_) + " bytes");
    }
    if (end == std::string_view::npos) {
      begun_ += part;
      return true;
    }
    piece.remove_prefix(end + 1);
    bool more;
    if (begun_.empty()) {
      more = on_line(part);
    } else {
      begun_ += part;
      more = on_line(begun_);
      begun_.clear();
    }
    if (!more) return false;
  }
  return true;
}

}  // namespace prewarm
