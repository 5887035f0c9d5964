"""Cron expressions, as plainly as can be: the minutes of one date."""

NAMES = {name: i for i, name in enumerate(
    "SUN MON TUE WED THU FRI SAT".split())}


def values(field, first, last):
    """The set that a field of *, a, a-b, each with /step, stands for."""
    found = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        if span in "*?":
            begin, end = first, last
        else:
            begin, _, end = span.partition("-")
            begin = NAMES.get(begin) if begin in NAMES else int(begin)
            end = begin if not end else NAMES[end] if end in NAMES else int(end)
            if end < begin:
                end += 7
        found.update(range(begin, end + 1, int(step or 1)))
    return found


class Cron:
    def __init__(self, text):
        minute, hour, day, month, weekday = text.split()
        self.of_day = sorted(60 * h + m for h in values(hour, 0, 23)
                             for m in values(minute, 0, 59))
        self.days = values(day, 1, 31)
        self.months = values(month, 1, 12)
        self.weekdays = {v % 7 for v in values(weekday, 0, 6)}
        self.both = day[0] in "*?" or weekday[0] in "*?"

    def minutes_on(self, date):
        if date.month not in self.months:
            return []
        day = date.day in self.days
        weekday = date.isoweekday() % 7 in self.weekdays
        matches = (day and weekday) if self.both else (day or weekday)
        return self.of_day if matches else []
