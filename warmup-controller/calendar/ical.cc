#include "warmup-controller/calendar/ical.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "warmup-controller/calendar/ical_line.h"
#include "warmup-controller/calendar/ical_rule.h"

namespace prewarm {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr std::size_t kMaxEvents = 10'000;
constexpr std::int64_t kMaxDays = 100'000;
// Days and exceptions that the rules of one file may look at, for time's sake.
constexpr std::int64_t kMaxLooked = 5'000'000;

struct Event {
  IcalLine begin;
  std::string uid;
  std::optional<IcalTime> start;
  std::optional<IcalTime> end;
  std::optional<IcalLength> duration;
  std::optional<std::pair<IcalLine, IcalRule>> rule;
  std::vector<IcalTime> more;
  std::vector<IcalTime> without;
  std::optional<IcalTime> replaces;  // RECURRENCE-ID
  bool cancelled = false;
};

Status ReadProperty(const IcalLine& line, const Zone& zone, Event* event) {
  if (line.name == "DTSTART") {
    PREWARM_ASSIGN_OR_RETURN(event->start,
                             ReadIcalTime(line, line.value, zone));
  } else if (line.name == "DTEND") {
    PREWARM_ASSIGN_OR_RETURN(event->end, ReadIcalTime(line, line.value, zone));
  } else if (line.name == "DURATION") {
    PREWARM_ASSIGN_OR_RETURN(event->duration, ReadIcalDuration(line));
  } else if (line.name == "RRULE") {
    if (event->rule) return IcalError(line, "a second rule is not understood");
    PREWARM_ASSIGN_OR_RETURN(IcalRule rule, ReadIcalRule(line, zone));
    event->rule.emplace(line, std::move(rule));
  } else if (line.name == "EXRULE") {
    return IcalError(line, "is not understood: write EXDATE");
  } else if (line.name == "RDATE" || line.name == "EXDATE") {
    PREWARM_ASSIGN_OR_RETURN(const std::vector<IcalTime> times,
                             ReadIcalTimes(line, zone));
    auto& list = line.name == "RDATE" ? event->more : event->without;
    list.insert(list.end(), times.begin(), times.end());
  } else if (line.name == "RECURRENCE-ID") {
    if (line.parameters.count("RANGE") > 0) {
      return IcalError(line, "RANGE is not understood: one event each");
    }
    PREWARM_ASSIGN_OR_RETURN(event->replaces,
                             ReadIcalTime(line, line.value, zone));
  } else if (line.name == "UID") {
    event->uid = line.value;
  } else if (line.name == "STATUS") {
    event->cancelled = UpperCase(line.value) == "CANCELLED";
  }
  return Ok{};
}

Status CheckEvent(const Event& event) {
  if (!event.start) return IcalError(event.begin, "DTSTART is missing");
  if (event.end && event.duration) {
    return IcalError(event.begin, "DTEND and DURATION exclude each other");
  }
  if (event.end && event.end->is_date != event.start->is_date) {
    return IcalError(event.begin, "DTSTART and DTEND differ in kind");
  }
  if (event.end && event.end->instant() < event.start->instant()) {
    return IcalError(event.begin, "DTEND is before DTSTART");
  }
  if (event.replaces && event.uid.empty()) {
    return IcalError(event.begin, "RECURRENCE-ID needs the UID of its series");
  }
  if (event.start->is_date && event.duration &&
      event.duration->rest.count() != 0) {
    return IcalError(event.begin, "an event of days has a DURATION of days");
  }
  return Ok{};
}

Result<std::vector<Event>> ReadEvents(const std::vector<IcalLine>& lines,
                                      const Zone& zone) {
  std::vector<Event> events;
  std::vector<std::string> open;  // components
  for (const IcalLine& line : lines) {
    if (open.empty() &&
        (line.name != "BEGIN" || UpperCase(line.value) != "VCALENDAR")) {
      return IcalError(line, "expected BEGIN:VCALENDAR");
    }
    if (line.name == "BEGIN") {
      open.push_back(UpperCase(line.value));
      if (open.back() == "VEVENT") {
        if (open.size() != 2) {
          return IcalError(line, "an event stands in VCALENDAR itself");
        }
        if (events.size() == kMaxEvents) {
          return IcalError(line, "more than 10,000 events");
        }
        events.emplace_back();
        events.back().begin = line;
      }
    } else if (line.name == "END") {
      if (open.back() != UpperCase(line.value)) {
        return IcalError(line, "expected END:" + open.back().substr(0, 60));
      }
      if (open.back() == "VEVENT") {
        PREWARM_RETURN_IF_ERROR(CheckEvent(events.back()));
      }
      open.pop_back();
    } else if (open.back() == "VEVENT") {
      PREWARM_RETURN_IF_ERROR(ReadProperty(line, zone, &events.back()));
    }
  }
  if (!open.empty() || lines.empty()) {
    return MakeError(ErrorCode::kInvalidArgument,
                     lines.empty()
                         ? "the calendar is empty: expected "
                           "BEGIN:VCALENDAR"
                         : "the calendar ends within " +
                               open.back().substr(0, 60) + ": it was cut off");
  }
  return events;
}

// Collects the days of all events.
class Holidays {
 public:
  Holidays(Zone zone, const CivilDay& from, const CivilDay& until)
      : zone_(std::move(zone)), from_(from), until_(until) {}

  Status Add(const Event& event, const std::vector<IcalTime>& replaced) {
    const IcalTime& first = *event.start;
    PREWARM_RETURN_IF_ERROR(
        Look(event.begin, static_cast<std::int64_t>(replaced.size())));
    SetLength(event);
    Without without;
    without.Add(event.without, first);
    without.Add(replaced, first);
    PREWARM_RETURN_IF_ERROR(AddStart(event, first, without));
    for (const IcalTime& more : event.more) {
      PREWARM_RETURN_IF_ERROR(AddStart(event, more, without));
    }
    return event.rule ? AddRule(event, without) : Status(Ok{});
  }

  std::vector<CivilDays> Joined() && {
    std::sort(found_.begin(), found_.end(),
              [](const CivilDays& a, const CivilDays& b) {
                return a.first < b.first;
              });
    std::vector<CivilDays> joined;
    for (const CivilDays& days : found_) {
      if (!joined.empty() && days.first <= joined.back().last) {
        joined.back().last = std::max(joined.back().last, days.last);
      } else {
        joined.push_back(days);
      }
    }
    return joined;
  }

 private:
  // Starts that do not count. One of a date drops a timed start of that date.
  struct Without {
    std::set<Instant> instants;
    std::set<CivilDay> days;

    void Add(const std::vector<IcalTime>& times, const IcalTime& first) {
      for (const IcalTime& time : times) {
        if (time.is_date || first.is_date) {
          days.insert(CivilDay(time.local));
        } else {
          instants.insert(time.instant());
        }
      }
    }
    bool Has(const IcalTime& start) const {
      return days.count(CivilDay(start.local)) > 0 ||
             instants.count(start.instant()) > 0;
    }
  };

  Status Look(const IcalLine& line, std::int64_t count) {
    looked_ += count;
    if (looked_ <= kMaxLooked) return Ok{};
    return IcalError(line,
                     "too much to look at: rules that begin too long ago, or "
                     "too many events of one UID");
  }

  void SetLength(const Event& event) {
    length_ = event.duration.value_or(IcalLength{});
    if (event.end) length_.rest = event.end->instant() - event.start->instant();
  }

  Status AddStart(const Event& event, const IcalTime& start,
                  const Without& without) {
    if (without.Has(start)) return Ok{};
    CivilDays days;
    const IcalTime after{start.is_date, start.local + Minutes(length_.days),
                         start.zone};
    const Instant end = after.instant() + length_.rest;
    if (start.is_date) {
      days.first = CivilDay(start.local);
      days.last = CivilDay(Zone::Utc().MinuteAt(end));
    } else {
      days.first = CivilDay(zone_.MinuteAt(start.instant()));
      // The day in which it ends counts only if it lasts into that.
      days.last = CivilDay(zone_.MinuteAt(end - std::chrono::seconds(1))) + 1;
    }
    days.last = std::min(std::max(days.last, days.first + 1), until_);
    days.first = std::max(days.first, from_);
    if (days.last <= days.first) return Ok{};
    total_ += days.last - days.first;
    if (total_ > kMaxDays) {
      return IcalError(event.begin, "more than 100,000 days with events");
    }
    found_.push_back(days);
    return Ok{};
  }

  Status AddRule(const Event& event, const Without& without) {
    const auto& [line, rule] = *event.rule;
    const IcalTime& first = *event.start;
    const CivilDay start(first.local);
    // What the zones make of it may move a day by one, twice.
    const std::int64_t reach =
        length_.days + length_.rest / std::chrono::hours(24) + 3;
    int left = rule.count.value_or(0) - 1;  // `first` is one of them
    CivilDay day = start + 1;
    if (!rule.count) day = std::max(day, from_ - reach);
    for (; day < until_ + 2; ++day) {
      PREWARM_RETURN_IF_ERROR(Look(line, 1));
      if (!rule.Has(start, day)) continue;
      const IcalTime next{first.is_date, first.local + (day - start) * 1440,
                          first.zone};
      if (rule.until && IsAfter(next, *rule.until)) break;
      if (rule.count && left-- <= 0) break;
      PREWARM_RETURN_IF_ERROR(AddStart(event, next, without));
    }
    return Ok{};
  }

  static bool IsAfter(const IcalTime& start, const IcalTime& until) {
    if (start.is_date || until.is_date) {
      return CivilDay(start.local) > CivilDay(until.local);
    }
    return start.instant() > until.instant();
  }

  static std::int64_t Minutes(int days) { return std::int64_t{1440} * days; }

  Zone zone_;
  CivilDay from_;
  CivilDay until_;
  IcalLength length_;
  std::vector<CivilDays> found_;
  std::int64_t total_ = 0;
  std::int64_t looked_ = 0;
};

}  // namespace

Result<std::vector<CivilDays>> ReadHolidays(std::string_view text,
                                            const Zone& zone,
                                            const CivilDay& from,
                                            const CivilDay& until) {
  if (text.size() > kMaxBytes) {
    return MakeError(
        ErrorCode::kInvalidArgument,
        "calendar of " + std::to_string(text.size()) + " bytes: at most 1 MiB");
  }
  PREWARM_ASSIGN_OR_RETURN(const std::vector<IcalLine> lines,
                           ReadIcalLines(text));
  PREWARM_ASSIGN_OR_RETURN(const std::vector<Event> events,
                           ReadEvents(lines, zone));
  // An event that replaces one of a series takes its place, cancelled or not.
  std::map<std::string, std::vector<IcalTime>> replaced;
  for (const Event& event : events) {
    if (event.replaces) replaced[event.uid].push_back(*event.replaces);
  }
  Holidays holidays(zone, from, until);
  for (const Event& event : events) {
    if (event.cancelled) continue;
    PREWARM_RETURN_IF_ERROR(holidays.Add(
        event, event.replaces ? std::vector<IcalTime>() : replaced[event.uid]));
  }
  return std::move(holidays).Joined();
}

}  // namespace prewarm
