// Time zones of the IANA database (the system's tzdata), by cctz.
#pragma once

#include <memory>
#include <string>

#include "common/base/result.h"
#include "warmup-controller/calendar/civil.h"

namespace prewarm {

// What a local time that does not exist becomes: the first instant after the
// gap, or nothing.
enum class DstGap { kShift, kSkip };
// A local time that exists twice: the first one, for starts and ends alike, or
// both.
enum class DstOverlap { kOnce, kTwice };

struct DstRules {
  DstGap gap = DstGap::kShift;
  DstOverlap overlap = DstOverlap::kOnce;
};

// What a zone makes of a local minute. `first` and `second` are the same
// unless it is repeated; where it is skipped both are the first instant after
// the gap.
struct LocalTime {
  enum class Kind { kUnique, kSkipped, kRepeated };
  Kind kind = Kind::kUnique;
  Instant first;
  Instant second;
};

// A time without a change of the clocks, half open. Open to both sides where
// the zone has no change there: the limits of Instant, and far away years.
struct Stretch {
  Instant begin;
  Instant end;
  CivilMinute before;  // local time at `begin` by the clocks until then
  CivilMinute first;   // and by those from then on
  CivilMinute last;    // at `end`, by the same ones
  std::chrono::seconds offset{0};  // local time minus UTC
};

// Copies are cheap. Immutable, thread-safe.
class Zone {
 public:
  static Zone Utc();
  // kNotFound: no such name ("Europe/Berlin", case counts); offsets such as
  // "UTC+2" and POSIX strings are none. Loaded once for the process.
  static Result<Zone> Load(const std::string& name);

  const std::string& name() const;
  CivilMinute MinuteAt(Instant at) const;  // seconds are cut off
  LocalTime At(const CivilMinute& local) const;
  Stretch StretchAt(Instant at) const;

 private:
  struct Rules;
  explicit Zone(std::shared_ptr<const Rules> rules);

  std::shared_ptr<const Rules> rules_;
};

}  // namespace prewarm
