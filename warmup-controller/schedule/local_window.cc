#include "warmup-controller/schedule/local_window.h"

#include <utility>

namespace prewarm {

LocalWindow::LocalWindow(std::unique_ptr<const LocalSpans> spans,
                         WallClock clock)
    : spans_(std::move(spans)), clock_(std::move(clock)) {}

bool LocalWindow::IsOpen(Instant at) const {
  return spans_->Covering(clock_.At(at).Shown(at)).has_value();
}

std::optional<Instant> LocalWindow::OpenedBy(Instant at) const {
  Piece piece = clock_.At(at);
  std::optional<LocalSpan> span = spans_->Covering(piece.Shown(at));
  while (span) {
    const std::optional<CivilMinute> begin = spans_->BeginAround(*span);
    if (!begin) return std::nullopt;
    if (*begin >= piece.begin && *begin > piece.stretch.first) {
      return piece.When(*begin);
    }
    // Open from the change of the clocks on, or since before it.
    const Piece before = clock_.Before(piece);
    span = spans_->Covering(before.ShownLast());
    if (!span) return piece.stretch.begin;
    piece = before;
  }
  return std::nullopt;
}

std::optional<Instant> LocalWindow::NextChange(Instant after) const {
  Piece piece = clock_.At(after);
  CivilMinute shown = piece.Shown(after);
  std::optional<LocalSpan> span = spans_->Covering(shown);
  const bool open = span.has_value();
  while (true) {
    const std::optional<CivilMinute> change =
        open ? spans_->EndAround(*span) : spans_->NextFrom(shown);
    if (!change) return std::nullopt;
    if (*change < piece.stretch.last) return piece.When(*change);
    // Not before the clocks change, which may open or close it as well.
    piece = clock_.After(piece);
    shown = piece.Shown(piece.stretch.begin);
    span = spans_->Covering(shown);
    if (span.has_value() != open) return piece.stretch.begin;
  }
}

}  // namespace prewarm
