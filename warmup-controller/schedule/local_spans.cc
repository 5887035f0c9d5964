#include "warmup-controller/schedule/local_spans.h"

#include <utility>

#include "warmup-controller/schedule/limits.h"

namespace prewarm {
namespace {

constexpr int kMinutesADay = 24 * 60;

class DailySpans : public LocalSpans {
 public:
  DailySpans(DailyTimes times, Drops drops)
      : times_(times),
        length_(times.until - times.from +
                (times.until > times.from ? 0 : kMinutesADay)),
        drops_(std::move(drops)) {}

  // None is longer than a day: today's and yesterday's can reach `at`.
  std::optional<LocalSpan> LastFrom(const CivilMinute& at) const override {
    const CivilDay today(at);
    for (int back = 0; back < 2; ++back) {
      const CivilDay day = today - back;
      const LocalSpan span = On(day);
      if (span.from <= at && Opens(day, span)) return span;
    }
    return std::nullopt;
  }

  std::optional<CivilMinute> NextFrom(const CivilMinute& after) const override {
    if (times_.days.none()) return std::nullopt;
    CivilDay day(after);
    while (true) {
      const CivilDays* off = drops_.days_off->Around(day);
      if (off != nullptr) {
        day = off->last;
        continue;
      }
      const LocalSpan span = On(day);
      if (span.from > after && Opens(day, span)) return span.from;
      ++day;
    }
  }

 private:
  LocalSpan On(const CivilDay& day) const {
    const CivilMinute from = CivilMinute(day) + times_.from;
    return {from, from + length_};
  }

  bool Opens(const CivilDay& day, const LocalSpan& span) const {
    return times_.days[static_cast<std::size_t>(WeekdayOf(day))] &&
           drops_.days_off->Around(day) == nullptr && !drops_.InGap(span);
  }

  DailyTimes times_;
  int length_;
  Drops drops_;
};

class PairSpans : public LocalSpans {
 public:
  PairSpans(CronPair times, Drops drops)
      : times_(std::move(times)), drops_(std::move(drops)) {}

  std::optional<LocalSpan> LastFrom(const CivilMinute& at) const override {
    CivilMinute start = times_.start.Previous(at + 1);
    for (int i = 0; i < kMaxMerged; ++i) {
      const CivilDays* off = drops_.days_off->Around(CivilDay(start));
      if (off != nullptr) {
        start = times_.start.Previous(CivilMinute(off->first));
        continue;
      }
      const LocalSpan span{start, times_.end.Next(start)};
      if (!drops_.InGap(span)) return span;
      start = times_.start.Previous(start);
    }
    return std::nullopt;
  }

  std::optional<CivilMinute> NextFrom(const CivilMinute& after) const override {
    CivilMinute start = times_.start.Next(after);
    for (int i = 0; i < kMaxMerged; ++i) {
      const CivilDays* off = drops_.days_off->Around(CivilDay(start));
      if (off != nullptr) {
        start = times_.start.Next(CivilMinute(off->last) - 1);
        continue;
      }
      if (drops_.gap == DstGap::kShift ||
          !drops_.InGap({start, times_.end.Next(start)})) {
        return start;
      }
      start = times_.start.Next(start);
    }
    return std::nullopt;
  }

 private:
  CronPair times_;
  Drops drops_;
};

bool IsSkipped(const Zone& zone, const CivilMinute& local) {
  return zone.At(local).kind == LocalTime::Kind::kSkipped;
}

}  // namespace

bool Drops::InGap(const LocalSpan& span) const {
  if (gap == DstGap::kShift) return false;
  // An end is the first minute that is closed: where only that one is skipped
  // the window itself exists.
  return IsSkipped(zone, span.from) ||
         (IsSkipped(zone, span.until) && IsSkipped(zone, span.until - 1));
}

std::optional<LocalSpan> LocalSpans::Covering(const CivilMinute& at) const {
  std::optional<LocalSpan> span = LastFrom(at);
  if (span && span->until <= at) span.reset();
  return span;
}

std::optional<CivilMinute> LocalSpans::BeginAround(
    const LocalSpan& span) const {
  CivilMinute begin = span.from;
  for (int i = 0; i < kMaxMerged; ++i) {
    const std::optional<LocalSpan> earlier = LastFrom(begin - 1);
    if (!earlier || earlier->until < begin) return begin;
    begin = earlier->from;
    if (span.from - begin > kMaxMergedMinutes) break;
  }
  return std::nullopt;
}

std::optional<CivilMinute> LocalSpans::EndAround(const LocalSpan& span) const {
  CivilMinute end = span.until;
  for (int i = 0; i < kMaxMerged; ++i) {
    const std::optional<LocalSpan> later = LastFrom(end);
    if (!later || later->until <= end) return end;
    end = later->until;
    if (end - span.until > kMaxMergedMinutes) break;
  }
  return std::nullopt;
}

std::unique_ptr<LocalSpans> MakeLocalSpans(DailyTimes times, Drops drops) {
  return std::make_unique<DailySpans>(times, std::move(drops));
}

std::unique_ptr<LocalSpans> MakeLocalSpans(CronPair times, Drops drops) {
  return std::make_unique<PairSpans>(std::move(times), std::move(drops));
}

}  // namespace prewarm
