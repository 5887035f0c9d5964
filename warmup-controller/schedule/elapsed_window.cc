#include "warmup-controller/schedule/elapsed_window.h"

#include <utility>

#include "warmup-controller/schedule/limits.h"

namespace prewarm {
namespace {

constexpr std::chrono::minutes kLongest{kMaxMergedMinutes};

}  // namespace

ElapsedWindow::ElapsedWindow(CronTimes times, WallClock clock,
                             std::shared_ptr<const DaysOff> days_off)
    : times_(std::move(times)),
      clock_(std::move(clock)),
      days_off_(std::move(days_off)) {}

CivilMinute ElapsedWindow::PreviousMatch(const CivilMinute& local) const {
  CivilMinute match = times_.start.Previous(local);
  while (const CivilDays* off = days_off_->Around(CivilDay(match))) {
    match = times_.start.Previous(CivilMinute(off->first));
  }
  return match;
}

CivilMinute ElapsedWindow::NextMatch(const CivilMinute& local) const {
  CivilMinute match = times_.start.Next(local);
  while (const CivilDays* off = days_off_->Around(CivilDay(match))) {
    match = times_.start.Next(CivilMinute(off->last) - 1);
  }
  return match;
}

Instant ElapsedWindow::LastStart(Instant at) const {
  Piece piece = clock_.At(at);
  CivilMinute shown = piece.Shown(at);
  while (true) {
    const CivilMinute match = PreviousMatch(shown + 1);
    if (match >= piece.begin) return piece.When(match);
    piece = clock_.Before(piece);
    shown = piece.ShownLast();
  }
}

Instant ElapsedWindow::NextStart(Instant after) const {
  Piece piece = clock_.At(after);
  CivilMinute shown = piece.Shown(after);
  while (true) {
    const CivilMinute match = NextMatch(shown);
    if (match < piece.stretch.last) return piece.When(match);
    piece = clock_.After(piece);
    shown = piece.begin - 1;
  }
}

bool ElapsedWindow::IsOpen(Instant at) const {
  return LastStart(at) + times_.duration > at;
}

std::optional<Instant> ElapsedWindow::OpenedBy(Instant at) const {
  Instant opened = LastStart(at);
  for (int i = 0; i < kMaxMerged && at - opened <= kLongest; ++i) {
    const Instant earlier = LastStart(opened - std::chrono::seconds(1));
    if (earlier + times_.duration < opened) return opened;
    opened = earlier;
  }
  return std::nullopt;
}

std::optional<Instant> ElapsedWindow::NextChange(Instant after) const {
  if (times_.duration <= std::chrono::minutes(0)) return std::nullopt;
  Instant end = LastStart(after) + times_.duration;
  if (end <= after) return NextStart(after);
  for (int i = 0; i < kMaxMerged && end - after <= kLongest; ++i) {
    const Instant later = LastStart(end) + times_.duration;
    if (later <= end) return end;
    end = later;
  }
  return std::nullopt;
}

}  // namespace prewarm
