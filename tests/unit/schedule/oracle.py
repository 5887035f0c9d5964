"""Compares schedules with a walk minute by minute that shares no code and no
idea with them: Python's zoneinfo says what the wall shows at every minute of
UTC, and what a window means is read off that.

    python3 oracle.py PROGRAM [--all] [--seed N] [--jobs N]

PROGRAM is schedule_walk. Around changes of the clocks within ten years, in
every zone of the database that has clocks of its own; with --all around every
change, in every zone by name.
"""
import argparse
import bisect
import concurrent.futures
import datetime
import random
import subprocess
import sys
import zoneinfo

from oracle_cron import Cron

UTC = datetime.timezone.utc
FIRST = int(datetime.datetime(2024, 1, 1, tzinfo=UTC).timestamp())
LAST = int(datetime.datetime(2034, 1, 1, tzinfo=UTC).timestamp())
DAY = 86400
MARGIN = 9 * DAY
REACH = 45  # days; no window of ours is longer
AROUND = 2 * DAY
# Odd ones first: half hours, two hours, a change at midnight, DST in winter,
# Ramadan, changes of law.
SAMPLE = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
          "Antarctica/Troll", "America/Havana", "Africa/Casablanca",
          "Europe/Dublin", "America/Scoresbysund", "Asia/Gaza",
          "Antarctica/Casey", "Asia/Kathmandu", "Pacific/Chatham", "UTC"]
EPOCH = datetime.datetime(1970, 1, 1)


class Walk:
    """What the wall shows at each minute of [begin, end)."""

    def __init__(self, zone, begin, end):
        self.begin, self.end = begin, end
        rules = zoneinfo.ZoneInfo(zone)
        # As minutes since the epoch of a calendar without a zone.
        self.shown = [
            t // 60 + int(rules.utcoffset(
                datetime.datetime.fromtimestamp(t, rules)).total_seconds()) // 60
            for t in range(begin, end, 60)]
        self.when = {}
        for index, local in enumerate(self.shown):
            self.when.setdefault(local, []).append(index)
        self.highest = []
        for local in self.shown:
            self.highest.append(max(local, self.highest[-1])
                                if self.highest else local)

    def exists(self, local):
        return local in self.when or local < self.shown[0] or \
            local > self.shown[-1]

    def first(self, local):
        """Index of the first minute that shows `local` or something later."""
        return bisect.bisect_left(self.highest, local)


def days_of(walk, days_off):
    """Days, as numbers and dates, on which something may start that reaches
    into the walk."""
    for day in range(walk.shown[0] // 1440 - REACH,
                     walk.shown[-1] // 1440 + REACH):
        date = (EPOCH + datetime.timedelta(days=day)).date()
        if date not in days_off:
            yield day, date


def starts_of(cron, walk, days_off):
    """Local minutes at which `cron` fires on days that are not off."""
    for day, date in days_of(walk, days_off):
        for minute in cron.minutes_on(date):
            yield day * 1440 + minute


def spans_of(window, walk, days_off):
    """Local spans (from, until) of a window with local times."""
    if window[0] == "days":
        _, days, begin, end, _ = window
        for day, date in days_of(walk, days_off):
            if days[date.isoweekday() % 7] == "1":
                yield (day * 1440 + begin,
                       day * 1440 + end + (1440 if end <= begin else 0))
    else:
        ends = list(starts_of(Cron(window[3]), walk, ()))
        for start in starts_of(Cron(window[2]), walk, days_off):
            after = bisect.bisect_right(ends, start)
            if after < len(ends):
                yield start, ends[after]


def minutes_open(window, walk, days_off, gap, overlap):
    """For each minute of the walk whether the window is open."""
    is_open = bytearray(len(walk.shown))

    def fill(begin, end):
        begin, end = max(begin, 0), min(end, len(is_open))
        if begin < end:
            is_open[begin:end] = b"\1" * (end - begin)

    if window[0] == "cron":
        for start in starts_of(Cron(window[3]), walk, days_off):
            if start < walk.shown[0]:
                places = [start - walk.shown[0]]
            elif not walk.exists(start):
                places = [] if gap == "skip" else [walk.first(start)]
            elif overlap == "twice":
                places = walk.when.get(start, [])
            else:
                places = walk.when.get(start, [])[:1]
            for place in places:
                fill(place, place + window[1])
        return is_open
    low, high = min(walk.shown), max(walk.shown) + 1
    covered = bytearray(high - low)  # of local minutes
    for start, end in spans_of(window, walk, days_off):
        if end <= low or start >= high:
            continue
        if gap == "skip" and (not walk.exists(start) or not (
                walk.exists(end) or walk.exists(end - 1))):
            continue
        if overlap == "once":
            fill(walk.first(start), walk.first(end))
        else:
            start, end = max(start, low), min(end, high)
            covered[start - low:end - low] = b"\1" * (end - start)
    if overlap == "twice":
        return bytearray(covered[local - low] for local in walk.shown)
    return is_open


def run_of(flags, index):
    """The run of ones around index, as indices; None: reaches the edge."""
    begin = flags.rfind(0, 0, index)
    end = flags.find(0, index)
    return (None if begin < 0 else begin + 1), (None if end < 0 else end)


def expected(policy, walk):
    """What schedule_walk should print, as tuples."""
    flags = [minutes_open(window, walk, policy["off"], policy["gap"],
                          policy["overlap"]) for window in policy["windows"]]
    before = None
    states = []
    for index in range((policy["from"] - walk.begin) // 60,
                       (policy["until"] - walk.begin) // 60):
        active = [i for i, flag in enumerate(flags) if flag[index]]
        if active == before:
            continue
        before = active
        floor, winner = policy["min"], "-"
        for i in active:
            replicas = policy["windows"][i][-1] if \
                policy["windows"][i][0] == "days" else \
                policy["windows"][i][{"cron": 2, "pair": 1}[
                    policy["windows"][i][0]]]
            if replicas > floor or (replicas == floor and winner == "-"):
                floor, winner = replicas, str(i)
        states.append((walk.begin + 60 * index, floor, winner, [
            (i, *run_of(flags[i], index)) for i in active]))
    return states


def difference(policy, walk, lines):
    """None, or what differs first."""
    wanted = expected(policy, walk)
    got = [line.split(" ") for line in lines]
    for want, line in zip(wanted, got):
        at, floor, winner, runs = want
        if [str(at), str(floor), winner] != line[:3]:
            return f"expected {want}, got {line}"
        if [str(run[0]) for run in runs] != [p.split(",")[0] for p in line[3:]]:
            return f"expected {want}, got {line}"
        for (_, begin, end), part in zip(runs, line[3:]):
            for limit, text in zip((begin, end), part.split(",")[1:]):
                # What reaches the walk's edge is not known here.
                if limit is not None and str(walk.begin + 60 * limit) != text:
                    return f"expected {walk.begin + 60 * limit} in {line}"
    if len(wanted) != len(got):
        return f"expected {len(wanted)} states, got {len(got)}"
    return None


def offsets_of(zone):
    """What each day of the ten years begins with, in seconds from UTC."""
    rules = zoneinfo.ZoneInfo(zone)
    return tuple(
        datetime.datetime.fromtimestamp(t, rules).utcoffset().total_seconds()
        for t in range(FIRST, LAST + DAY, DAY))


def changes_of(zone):
    """Hours of the ten years within which the clocks change."""
    rules = zoneinfo.ZoneInfo(zone)

    def offset(t):
        return datetime.datetime.fromtimestamp(t, rules).utcoffset()

    days = offsets_of(zone)
    return [t for day in range(len(days) - 1) if days[day] != days[day + 1]
            for t in range(FIRST + day * DAY + 3600,
                           FIRST + (day + 1) * DAY + 1, 3600)
            if offset(t) != offset(t - 3600)]


def zones_that_differ():
    """Of all zones whose clocks show the same in these years, one; of the odd
    ones, those of SAMPLE."""
    names = sorted(zoneinfo.available_timezones() - {"localtime"},
                   key=lambda zone: (zone not in SAMPLE, zone))
    return list({offsets_of(zone): zone for zone in reversed(names)}.values())


def random_window(dice):
    near = [0, 15, 30, 60, 90, 119, 120, 135, 150, 179, 180, 210, 240, 540,
            1080, 1380, 1439]
    kind = dice.choice(["days", "days", "cron", "pair", "pair"])
    replicas = dice.randint(1, 4)
    if kind == "days":
        days = dice.choice(["1111111", "0111110", "1000001", "1100000",
                            "0000011"])
        begin = dice.choice(near)
        # The same twice is refused: it may mean a day or nothing.
        end = dice.choice([e for e in near[1:] + [1440] if e != begin])
        return kind, days, begin, end, replicas

    def cron():
        minute = dice.choice(["0", "30", "15", "*/20", "59", "0,45", "7"])
        hour = dice.choice(["2", "1", "3", "0", "23", "1-3", "8", "*/6", "*"])
        day, weekday = dice.choice([
            ("*", "*"), ("*", "*"), ("*", "SUN"), ("*", "0,6,3"),
            ("*", "FRI-MON"), ("*/2", "*"), ("?", "1-5")])
        return f"{minute} {hour} {day} * {weekday}"

    if kind == "cron":
        return (kind, dice.choice([1, 20, 30, 60, 90, 300, 1440, 3000]),
                replicas, cron())
    start = cron()
    while True:
        end = cron()
        # A start on every end is refused: it could never close.
        if end != start:
            return kind, replicas, start, end


def random_policy(dice, zone, change):
    begin = (change - AROUND - dice.randrange(1440) * 60) // 60 * 60
    end = change + AROUND
    off = set()
    if dice.random() < 0.4:
        day = datetime.datetime.fromtimestamp(change, UTC).date()
        off = {day + datetime.timedelta(days=dice.randint(-1, 1))
               for _ in range(2)}
    return {"zone": zone, "gap": dice.choice(["shift", "skip"]),
            "overlap": dice.choice(["once", "twice"]), "min": dice.choice(
                [0, 0, 1, 3]), "from": begin, "until": end, "off": off,
            "windows": [random_window(dice) for _ in range(dice.randint(1, 4))]}


def line_of(policy):
    windows = ";".join(":".join(map(str, window))
                       for window in policy["windows"])
    off = ",".join(sorted(map(str, policy["off"])))
    return "|".join(map(str, (
        policy["zone"], policy["gap"], policy["overlap"], policy["min"],
        policy["from"], policy["until"], off, windows)))


def check_zone(program, zone, seed, most, each):
    """Compares `each` policies at up to `most` changes; returns (count, what
    differs)."""
    dice = random.Random(f"{seed} {zone}")
    places = changes_of(zone)
    places = dice.sample(places, min(most, len(places)))
    # And one anywhere: month ends, leap days, years.
    places.append(dice.randrange(FIRST, LAST, 3600))
    cases = []
    for place in places:
        walk = Walk(zone, (place - MARGIN - AROUND - DAY) // 60 * 60,
                    place + MARGIN + AROUND)
        cases += [(walk, random_policy(dice, zone, place))
                  for _ in range(each)]
    text = "".join(line_of(policy) + "\n" for _, policy in cases)
    answer = subprocess.run([program], input=text, capture_output=True,
                            text=True, check=True).stdout
    blocks = answer.split("\n\n")
    for (walk, policy), block in zip(cases, blocks):
        wrong = difference(policy, walk, block.split("\n"))
        if wrong:
            return len(cases), f"{line_of(policy)}\n  {wrong}"
    return len(cases), None


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("--all", action="store_true")
    options.add_argument("--seed", type=int, default=20261125)
    options.add_argument("--jobs", type=int, default=1)
    options = options.parse_args()
    zones, most, each = zones_that_differ(), 2, 4
    if options.all:
        zones, most, each = sorted(zoneinfo.available_timezones()), 40, 3
        zones = [z for z in zones if z != "localtime"]
    count, wrong = 0, []
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for done, what in pool.map(
                check_zone, *zip(*((options.program, zone, options.seed, most,
                                    each) for zone in zones))):
            count += done
            if what:
                wrong.append(what)
    print(f"{len(zones)} zones, {count} policies, {len(wrong)} zones differ")
    print("\n".join(wrong[:5]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
