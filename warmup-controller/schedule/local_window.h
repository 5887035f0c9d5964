// A window from one local time to another, taken to instants by a wall clock.
#pragma once

#include <memory>
#include <optional>

#include "warmup-controller/schedule/local_spans.h"
#include "warmup-controller/schedule/wall_clock.h"
#include "warmup-controller/schedule/window_times.h"

namespace prewarm {

// Open where what the clock shows is within a span. So with `overlap: once`
// a repeated start or end means its first pass, and with `twice` an hour that
// is shown again opens and closes again. Of a span within a gap nothing is
// shown: it does not open.
class LocalWindow : public WindowTimes {
 public:
  LocalWindow(std::unique_ptr<const LocalSpans> spans, WallClock clock);

  bool IsOpen(Instant at) const override;
  std::optional<Instant> OpenedBy(Instant at) const override;
  std::optional<Instant> NextChange(Instant after) const override;

 private:
  std::unique_ptr<const LocalSpans> spans_;
  WallClock clock_;
};

}  // namespace prewarm
