// Lines out of pieces of bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace prewarm {

// Not thread-safe.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // Hands on the lines that `piece` ends, each without its line feed; false of
  // `on_line` ends it: so does Feed. kTooLarge: a line, ended or not, that is
  // longer than most_bytes.
  Result<bool> Feed(std::string_view piece,
                    const std::function<bool(std::string_view)>& on_line);
  // Whether a line has begun that has no end yet.
  bool in_a_line() const { return !begun_.empty(); }

 private:
  const std::size_t most_bytes_;
  std::string begun_;
};

}  // namespace prewarm
