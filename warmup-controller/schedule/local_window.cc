#include "warmup-controller/schedule/local_window.h"

#include <utility>

namespace prewarm {

LocalWindow::LocalWindow(std::unique_ptr<const LocalSpans> spans,
                         WallClock clock)
    : spans_(std::move(spans)), clock_(std::move(clock)) {}

bool LocalWindow::IsOpen(Instant at) const {
  return spans_->Covers(clock_.At(at).Shown(at));
}

std::optional<Instant> LocalWindow::OpenedBy(Instant at) const {
  Piece piece = clock_.At(at);
  CivilMinute shown = piece.Shown(at);
  while (true) {
    const std::optional<CivilMinute> begin = spans_->BeginAround(shown);
    if (!begin) return std::nullopt;
    if (*begin >= piece.begin && *begin > piece.stretch.first) {
      return piece.When(*begin);
    }
    // Open from the change of the clocks on, or since before it.
    const Piece before = clock_.Before(piece);
    shown = before.ShownLast();
    if (!spans_->Covers(shown)) return piece.stretch.begin;
    piece = before;
  }
}

std::optional<Instant> LocalWindow::NextChange(Instant after) const {
  Piece piece = clock_.At(after);
  CivilMinute shown = piece.Shown(after);
  const bool open = spans_->Covers(shown);
  while (true) {
    std::optional<CivilMinute> change;
    if (open) {
      change = spans_->EndAround(shown);
    } else if (const auto next = spans_->NextFrom(shown)) {
      change = next->from;
    }
    if (!change) return std::nullopt;
    if (*change < piece.stretch.last) return piece.When(*change);
    // Not before the clocks change, which may open or close it as well.
    piece = clock_.After(piece);
    shown = piece.Shown(piece.stretch.begin);
    if (spans_->Covers(shown) != open) return piece.stretch.begin;
  }
}

}  // namespace prewarm
