// How far a download is, on one line of a terminal that is written over.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>

#include "common/base/clock.h"

namespace prewarm {

// One thread.
class ProgressLine {
 public:
  // Silent where `out` is no terminal (`shown` false).
  ProgressLine(std::string name, bool shown, std::ostream& out)
      : name_(std::move(name)), shown_(shown), out_(out) {}
  ~ProgressLine() { Clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Draws a few times a second, however often it is called.
  void Show(SteadyTime now, std::uint64_t have,
            std::optional<std::uint64_t> total);
  // Before another line is written.
  void Clear();

 private:
  const std::string name_;
  const bool shown_;
  std::ostream& out_;
  std::optional<SteadyTime> started_;
  std::uint64_t at_start_ = 0;  // bytes that were there by then
  SteadyTime drawn_{};
  std::size_t width_ = 0;  // of what stands there
};

}  // namespace prewarm
